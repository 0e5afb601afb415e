package dev.isobar.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.isobar.broker.PressureTier;
import dev.isobar.pool.EvictionPriority;
import dev.isobar.pool.store.RestoreReport;
import dev.isobar.pool.store.RestoreReport.End;
import dev.isobar.pool.store.StoreConfig;
import dev.isobar.pool.store.WarmStore;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which adapters are resident again after a restart.
class ResidencyTest {

    private static final int PAGES = 10;

    @TempDir private Path folder;

    private WarmStore store() {
        return WarmStore.of(StoreConfig.at(folder.resolve("store")));
    }

    private LoraFixture pool(String run, int devicePages) {
        return new LoraFixture(folder.resolve(run), PAGES, devicePages, EvictionPriority.lru());
    }

    private static RestoreReport restore(LoraFixture f, WarmStore store, double fill)
            throws InterruptedException {
        return new Residency(f.pool, store).restore(() -> PressureTier.NORMAL, fill, () -> false);
    }

    private void firstRun() {
        try (WarmStore store = store();
                LoraFixture f = pool("one", 0)) {
            f.adapter("critical", 1, 0.95, "");
            f.adapters("a", "b", "c", "never");
            f.use("critical");
            f.use("a");
            f.use("b");
            f.use("c");
            f.use("a");
            assertThat(new Residency(f.pool, store).save().written()).isTrue();
        }
    }

    @Test
    void restart_bringsBackCriticalOnes_thenTheLastUsed() throws InterruptedException {
        firstRun();
        try (WarmStore store = store();
                LoraFixture f = pool("two", 0)) {
            f.adapters("a", "b", "c", "never").adapter("critical", 1, 0.95, "");

            RestoreReport report = restore(f, store, 0.3);

            assertThat(report).isEqualTo(new RestoreReport(4, 3, 0, 0, 0, 0, 0, End.FILLED));
            assertThat(f.pool.onHost()).containsExactlyInAnyOrder("critical", "a", "c");
            assertThat(f.pool.stats().pinned()).isZero();
            assertThat(f.pool.stats().hits()).isZero();
        }
    }

    @Test
    void restore_leavesOutWhatIsGoneOrAnother() throws InterruptedException {
        firstRun();
        try (WarmStore store = store();
                LoraFixture f = pool("two", 0)) {
            f.adapter("a", 2).adapters("b", "critical");
            f.add("b");

            RestoreReport report = restore(f, store, 1);

            assertThat(report).isEqualTo(new RestoreReport(4, 1, 1, 1, 1, 0, 0, End.ALL));
            assertThat(f.pool.onHost()).containsExactlyInAnyOrder("critical", "b");
        }
    }

    @Test
    void restore_underPressureOrStopped_bringsNothing() throws InterruptedException {
        firstRun();
        try (WarmStore store = store();
                LoraFixture f = pool("two", 0)) {
            f.adapters("a", "b", "c", "critical");
            var residency = new Residency(f.pool, store);

            assertThat(residency.restore(() -> PressureTier.WARNING, 1, () -> false).end())
                    .isEqualTo(End.PRESSURE);
            assertThat(residency.restore(() -> PressureTier.NORMAL, 1, () -> true).end())
                    .isEqualTo(End.STOPPED);
            assertThat(f.pool.onHost()).isEmpty();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> residency.restore(() -> PressureTier.NORMAL, 2, () -> false))
                    .withMessageContaining("2");
        }
    }

    @Test
    void adaptersOnADevice_areRememberedToo_andComeToTheHost() throws InterruptedException {
        try (WarmStore store = store();
                LoraFixture f = pool("one", PAGES)) {
            f.adapters("a");
            f.use("a");
            new Residency(f.pool, store).save();
        }
        try (WarmStore store = store();
                LoraFixture f = pool("two", PAGES)) {
            f.adapters("a");
            assertThat(restore(f, store, 1).restored()).isEqualTo(1);
            assertThat(f.pool.onHost()).containsExactly("a");
            assertThat(f.pool.active()).isEmpty();
        }
    }

    @Test
    void noStore_noManifest() throws InterruptedException {
        try (WarmStore off = WarmStore.of(StoreConfig.off());
                LoraFixture f = pool("one", 0)) {
            assertThat(new Residency(f.pool, off).save().written()).isFalse();
            assertThat(restore(f, off, 1)).isEqualTo(RestoreReport.nothing());
        }
    }
}
