package dev.isobar.kv;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/// Blocks that were evicted and whose bytes are to be copied to the next place before they are gone.
///
/// Filled with the lock of their table held; then read by the one who copies.
final class Departures {

    private final DigestChain digests = new DigestChain(8);
    private int[] blocks = new int[8];
    private final List<BlockOrigin> origins = new ArrayList<>();
    private final BitSet forDisk = new BitSet();

    /// Adds a block that is about to lose its content.
    ///
    /// @param origin what is known of it besides its bytes
    void add(BlockTable table, int block, BlockOrigin origin) {
        int count = digests.blocks();
        if (count == blocks.length) {
            blocks = Arrays.copyOf(blocks, 2 * count);
        }
        blocks[count] = block;
        origins.add(origin);
        digests.add(
                table.digest(block, 0),
                table.digest(block, 1),
                table.digest(block, 2),
                table.digest(block, 3));
    }

    /// The block that was added last goes to the disk, too.
    void alsoToDisk() {
        forDisk.set(count() - 1);
    }

    /// Whether a block goes to the disk, too.
    boolean toDisk(int at) {
        return forDisk.get(at);
    }

    /// What is known of a block besides its bytes.
    BlockOrigin origin(int at) {
        return origins.get(at);
    }

    int count() {
        return digests.blocks();
    }

    boolean isEmpty() {
        return count() == 0;
    }

    int block(int at) {
        return blocks[at];
    }

    /// The digests of some of the blocks in turn, the last one first: leaves go before what they hang from,
    /// so that is the order in which a request would have them.
    ///
    /// @param from the first to take
    /// @param to the first not to take any more
    DigestChain reversed(int from, int to) {
        DigestChain reversed = new DigestChain(to - from);
        for (int at = to - 1; at >= from; at--) {
            reversed.add(
                    digests.word(at, 0),
                    digests.word(at, 1),
                    digests.word(at, 2),
                    digests.word(at, 3));
        }
        return reversed;
    }

    /// The same blocks in the same turn.
    ///
    /// @param last the place of the first one to read
    BlockSource source(int last, BlockReader reader) {
        return new BlockSource() {
            @Override
            public boolean read(int at, MemorySegment target) {
                return reader.read(blocks[last - at], target);
            }

            @Override
            public BlockOrigin origin(int at) {
                return origins.get(last - at);
            }
        };
    }
}
