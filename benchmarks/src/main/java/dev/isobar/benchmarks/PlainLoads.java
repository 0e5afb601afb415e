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

    /// The same by several threads, an equal part of the file each.
    void readBy(int threads, long chunk) throws InterruptedException {
        inParts(threads, (from, to) -> read(from, to, chunk));
    }

    /// Past the page cache, in place.
    void readDirect(long chunk) throws IOException {
        try (FileChannel channel = open(ExtendedOpenOption.DIRECT)) {
            read(channel, 0, target.byteSize(), chunk);
        }
    }

    /// Into one staging buffer, and from there.
    void readStaged(long chunk) throws IOException {
        throughBuffer(0, target.byteSize(), chunk, true, true);
    }

    /// Into one staging buffer for each thread, and no further.
    void readOnly(int threads, long chunk) throws InterruptedException {
        inParts(threads, (from, to) -> throughBuffer(from, to, chunk, true, false));
    }

    /// Out of one staging buffer for each thread, always the same bytes.
    void copyOnly(int threads, long chunk) throws InterruptedException {
        inParts(threads, (from, to) -> throughBuffer(from, to, chunk, false, true));
    }

    private void throughBuffer(long from, long to, long chunk, boolean read, boolean copy)
            throws IOException {
        try (FileChannel channel = open();
                Arena arena = Arena.ofConfined()) {
            MemorySegment staging = arena.allocate(chunk, 4096);
            for (long at = from; at < to; at += chunk) {
                MemorySegment part = staging.asSlice(0, Math.min(chunk, to - at));
                if (read) {
                    fill(channel, part.asByteBuffer(), at);
                }
                if (copy) {
                    MemorySegment.copy(part, 0, target, at, part.byteSize());
                }
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

    private interface Part {
        void load(long from, long to) throws IOException;

        default void loadUnchecked(long from, long to) {
            try {
                load(from, to);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void inParts(int threads, Part part) throws InterruptedException {
        long bytes = Math.ceilDiv(target.byteSize(), threads) + 4095 & -4096;
        List<Thread> others = new ArrayList<>();
        for (long from = bytes; from < target.byteSize(); from += bytes) {
            long begin = from;
            long end = Math.min(from + bytes, target.byteSize());
            others.add(Thread.ofPlatform().start(() -> part.loadUnchecked(begin, end)));
        }
        part.loadUnchecked(0, Math.min(bytes, target.byteSize()));
        for (Thread other : others) {
            other.join();
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
