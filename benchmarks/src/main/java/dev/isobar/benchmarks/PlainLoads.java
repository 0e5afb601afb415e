package dev.isobar.benchmarks;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// What somebody would write without the library: loops that bring one file into one segment.
record PlainLoads(Path file, MemorySegment target) {

    private static final long MOST_AT_ONCE = 1L << 30;

    /// In place, by reads of one chunk each.
    void read(long chunk) throws IOException {
        read(0, target.byteSize(), chunk);
    }

    /// The same by two threads, half of the file each.
    void readByTwo(long chunk) throws InterruptedException {
        long half = target.byteSize() / 2 & -4096;
        Thread other = Thread.ofPlatform().start(() -> unchecked(half, target.byteSize(), chunk));
        unchecked(0, half, chunk);
        other.join();
    }

    /// Past the page cache, in place.
    void readDirect(long chunk) throws IOException {
        try (FileChannel channel = open(ExtendedOpenOption.DIRECT)) {
            read(channel, 0, target.byteSize(), chunk);
        }
    }

    /// Into one staging buffer, and from there.
    void readStaged(long chunk) throws IOException {
        try (FileChannel channel = open();
                Arena arena = Arena.ofConfined()) {
            MemorySegment staging = arena.allocate(chunk, 4096);
            for (long at = 0; at < target.byteSize(); at += chunk) {
                MemorySegment part = staging.asSlice(0, Math.min(chunk, target.byteSize() - at));
                fill(channel, part.asByteBuffer(), at);
                MemorySegment.copy(part, 0, target, at, part.byteSize());
            }
        }
    }

    /// Out of a mapping.
    void mapAndCopy() throws IOException {
        try (FileChannel channel = open();
                Arena arena = Arena.ofConfined()) {
            long bytes = target.byteSize();
            MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena);
            MemorySegment.copy(mapped, 0, target, 0, bytes);
        }
    }

    private void unchecked(long from, long to, long chunk) {
        try {
            read(from, to, chunk);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(long from, long to, long chunk) throws IOException {
        try (FileChannel channel = open()) {
            read(channel, from, to, chunk);
        }
    }

    private void read(FileChannel channel, long from, long to, long chunk) throws IOException {
        long step = Math.min(chunk, MOST_AT_ONCE);
        for (long at = from; at < to; at += step) {
            fill(channel, target.asSlice(at, Math.min(step, to - at)).asByteBuffer(), at);
        }
    }

    private static void fill(FileChannel channel, ByteBuffer buffer, long from) throws IOException {
        for (long at = from; buffer.hasRemaining(); ) {
            int got = channel.read(buffer, at);
            if (got < 0) {
                throw new IOException("the file ends at " + at);
            }
            at += got;
        }
    }

    private FileChannel open(OpenOption... more) throws IOException {
        List<OpenOption> options = new ArrayList<>(List.of(more));
        options.add(StandardOpenOption.READ);
        return FileChannel.open(file, options.toArray(OpenOption[]::new));
    }
}
