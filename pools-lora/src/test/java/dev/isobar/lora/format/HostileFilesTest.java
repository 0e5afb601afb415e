package dev.isobar.lora.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Good files with bytes changed, put in, and cut off: an answer inside the file, or our exception.
class HostileFilesTest {

    private static final byte[] SAFETENSORS =
            HandMade.safetensors(
                    """
                    {"__metadata__":{"format":"pt"},\
                    "b":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},\
                    "a":{"dtype":"BF16","shape":[4],"data_offsets":[24,32]}}\
                    """,
                    HandMade.data(32));

    private static final byte[] GGUF =
            HandMade.gguf(3, 2, 3)
                    .field("general.type", "adapter")
                    .text("words")
                    .i32(9)
                    .i32(8)
                    .i64(2)
                    .text("a")
                    .text("b")
                    .text("alpha")
                    .i32(6)
                    .f32(16)
                    .tensor("x.lora_a", 0, 0, 2, 3)
                    .tensor("x.lora_b", 0, 32, 2)
                    .pad(32)
                    .raw(HandMade.data(24))
                    .pad(32)
                    .raw(HandMade.data(8))
                    .bytes();

    private final SafetensorsReader safetensors = new SafetensorsReader(FormatLimits.defaults());
    private final GgufReader gguf = new GgufReader(FormatLimits.defaults());

    @Property(tries = 3000)
    void safetensors_withChangedBytes(
            @ForAll @IntRange(max = 1 << 16) int[] where, @ForAll byte[] what) {
        byte[] file = changed(SAFETENSORS, where, what);
        try {
            Fuzzed.requireInside(safetensors.read("f", file), file.length);
        } catch (AdapterFormatException e) {
            assertThat(e.file()).isEqualTo("f");
        }
    }

    @Property(tries = 3000)
    void gguf_withChangedBytes(@ForAll @IntRange(max = 1 << 16) int[] where, @ForAll byte[] what) {
        byte[] file = changed(GGUF, where, what);
        try {
            Fuzzed.requireInside(gguf.read("f", file), file.length);
        } catch (AdapterFormatException e) {
            assertThat(e.file()).isEqualTo("f");
        }
    }

    @Property(tries = 200)
    void everyShorterFile_isRefused(@ForAll @IntRange(max = 10_000) int length) {
        assertThat(refuses(Arrays.copyOf(SAFETENSORS, length % SAFETENSORS.length), true)).isTrue();
        assertThat(refuses(Arrays.copyOf(GGUF, length % GGUF.length), false)).isTrue();
    }

    private boolean refuses(byte[] file, boolean isSafetensors) {
        try {
            if (isSafetensors) {
                safetensors.read("f", file);
            } else {
                gguf.read("f", file);
            }
            return false;
        } catch (AdapterFormatException _) {
            return true;
        }
    }

    private static byte[] changed(byte[] good, int[] where, byte[] what) {
        byte[] file = good.clone();
        for (int i = 0; i < Math.min(where.length, what.length); i++) {
            file[Math.floorMod(where[i], file.length)] = what[i];
        }
        return file;
    }
}
