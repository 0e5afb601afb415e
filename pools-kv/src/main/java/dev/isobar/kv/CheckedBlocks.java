package dev.isobar.kv;

import dev.isobar.memory.MemorySpace;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/// The bytes of a tier's blocks, each with its CRC-32C, so that other bytes than those that were written are
/// noticed.
///
/// *Safe for several threads,* as long as each works with other blocks than the others, or reads.
final class CheckedBlocks implements AutoCloseable {

    private final long blockBytes;
    private final BlockMemory memory;
    private final int[] checksums;

    /// All memory at once.
    ///
    /// @param tier its name, for the error
    /// @throws IllegalArgumentException if the space has no room for all blocks; then it keeps none
    CheckedBlocks(String tier, MemorySpace space, long blockBytes, int blocks) {
        this.blockBytes = blockBytes;
        memory = new BlockMemory(tier, space, blockBytes, 1, blocks);
        checksums = new int[blocks + 1];
        for (int block = 0; block < blocks; block++) {
            if (memory.grow() < 0) {
                memory.close();
                throw new IllegalArgumentException(
                        "tier %s: the space has room for %d of %d blocks"
                                .formatted(tier, block, blocks));
            }
        }
    }

    /// Where the bytes of one block lie on their way.
    MemorySegment staging(Arena arena) {
        return arena.allocate(blockBytes, Long.BYTES);
    }

    /// Writes all bytes of a block.
    void write(int block, MemorySegment bytes) {
        memory.write(block, 0, bytes);
        checksums[block] = checksum(bytes);
    }

    /// Reads all bytes of a block.
    ///
    /// @return whether they are those that were written
    boolean read(int block, MemorySegment target) {
        memory.read(block, 0, target);
        return checksum(target) == checksums[block];
    }

    private static int checksum(MemorySegment bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.asByteBuffer());
        return (int) crc.getValue();
    }

    /// What the space has given, in bytes.
    long committedBytes() {
        return memory.committedBytes();
    }

    /// The bytes without the checks.
    BlockMemory memory() {
        return memory;
    }

    @Override
    public void close() {
        memory.close();
    }
}
