package dev.isobar.kv;

/// Adaptive replacement: blocks seen once and blocks seen again in two queues, and the ghosts of those
/// that went from either, which say which queue should have been longer.
///
/// As in the offload managers that engines ship: a request touches all of its blocks from the end on,
/// ghosts among them; a ghost that comes back enters as new.
final class ArcOrder extends EvictionOrder {

    private final BlockTable table;
    private final BlockQueues queues;
    private final int once;
    private final int again;
    private final GhostList onceGhosts;
    private final GhostList againGhosts;
    private final boolean[] seenAgain;
    private final int capacity;
    private final boolean either;
    private double target;

    /// @param either whether the other queue helps out when the one whose turn it is has no victim; a
    ///     pool needs that
    static OrderFactory factory(boolean either) {
        return new OrderFactory() {
            @Override
            public int queues() {
                return 2;
            }

            @Override
            public EvictionOrder order(BlockTable table, BlockQueues queues) {
                return new ArcOrder(table, queues, either);
            }
        };
    }

    private ArcOrder(BlockTable table, BlockQueues queues, boolean either) {
        this.either = either;
        this.table = table;
        this.queues = queues;
        this.once = BlockTable.ORDER_QUEUE;
        this.again = BlockTable.ORDER_QUEUE + 1;
        this.capacity = table.blocks();
        onceGhosts = new GhostList(capacity);
        againGhosts = new GhostList(capacity);
        seenAgain = new boolean[capacity + 1];
    }

    /// How many blocks should be in the queue of those seen once, from 0 to the capacity.
    double target() {
        return target;
    }

    /// How many ghosts there are.
    int ghosts() {
        return onceGhosts.size() + againGhosts.size();
    }

    boolean seenAgain(int block) {
        return seenAgain[block];
    }

    @Override
    void requested(DigestChain chain, int hits, long nowNanos) {
        for (int at = chain.blocks() - 1; at >= 0; at--) {
            int block = table.find(chain, at);
            if (block != NONE && table.kept(block)) {
                touch(block);
            } else {
                learn(chain.key(at));
            }
        }
    }

    private void touch(int block) {
        queues.remove(queueOf(block), block);
        seenAgain[block] = true;
        queues.addLast(again, block);
    }

    private void learn(long key) {
        if (onceGhosts.renew(key)) {
            double ratio = (double) againGhosts.size() / onceGhosts.size();
            target = Math.min(capacity, target + Math.max(1, ratio));
        } else if (againGhosts.renew(key)) {
            double ratio = (double) onceGhosts.size() / againGhosts.size();
            target = Math.max(0, target - Math.max(1, ratio));
        }
    }

    @Override
    void entered(int block) {
        seenAgain[block] = false;
        queues.addLast(once, block);
        onceGhosts.remove(table.digest(block, 0));
        againGhosts.remove(table.digest(block, 0));
    }

    @Override
    void released(int block) {}

    @Override
    void left(int block) {
        queues.remove(queueOf(block), block);
        (seenAgain[block] ? againGhosts : onceGhosts).add(table.digest(block, 0));
    }

    @Override
    void moved(int from, int to) {
        seenAgain[to] = seenAgain[from];
        queues.replace(from, to);
    }

    @Override
    int victim(Eligible may) {
        int victim = BlockTable.NONE;
        boolean onceFirst = queues.size(once) >= (int) target;
        if (onceFirst) {
            victim = oldest(once, may);
        }
        if (victim == BlockTable.NONE) {
            victim = oldest(again, may);
        }
        if (victim == BlockTable.NONE && either && !onceFirst) {
            victim = oldest(once, may);
        }
        return victim;
    }

    private int oldest(int queue, Eligible may) {
        int block = queues.first(queue);
        while (block != NONE && !may.test(block)) {
            block = queues.after(block);
        }
        return block;
    }

    private int queueOf(int block) {
        return seenAgain[block] ? again : once;
    }
}
