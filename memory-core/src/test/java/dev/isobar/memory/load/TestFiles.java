package dev.isobar.memory.load;

import dev.isobar.memory.MemoryBlock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/// Files with known bytes.
final class TestFiles {

    private TestFiles() {}

    static byte[] bytes(int count, long seed) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static Path write(Path folder, String name, byte[] bytes) {
        try {
            return Files.write(folder.resolve(name), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] slice(byte[] bytes, long from, long count) {
        return Arrays.copyOfRange(bytes, (int) from, (int) (from + count));
    }

    static byte[] contents(MemoryBlock block) {
        byte[] bytes = new byte[(int) block.bytes()];
        block.space().copyOut(block, 0, MemorySegment.ofArray(bytes));
        return bytes;
    }

    static byte[] contents(MemorySegment segment) {
        return segment.toArray(ValueLayout.JAVA_BYTE);
    }
}
