package dev.isobar.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// The file that is loaded: random bytes, written once and kept for the next run. Its path is in the
/// environment variable `ISOBAR_BENCH_FILE`; by default it is in the folder for temporary files.
final class LoadFile {

    private static final String VARIABLE = "ISOBAR_BENCH_FILE";
    private static final int PART_BYTES = 1 << 20;

    private LoadFile() {}

    /// The file with so many bytes, which is written if it is not there.
    ///
    /// @throws IllegalArgumentException if the file that is named there has another length: it is
    ///     somebody's
    static Path ofBytes(long bytes) throws IOException {
        Path file = path(bytes);
        if (!Files.exists(file) || Files.size(file) != bytes) {
            if (named() != null && Files.exists(file)) {
                throw new IllegalArgumentException(
                        "%s=%s has %d bytes, wanted are %d"
                                .formatted(VARIABLE, file, Files.size(file), bytes));
            }
            write(file, bytes);
        }
        return file;
    }

    /// Where the file with so many bytes is, or would be.
    static Path path(long bytes) {
        String named = named();
        return named != null
                ? Path.of(named)
                : Path.of(System.getProperty("java.io.tmpdir"), "isobar-bench-" + bytes + ".bin");
    }

    private static @Nullable String named() {
        return System.getenv(VARIABLE);
    }

    private static void write(Path file, long bytes) throws IOException {
        byte[] part = new byte[PART_BYTES];
        Random random = new Random(1);
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            for (long at = 0; at < bytes; at += part.length) {
                random.nextBytes(part);
                channel.write(ByteBuffer.wrap(part, 0, (int) Math.min(part.length, bytes - at)));
            }
            channel.force(true);
        }
    }
}
