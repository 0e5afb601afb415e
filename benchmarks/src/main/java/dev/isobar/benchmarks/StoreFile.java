package dev.isobar.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A folder for the benchmarks of the store, on the disk that holds the working directory, and what
/// anybody would write by hand instead of a store.
final class StoreFile implements AutoCloseable {

    private final Path folder;
    private int count;

    StoreFile() throws IOException {
        folder = Files.createTempDirectory(Path.of("").toAbsolutePath(), ".bench-store");
    }

    Path folder() {
        return folder;
    }

    /// Writes a file that is there whole or not at all, and lasts: write, force, rename, force the
    /// folder.
    void publish(byte[] header, byte[] payload) throws IOException {
        Path temporary = folder.resolve(++count + ".tmp");
        try (FileChannel file =
                FileChannel.open(
                        temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (ByteBuffer part : List.of(ByteBuffer.wrap(header), ByteBuffer.wrap(payload))) {
                while (part.hasRemaining()) {
                    file.write(part);
                }
            }
            file.force(true);
        }
        Files.move(temporary, folder.resolve("value"), StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel parent = FileChannel.open(folder, StandardOpenOption.READ)) {
            parent.force(true);
        }
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
