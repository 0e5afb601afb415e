package dev.isobar.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isobar.broker.ReclaimRequest;
import dev.isobar.lora.ResidentAdapter.Origin;
import dev.isobar.lora.format.TensorInfo;
import dev.isobar.memory.load.LoadError;
import dev.isobar.memory.load.LoadException;
import dev.isobar.pool.LoadFailedException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Adapters that are read on the host where their mapped files are.
class LoraMappedTest {

    private static final long PAGE = LoraFixture.PAGE;

    @TempDir private Path folder;

    @Test
    void activate_maps_toTheByte_andTakesNoPages() throws IOException {
        try (LoraFixture fixture = mapped(8, 0).adapter("a", 3)) {
            byte[] file = bytes("a");
            try (Activation.Active active = fixture.active("a")) {
                ResidentAdapter adapter = active.adapter();
                assertThat(adapter.origin()).isEqualTo(Origin.MAPPED);
                assertThat(adapter.mapped()).isTrue();
                assertThat(adapter.bytes()).isEqualTo(3 * PAGE);
                assertThat(active.arrival().broughtBytes()).isZero();
                for (TensorInfo tensor : adapter.description().file().tensors()) {
                    byte[] expected =
                            Arrays.copyOfRange(file, (int) tensor.offset(), (int) tensor.end());
                    assertThat(copied(adapter, tensor)).isEqualTo(expected);
                    MemorySegment view = adapter.view(tensor);
                    assertThat(view.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(expected);
                    assertThat(view.isReadOnly()).isTrue();
                }
                assertThat(adapter.pageCount()).isZero();
                assertThatThrownBy(() -> adapter.page(0))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("adapter a is mapped, and has no pages");
            }
            assertThat(fixture.hostSpace.usedBytes()).isZero();
            assertThat(fixture.pool.pools().getFirst().usedBytes()).isEqualTo(3 * PAGE);
        }
    }

    @Test
    void limit_isOfWhatIsMapped() {
        try (LoraFixture fixture = mapped(4, 0).adapter("a", 3).adapter("b", 2)) {
            fixture.use("a");

            assertThat(LoraFixture.victims(fixture.use("b"))).containsExactly("a");
            assertThat(fixture.pool.active()).containsExactly("b");
        }
    }

    @Test
    void reclaim_unmapsWhatNobodyUses_andLeavesWhatIsLeased() {
        try (LoraFixture fixture = mapped(8, 0).adapters("a", "b")) {
            fixture.use("b");
            try (Activation.Active active = fixture.active("a")) {
                var result = fixture.pool.sources().getFirst().reclaim(ReclaimRequest.of(8 * PAGE));

                assertThat(result.freedBytes()).isEqualTo(PAGE);
                assertThat(result.detail()).contains("evicted b");
                assertThat(copied(active.adapter(), first(active))).isNotEmpty();
            }
        }
    }

    @Test
    void lease_outlivesRemoval_andThePool_thenTheMappingEnds() throws IOException {
        LoraFixture fixture = mapped(8, 0).adapter("a", 2);
        byte[] file = bytes("a");
        Activation.Active active = fixture.active("a");
        TensorInfo tensor = first(active);
        MemorySegment view = active.adapter().view(tensor);
        fixture.pool.remove("a");
        assertThat(fixture.pool.pools().getFirst().usedBytes()).isEqualTo(2 * PAGE);

        fixture.close();

        byte[] expected = Arrays.copyOfRange(file, (int) tensor.offset(), (int) tensor.end());
        assertThat(copied(active.adapter(), tensor)).isEqualTo(expected);
        active.close();
        assertThatThrownBy(() -> active.adapter().view(tensor))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> view.get(ValueLayout.JAVA_BYTE, 0))
                .isInstanceOf(IllegalStateException.class);
        assertThat(fixture.pool.pools().getFirst().usedBytes()).isZero();
    }

