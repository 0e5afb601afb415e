package dev.isobar.kv;

/// Greedy dual, by size and frequency: the block goes that is worth least, and a block is worth the time to
/// have it again, as often as it was asked for, for each byte that only it takes, on top of what the last
/// one that went was worth.
///
/// Blocks of a pool are of one size, and what hangs from nothing else shares its bytes with nobody, so time
/// is density. The floor rises with each block that goes, so cost counts against recency; among equals, the
/// least recently used goes first.
///
/// Leaves are in a heap; a parent joins when its last child leaves.
final class CostOrder extends EvictionOrder {

    private final BlockTable table;
    private final BlockCost cost;
    private final BlockHeap leaves;
    private final double[] worth;
    private final long[] used;
    private final int[] depth;
    private final int[] hits;
    private double floor;
    private long tick;

    CostOrder(BlockTable table, BlockCost cost) {
        this.table = table;
        this.cost = cost;
        int blocks = table.blocks();
        worth = new double[blocks + 1];
        used = new long[blocks + 1];
        depth = new int[blocks + 1];
        hits = new int[blocks + 1];
        leaves = new BlockHeap(blocks, block -> used[block]);
    }

    @Override
    void entered(int block) {
        hits[block] = 0;
        int parent = table.parent(block);
        depth[block] = parent == NONE ? 0 : depth[parent] + 1;
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
        worth[block] = floor + (1.0 + hits[block]) * cost.nanos(table, block, depth[block]);
        if (table.children(block) == 0) {
            join(block);
        }
    }

    @Override
    void left(int block) {
        if (leaves.first() == block) {
            floor = Math.max(floor, worth[block]);
        }
        leaves.remove(block);
        int parent = table.parent(block);
        if (parent != NONE && table.mayGo(parent)) {
            join(parent);
        }
    }

    @Override
    void moved(int from, int to) {
        worth[to] = worth[from];
        used[to] = used[from];
        depth[to] = depth[from];
        hits[to] = hits[from];
        if (leaves.contains(from)) {
            leaves.replace(from, to);
        }
    }

    @Override
    int victim(Eligible may) {
        return leaves.first(may);
    }

    /// Bits of a number that is not negative are in the order of the number.
    private void join(int block) {
        leaves.add(block, Double.doubleToRawLongBits(worth[block]));
    }
}
