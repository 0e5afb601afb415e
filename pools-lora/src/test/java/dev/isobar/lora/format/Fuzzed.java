package dev.isobar.lora.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.BiFunction;

/// What must hold for any bytes: an answer inside the file or our exception, in memory of the file's
/// order of size.
final class Fuzzed {

    private static final String FILE = "fuzzed";

    /// What may be needed however short the file is: buffers of the JSON library.
    private static final long BASE_BYTES = 1 << 20;

    /// Objects for each byte of the header, at most.
    private static final long BYTES_PER_BYTE = 512;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Fuzzed() {}

    /// Twice if need be: the first time, classes are loaded, and changed by the fuzzer.
    static void requireSafe(BiFunction<String, byte[], TensorFile> reader, byte[] bytes) {
        long most = BASE_BYTES + BYTES_PER_BYTE * bytes.length;
        if (allocated(reader, bytes) > most) {
            assertThat(allocated(reader, bytes))
                    .as("allocated for %d bytes", bytes.length)
                    .isLessThanOrEqualTo(most);
        }
    }

    private static long allocated(BiFunction<String, byte[], TensorFile> reader, byte[] bytes) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            requireInside(reader.apply(FILE, bytes), bytes.length);
        } catch (AdapterFormatException e) {
            assertThat(e.file()).isEqualTo(FILE);
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    /// Tensors lie in the file, one after the other.
    static void requireInside(TensorFile file, long fileBytes) {
        long end = file.dataOffset();
        for (TensorInfo tensor : file.tensors()) {
            assertThat(tensor.offset()).isGreaterThanOrEqualTo(end);
            end = tensor.end();
        }
        assertThat(end).isLessThanOrEqualTo(fileBytes);
    }
}
