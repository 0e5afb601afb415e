package dev.isobar.kv;

/// Orders that rank leaves by numbers: when they came, how often they were found, when they were used
/// last.
///
/// An idle block without children is in a heap; a parent joins when its last child leaves.
final class LeafOrder extends EvictionOrder {

    /// How a block is ranked: the lowest goes first.
    @FunctionalInterface
    interface Rank {
        /// The rank.
        ///
        /// @param created a counter's value when the block was released for the first time
        /// @param used the counter's value when it was released last
        /// @param hits how often it was found since it entered
        long of(long created, long used, int hits);
    }

    /// First in, first out.
    static final Rank FIFO = (created, _, _) -> created;

    /// The least often found goes first; among equals, the least recently used.
    static final Rank LFU = (_, used, hits) -> ((long) Math.min(hits, 1 << 20) << 42) | used;

    /// Those found fewer than twice go before the others; in each part, the least recently used.
    static final Rank SLRU = (_, used, hits) -> (hits >= 2 ? 1L << 62 : 0) | used;

    private final BlockTable table;
    private final Rank rank;
    private final BlockHeap leaves;
    private final long[] created;
    private final long[] used;
    private final int[] hits;
    private long tick;

    LeafOrder(BlockTable table, Rank rank) {
        this.table = table;
        this.rank = rank;
        leaves = new BlockHeap(table.blocks());
        created = new long[table.blocks() + 1];
        used = new long[table.blocks() + 1];
        hits = new int[table.blocks() + 1];
    }

    @Override
    void entered(int block) {
        created[block] = 0;
        hits[block] = 0;
    }

    @Override
    void taken(int block) {
        hits[block]++;
        leaves.remove(block);
    }

    @Override
    void shared(int block) {
        hits[block]++;
    }

    @Override
    void released(int block) {
        used[block] = ++tick;
        if (created[block] == 0) {
            created[block] = tick;
        }
        if (table.children(block) == 0) {
            join(block);
        }
    }

    @Override
    void left(int block) {
        leaves.remove(block);
        int parent = table.parent(block);
        if (parent != NONE && table.mayGo(parent)) {
            join(parent);
        }
    }

    @Override
    void moved(int from, int to) {
        created[to] = created[from];
        used[to] = used[from];
        hits[to] = hits[from];
        if (leaves.contains(from)) {
            leaves.replace(from, to);
        }
    }

    @Override
    int victim(Eligible may) {
        return leaves.first(may);
    }

    private void join(int block) {
        leaves.add(block, rank.of(created[block], used[block], hits[block]));
    }
}
