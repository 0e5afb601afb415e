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
    private int[] tokenSums = new int[8];
    private final List<String> tenants = new ArrayList<>();
    private final BitSet forDisk = new BitSet();

    /// Adds a block that is about to lose its content.
    ///
    /// @param tokenSum a sum over its tokens, 0 if they are not known
    /// @param tenant whose it is
    void add(BlockTable table, int block, int tokenSum, String tenant) {
        int count = digests.blocks();
        if (count == blocks.length) {
            blocks = Arrays.copyOf(blocks, 2 * count);
            tokenSums = Arrays.copyOf(tokenSums, 2 * count);
        }
        blocks[count] = block;
        tokenSums[count] = tokenSum;
        tenants.add(tenant);
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

    /// A sum over the tokens of a block, 0 if they are not known.
    int tokenSum(int at) {
        return tokenSums[at];
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
            public int tokenSum(int at) {
                return tokenSums[last - at];
            }

            @Override
            public String tenant(int at) {
                return tenants.get(last - at);
            }
        };
    }
}
