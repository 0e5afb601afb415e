package dev.isobar.lora;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.lora.LoraRun.Kind;
import dev.isobar.lora.LoraRun.Step;
import dev.isobar.lora.ResidentAdapter.Origin;
import dev.isobar.lora.format.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A pool whose adapters are used on an OpenCL device.
class LoraOpenClTest {

    @TempDir private Path folder;

    @Test
    void fromFile_fromHost_andInPart_areBitExact() throws IOException {
        try (LoraFixture fixture =
                new LoraFixture(folder, 8, OpenClDevice.open(), 4, UnaryOperator.identity())) {
            fixture.adapter("a", 3).adapter("b", 3);
            requireExact(fixture, "a", Origin.FILE, 3);
            requireExact(fixture, "b", Origin.FILE, 3);
            assertThat(fixture.pool.onHost()).containsExactly("a");

            requireExact(fixture, "a", Origin.HOST, 2); // one of its pages was not overwritten
            assertThat(fixture.pool.stats().promotedBytes()).isEqualTo(2 * LoraFixture.PAGE);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void randomUse_keepsEveryInvariant(long seed) throws Exception {
        Random random = new Random(seed);
        try (LoraRun run = new LoraRun(folder, OpenClDevice.open())) {
            for (int i = 0; i < 100; i++) {
                Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
                run.apply(new Step(kind, random.nextInt(LoraRun.ADAPTERS), random.nextInt(3)));
                run.check();
            }
        }
    }

    private void requireExact(LoraFixture fixture, String name, Origin origin, int pages)
            throws IOException {
        byte[] file = Files.readAllBytes(folder.resolve(name).resolve("adapter_model.safetensors"));
        try (Activation.Active active = fixture.active(name)) {
            assertThat(active.adapter().origin()).isEqualTo(origin);
            assertThat(active.arrival().broughtBytes()).isEqualTo(pages * LoraFixture.PAGE);
            for (TensorInfo tensor : active.adapter().description().file().tensors()) {
                byte[] bytes = new byte[(int) tensor.bytes()];
                active.adapter().copyOut(tensor, MemorySegment.ofArray(bytes));
                assertThat(bytes)
                        .isEqualTo(
                                Arrays.copyOfRange(
                                        file, (int) tensor.offset(), (int) tensor.end()));
            }
        }
    }
}
