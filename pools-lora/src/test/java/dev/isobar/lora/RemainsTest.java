package dev.isobar.lora;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.ReclaimRequest;
import dev.isobar.lora.ResidentAdapter.Origin;
import dev.isobar.lora.format.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an evicted adapter leaves is found again, to the byte, until somebody needs the pages.
class RemainsTest {

    private static final long PAGE = LoraFixture.PAGE;

    @TempDir private Path folder;

    @Test
    void partOverwritten_onlyThatIsLoadedAgain_bitExact() throws IOException {
        try (LoraFixture fixture = new LoraFixture(folder, 4, 0, LoraPriority.costAware())) {
            fixture.adapter("big", 4).adapter("small", 1);
            fixture.use("big");
            assertThat(LoraFixture.victims(fixture.use("small"))).containsExactly("big");
            assertThat(fixture.pool.stats().remainsBytes()).isEqualTo(3 * PAGE);

            try (Activation.Active again = fixture.active("big")) {
                assertThat(again.arrival().broughtBytes()).isEqualTo(PAGE);
                assertThat(again.adapter().origin()).isEqualTo(Origin.FILE);
                requireExact(again.adapter());
            }
            LoraStats stats = fixture.pool.stats();
            assertThat(stats.loadedBytes()).isEqualTo(6 * PAGE);
            assertThat(stats.keptBytes()).isEqualTo(3 * PAGE);
            assertThat(stats.remainsBytes()).isZero();
        }
    }

    @Test
    void nothingOverwritten_nothingIsRead_evenIfTheFileHasGone() throws IOException {
        try (LoraFixture fixture = new LoraFixture(folder, 5, 0, LoraPriority.costAware())) {
            fixture.adapter("a", 2).adapter("b", 2);
            fixture.use("a");
            fixture.pool.pools().getFirst().reclaim(ReclaimRequest.of(2 * PAGE));
            assertThat(fixture.pool.active()).isEmpty();
            Path weights = folder.resolve("a").resolve("adapter_model.safetensors");
            byte[] file = Files.readAllBytes(weights);
            Files.delete(weights);

            try (Activation.Active again = fixture.active("a")) {
                assertThat(again.adapter().origin()).isEqualTo(Origin.KEPT);
                Files.write(weights, file);
                requireExact(again.adapter());
            }
        }
    }

    @Test
    void rareAdapter_goesBeforeAPopularOnesRemains() {
        try (LoraFixture fixture = new LoraFixture(folder, 5, 0, LoraPriority.costAware())) {
            fixture.adapter("popular", 4).adapter("rare", 2).adapter("other", 2);
            fixture.use("popular");
            fixture.use("popular");
            fixture.use("rare"); // one page of the popular one's is overwritten: three are left
            fixture.use(
                    "other"); // two pages: those of the rare one, not of what the popular one left

            assertThat(fixture.pool.active()).containsExactly("other");
            try (Activation.Active again = fixture.active("popular")) {
                assertThat(again.arrival().broughtBytes()).isEqualTo(PAGE);
            }
        }
    }

    @Test
    void reclaim_givesRemainsBack_too() {
        try (LoraFixture fixture = new LoraFixture(folder, 4, 0, LoraPriority.costAware())) {
            fixture.adapter("a", 4).adapter("b", 1);
            fixture.use("a");
            fixture.use("b");
            fixture.pool.sources().getFirst().reclaim(ReclaimRequest.of(PAGE));

            assertThat(fixture.pool.stats().remainsBytes()).isZero();
            assertThat(fixture.hostSpace.usedBytes()).isZero();
        }
    }

    @Test
    void removed_leavesNothing() {
        try (LoraFixture fixture = new LoraFixture(folder, 4, 0, LoraPriority.costAware())) {
            fixture.adapter("a", 4).adapter("b", 1);
            fixture.use("a");
            fixture.use("b");
            fixture.pool.unregister("a");
            assertThat(fixture.pool.stats().remainsBytes()).isZero();

            fixture.pool.remove("b");
            assertThat(fixture.pool.slabs().getFirst().stats().usedPages()).isZero();
        }
    }

    @Test
    void switchedOff_everythingIsLoadedAgain() {
        try (LoraFixture fixture =
                new LoraFixture(folder, 4, 0, config -> config.withRemains(false))) {
            fixture.adapter("a", 4).adapter("b", 1);
            fixture.use("a");
            fixture.use("b");
            try (Activation.Active again = fixture.active("a")) {
                assertThat(again.arrival().broughtBytes()).isEqualTo(4 * PAGE);
            }
        }
    }

    @Test
    void onTheDevice_onlyTheOverwrittenPagesAreCopiedAgain() throws IOException {
        try (LoraFixture fixture = new LoraFixture(folder, 8, 4, LoraPriority.costAware())) {
            fixture.adapter("big", 4).adapter("small", 1);
            fixture.use("big");
            fixture.use("small");
            try (Activation.Active again = fixture.active("big")) {
                assertThat(again.adapter().origin()).isEqualTo(Origin.HOST);
                assertThat(again.arrival().broughtBytes()).isEqualTo(PAGE);
                requireExact(again.adapter());
            }
            assertThat(fixture.pool.stats().promotedBytes()).isEqualTo(PAGE);
        }
    }

    private void requireExact(ResidentAdapter adapter) throws IOException {
        byte[] file =
                Files.readAllBytes(
                        folder.resolve(adapter.name()).resolve("adapter_model.safetensors"));
        for (TensorInfo tensor : adapter.description().file().tensors()) {
            byte[] bytes = new byte[(int) tensor.bytes()];
            adapter.copyOut(tensor, MemorySegment.ofArray(bytes));
            assertThat(bytes)
                    .isEqualTo(Arrays.copyOfRange(file, (int) tensor.offset(), (int) tensor.end()));
        }
    }
}
