package dev.isobar.lora.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.BiFunction;

/// What must hold for any bytes: an answer inside the file or our exception, in memory of the file's
/// order of size.
final class Fuzzed {

    private static final String FILE = "fuzzed";

    /// What may be needed however short the file is: mostly classes, which the fuzzer reads and changes
    /// on this thread when they are first used.
    private static final long BASE_BYTES = 32 << 20;

    /// Objects for each byte of the header, at most.
    private static final long BYTES_PER_BYTE = 512;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Fuzzed() {}

    static void requireSafe(BiFunction<String, byte[], TensorFile> reader, byte[] bytes) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            requireInside(reader.apply(FILE, bytes), bytes.length);
        } catch (AdapterFormatException e) {
            assertThat(e.file()).isEqualTo(FILE);
        }
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
                .as("allocated for %d bytes", bytes.length)
                .isLessThan(BASE_BYTES + BYTES_PER_BYTE * bytes.length);
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
