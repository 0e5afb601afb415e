package dev.isobar.lora;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.PressureSource;
import dev.isobar.broker.ReclaimRequest;
import dev.isobar.broker.ReclaimResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The reference's paging engine, case by case, over real memory.
class GenomePagingTest {

    @TempDir private Path folder;

    private LoraFixture fixture;

    @BeforeEach
    void open() {
        fixture = new LoraFixture(folder, 4, 0, LoraPriority.reference());
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void score_isIdleSecondsOverPriorityTimesTen() {
        assertThat(score(60, 0.5)).isEqualTo(12.0);
        assertThat(score(60, 0.8)).isLessThan(score(60, 0.5));
        assertThat(score(120, 0.5)).isGreaterThan(score(60, 0.5));
        assertThat(score(0, 0.5)).isZero();
        assertThat(score(60, 0)).isFinite().isGreaterThan(score(60, 0.01));
    }

    @Test
    void activate_hit_loadsNothing() {
        fixture.adapters("a");
        fixture.use("a");

        Activation.Active hit = (Activation.Active) fixture.use("a");

        assertThat(hit.loaded()).isFalse();
        assertThat(hit.evicted()).isEmpty();
        assertThat(fixture.pool.stats().loads()).isEqualTo(1);
    }

    @Test
    void activate_unknown_saysSo() {
        assertThat(fixture.use("x")).isEqualTo(new Activation.Unknown("x"));
    }

    @Test
    void activate_known_loads() {
        fixture.adapters("a");

        Activation.Active active = (Activation.Active) fixture.use("a");

        assertThat(active.loaded()).isTrue();
        assertThat(fixture.pool.active()).containsExactly("a");
    }

    @Test
    void activate_full_evictsTheHighestScore() {
        fixture.adapters("a", "b", "c", "d", "e");
        List.of("a", "b", "c", "d", "a").forEach(fixture::use);

        assertThat(LoraFixture.victims(fixture.use("e"))).containsExactly("b");
    }

    @Test
    void activate_large_evictsAsManyAsNeeded() {
        fixture.adapters("a", "b", "c", "d").adapter("large", 3);
        List.of("a", "b", "c", "d").forEach(fixture::use);

        assertThat(LoraFixture.victims(fixture.use("large"))).containsExactly("a", "b", "c");
        assertThat(fixture.pool.active()).containsExactly("d", "large");
    }

    @Test
    void critical_isNeverEvicted() {
        fixture.adapter("critical", 1, 0.95, "").adapters("b", "c", "d", "e");
        List.of("critical", "b", "c", "d").forEach(fixture::use);

        assertThat(LoraFixture.victims(fixture.use("e"))).containsExactly("b");
        assertThat(reclaim(100 * LoraFixture.PAGE).freedBytes()).isEqualTo(3 * LoraFixture.PAGE);
        assertThat(fixture.pool.active()).containsExactly("critical");
    }

    @Test
    void priority09_isEvictable_andZeroGoesFirst() {
        fixture.adapter("high", 1, 0.9, "").adapter("zero", 1, 0, "").adapters("c", "d", "e", "f");
        List.of("high", "c", "d", "zero").forEach(fixture::use);

        assertThat(LoraFixture.victims(fixture.use("e"))).containsExactly("zero");
        assertThat(reclaim(100 * LoraFixture.PAGE).freedBytes()).isEqualTo(4 * LoraFixture.PAGE);
    }

    @Test
    void activate_moreThanThereIs_isRefused_andNobodyGoes() {
        fixture.adapters("a", "b").adapter("huge", 5);
        List.of("a", "b").forEach(fixture::use);

        Activation.Refused refused = (Activation.Refused) fixture.use("huge");

        assertThat(refused.bytes()).isEqualTo(5 * LoraFixture.PAGE);
        assertThat(refused.limitBytes()).isEqualTo(4 * LoraFixture.PAGE);
        assertThat(fixture.pool.active()).containsExactly("a", "b");
    }

    @Test
    void activate_noRoomBesideHolders_isRefused_namesThem_andNobodyGoes() {
        fixture.adapters("a", "b").adapter("critical", 1, 1, "").adapter("large", 3);
        fixture.use("critical");
        fixture.use("b");
        try (Activation.Active inUse = fixture.active("a")) {
            Activation.Refused refused = (Activation.Refused) fixture.use("large");

            assertThat(refused.holders())
                    .containsExactlyInAnyOrder(
                            new Holder("a", LoraFixture.PAGE, Holder.Reason.IN_USE),
                            new Holder("critical", LoraFixture.PAGE, Holder.Reason.CRITICAL));
            assertThat(refused.message())
                    .startsWith("host: no room for adapter large: needs 12.0 KiB of 16.0 KiB; ")
                    .contains("a has 4.0 KiB (in use)", "critical has 4.0 KiB (critical)");
            assertThat(inUse.adapter().name()).isEqualTo("a");
        }
        assertThat(fixture.pool.active()).containsExactly("a", "b", "critical");
    }

    @Test
    void reclaim_namesVictims_andGivesMemoryBack() {
        fixture.adapters("a", "b", "c");
        List.of("a", "b", "c").forEach(fixture::use);
        long before = fixture.hostSpace.usedBytes();

        ReclaimResult result = reclaim(LoraFixture.PAGE + 1);

        assertThat(result.freedBytes()).isEqualTo(2 * LoraFixture.PAGE);
        assertThat(result.detail()).contains("evicted a, b");
        assertThat(fixture.pool.active()).containsExactly("c");
        assertThat(before - fixture.hostSpace.usedBytes()).isEqualTo(2 * LoraFixture.PAGE);
    }

    @Test
    void pressure_isUsedOverCapacity() {
        fixture.adapters("a", "b");
        assertThat(source().usage().pressure()).isZero();

        List.of("a", "b").forEach(fixture::use);

        assertThat(source().usage().pressure()).isEqualTo(0.5);
    }

    @Test
    void unregister_dropsIt_andAnotherMayHaveTheName() {
        fixture.adapters("a");
        fixture.use("a");

        assertThat(fixture.pool.unregister("a")).isTrue();

        assertThat(fixture.pool.active()).isEmpty();
        fixture.adapter("a", 2);
        fixture.use("a");
        assertThat(source().usage().usedBytes()).isEqualTo(2 * LoraFixture.PAGE);
    }

    @Test
    void stats_areASnapshot() {
        fixture.adapters("a", "b");
        fixture.use("a");

        LoraStats stats = fixture.pool.stats();

        assertThat(stats.known()).isEqualTo(2);
        assertThat(stats.loadedBytes()).isEqualTo(LoraFixture.PAGE);
        assertThat(stats.tiers().getFirst().usedBytes()).isEqualTo(LoraFixture.PAGE);
    }

    @Test
    void smallerAdapter_takesLess_whateverTheGreatestRankIs() {
        fixture.adapter("r1", 1).adapter("r3", 3);
        fixture.use("r1");
        fixture.use("r3");

        assertThat(source().usage().usedBytes()).isEqualTo(4 * LoraFixture.PAGE);
    }

    @Test
    void coverage_countsDomains_gapsByActivity() {
        LoraOwner owner = fixture.pool.owner("ada");
        assertThat(owner.coverage().ratio()).isEqualTo(1.0);
        fixture.adapter("code", 1, 0.5, "code").adapter("chat", 1, 0.5, "chat");

        owner.recordActivity("code", true);
        owner.recordActivity("chat", false);
        owner.recordActivity("law", false);

        CoverageReport report = owner.coverage();
        assertThat(report.ratio()).isEqualTo(2.0 / 3);
        assertThat(report.gaps()).containsExactly(new CoverageReport.Domain("law", 1, 0));
        owner.recordActivity("art", true);
        owner.recordActivity("art", true);
        assertThat(owner.coverage().gaps().stream().map(CoverageReport.Domain::name))
                .containsExactly("art", "law");
        assertThat(fixture.pool.owner("bob").coverage().covered()).isEmpty();
    }

    @Test
    void owners_shareOneLoad_andPinForThemselves() throws InterruptedException {
        fixture.adapters("a");
        LoraOwner ada = fixture.pool.owner("ada");
        LoraOwner bob = fixture.pool.owner("bob");
        ((Activation.Active) ada.pin("a")).close();
        ((Activation.Active) bob.pin("a")).close();
        ((Activation.Active) bob.activate("a")).close();

        assertThat(fixture.pool.stats().loads()).isEqualTo(1);
        assertThat(bob.active()).containsExactly("a");
        assertThat(ada.active()).isEmpty();
        assertThat(ada.unpin("a")).isTrue();
        assertThat(ada.unpin("a")).isFalse();
        assertThat(reclaim(1).freedBytes()).isZero();
        assertThat(bob.unpin("a")).isTrue();
        assertThat(reclaim(1).freedBytes()).isEqualTo(LoraFixture.PAGE);
    }

    private PressureSource source() {
        return fixture.pool.sources().getFirst();
    }

    private ReclaimResult reclaim(long bytes) {
        return source().reclaim(ReclaimRequest.of(bytes));
    }

    private static double score(long seconds, double priority) {
        return LoraPriority.score(Duration.ofSeconds(seconds).toNanos(), priority);
    }
}
