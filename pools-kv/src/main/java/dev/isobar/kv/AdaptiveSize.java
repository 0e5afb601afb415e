package dev.isobar.kv;

import java.util.List;

/// How much [AdaptiveOrder] remembers for a cache of some size: at most {@value #BYTES_PER_BLOCK} bytes for
/// each of its blocks, from 80 blocks on.
///
/// The shadows hold a share of all blocks, an eighth, in a cache that is smaller by as much. Odds are told
/// apart as finely as their part of the memory allows. What is left is for ghosts; of the stream, the share
/// is remembered that makes them last for a while. *Immutable.*
///
/// @param blocks of the cache
/// @param ghosts how many blocks are remembered after they have gone
/// @param learnBits of so many bits of a key all have to be 0, so that the block is remembered
/// @param grid how finely odds are told apart
record AdaptiveSize(int blocks, int ghosts, int learnBits, ReuseOdds.Grid grid) {

    /// Bytes for each block of the cache, at most: {@value}.
    static final int BYTES_PER_BLOCK = 128;

    private static final int FOLLOW_BITS = 3;

    /// Objects and arrays themselves.
    private static final int FIXED_BYTES = 3_000;

    private static final int GRID_BYTES_PER_BLOCK = 28;
    private static final int MOST_GHOSTS_PER_BLOCK = 4;
    private static final int LEAST_LEARN_BITS = 2;
    private static final int MOST_LEARN_BITS = 4;
    private static final int LASTING_BLOCKS = 1 << 14;

    /// From fine to coarse.
    private static final List<ReuseOdds.Grid> GRIDS =
            List.of(
                    new ReuseOdds.Grid(16, 16, 57, 1.3),
                    new ReuseOdds.Grid(16, 12, 48, 1.35),
                    new ReuseOdds.Grid(16, 10, 40, 1.4),
                    new ReuseOdds.Grid(16, 8, 30, 1.6),
                    new ReuseOdds.Grid(16, 5, 20, 2.2),
                    new ReuseOdds.Grid(12, 4, 18, 2.4),
                    new ReuseOdds.Grid(4, 4, 14, 3),
                    new ReuseOdds.Grid(2, 1, 8, 8));

    /// @param capacity in blocks; at least 1
    static AdaptiveSize of(int capacity) {
        ReuseOdds.Grid grid =
                GRIDS.stream()
                        .filter(each -> each.bytes() <= (long) GRID_BYTES_PER_BLOCK * capacity)
                        .findFirst()
                        .orElse(GRIDS.getLast());
        var bare = new AdaptiveSize(capacity, 0, MOST_LEARN_BITS, grid);
        long left = (long) BYTES_PER_BLOCK * capacity - bare.bytes();
        long most = Math.min(1 << 30, (long) MOST_GHOSTS_PER_BLOCK * capacity);
        int ghosts = (int) Math.clamp(left / ReuseGhosts.BYTES_PER_GHOST, 8L, Math.max(8, most));
        int learnBits = LEAST_LEARN_BITS;
        while (learnBits < MOST_LEARN_BITS && (long) ghosts << learnBits < LASTING_BLOCKS) {
            learnBits++;
        }
        return new AdaptiveSize(capacity, ghosts, learnBits, grid);
    }

    /// Whether the shadows follow the block with this key.
    boolean follows(long key) {
        return (key & ((1 << FOLLOW_BITS) - 1)) == 0;
    }

    /// Whether the block with this key is remembered.
    boolean learns(long key) {
        return (key & ((1 << learnBits) - 1)) == 0;
    }

    /// The share of all blocks that the shadows follow, from 0 to 1.
    double followShare() {
        return 1.0 / (1 << FOLLOW_BITS);
    }

    /// The share of all blocks that are remembered, from 0 to 1.
    double learnShare() {
        return 1.0 / (1 << learnBits);
    }

    /// How many blocks each shadow holds.
    int shadowBlocks() {
        return Math.max(1, blocks >> FOLLOW_BITS);
    }

    /// Of a request, how many of the blocks that are followed are looked at, at most.
    int longestPath() {
        return shadowBlocks() / 2 + 15;
    }

    /// How many blocks the shadows know: what four may hold, and one request. So there is always one to
    /// forget that nobody holds and that is not of the request.
    int slots() {
        return Math.addExact(Math.multiplyExact(4, shadowBlocks()), longestPath() + 1);
    }

    /// How many places tables of notes have: a power of two.
    int notes() {
        return Integer.highestOneBit(Math.max(8, blocks));
    }

    /// All metadata in bytes, but for four bytes a block of the longest request.
    long bytes() {
        return FIXED_BYTES
                + grid.bytes()
                + (long) AdaptiveOrder.BYTES_PER_BLOCK * blocks
                + (long) AdaptiveOrder.BYTES_PER_SLOT * slots()
                + (long) LeafHeap.BYTES_PER_BLOCK * shadowBlocks()
                + 2L * NoteTable.BYTES_PER_NOTE * notes()
                + (long) ReuseGhosts.BYTES_PER_GHOST * ghosts;
    }
}