    @Test
    void file_replacedWhileMapped_isStillTheOldOne_andTheNextLoadIsRefused() throws IOException {
        try (LoraFixture fixture = mapped(8, 0).adapter("a", 2)) {
            byte[] file = bytes("a");
            try (Activation.Active active = fixture.active("a")) {
                Path other = folder.resolve("other");
                Files.write(other, new byte[file.length]);
                Files.move(other, weights("a"), StandardCopyOption.ATOMIC_MOVE);
                TensorInfo tensor = first(active);

                assertThat(copied(active.adapter(), tensor))
                        .isEqualTo(
                                Arrays.copyOfRange(
                                        file, (int) tensor.offset(), (int) tensor.end()));
            }
            fixture.pool.remove("a");

            requireRefused(fixture, LoadError.SOURCE_CHANGED);
        }
    }

    @Test
    void file_cutShortWhileMapped_failsInOrder() throws IOException {
        try (LoraFixture fixture = mapped(8, 0).adapter("a", 4)) {
            try (Activation.Active active = fixture.active("a")) {
                try (RandomAccessFile cut = new RandomAccessFile(weights("a").toFile(), "rw")) {
                    cut.setLength(64);
                }
                assertThatThrownBy(() -> copied(active.adapter(), first(active)))
                        .isInstanceOfSatisfying(
                                LoadException.class,
                                e -> assertThat(e.code()).isEqualTo(LoadError.SOURCE_TRUNCATED));
            }
            fixture.pool.remove("a");
            requireRefused(fixture, LoadError.SOURCE_TRUNCATED);
        }
    }

    @Test
    void file_writtenToBeforeItIsMapped_isRefused() throws IOException {
        try (LoraFixture fixture = mapped(8, 0).adapter("a", 2)) {
            Files.setLastModifiedTime(weights("a"), FileTime.fromMillis(1));

            requireRefused(fixture, LoadError.SOURCE_CHANGED);
            assertThat(fixture.pool.pools().getFirst().usedBytes()).isZero();
        }
    }

    @Test
    void device_isFilledFromTheFile_andDemotionMaps() throws IOException {
        try (LoraFixture fixture = mapped(8, 2).adapter("a", 2).adapter("b", 2)) {
            fixture.use("a");
            fixture.use("b");
            assertThat(fixture.pool.onHost()).containsExactly("a");
            assertThat(fixture.hostSpace.usedBytes()).isZero();
            assertThat(fixture.pool.stats().demotedBytes()).isZero();

            byte[] file = bytes("a");
            try (Activation.Active active = fixture.active("a")) {
                assertThat(active.adapter().origin()).isEqualTo(Origin.FILE);
                TensorInfo tensor = first(active);
                assertThat(copied(active.adapter(), tensor))
                        .isEqualTo(
                                Arrays.copyOfRange(
                                        file, (int) tensor.offset(), (int) tensor.end()));
            }
        }
    }

    private LoraFixture mapped(int hostPages, int devicePages) {
        return new LoraFixture(
                folder, hostPages, devicePages, config -> config.withHostMapped(true));
    }

    private static void requireRefused(LoraFixture fixture, LoadError code) {
        assertThatThrownBy(() -> fixture.use("a"))
                .isInstanceOf(LoadFailedException.class)
                .cause()
                .isInstanceOfSatisfying(
                        LoadException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private static TensorInfo first(Activation.Active active) {
        return active.adapter().description().file().tensors().getFirst();
    }

    private static byte[] copied(ResidentAdapter adapter, TensorInfo tensor) {
        byte[] bytes = new byte[(int) tensor.bytes()];
        adapter.copyOut(tensor, MemorySegment.ofArray(bytes));
        return bytes;
    }

    private byte[] bytes(String name) throws IOException {
        return Files.readAllBytes(weights(name));
    }

    private Path weights(String name) {
        return folder.resolve(name).resolve("adapter_model.safetensors");
    }
}
