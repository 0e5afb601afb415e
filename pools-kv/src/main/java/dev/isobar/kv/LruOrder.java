package dev.isobar.kv;

/// The block whose last user went first. Blocks of a path are released from its end on, so a child
/// always goes before its parent.
final class LruOrder extends EvictionOrder {

    private final BlockQueues queues;
    private final int queue;

    /// @param queues the queues of the table
    /// @param queue which of them is this order's
    LruOrder(BlockQueues queues, int queue) {
        this.queues = queues;
        this.queue = queue;
    }

    @Override
    void taken(int block) {
        queues.remove(queue, block);
    }

    @Override
    void released(int block) {
        queues.addLast(queue, block);
    }

    @Override
    void left(int block) {
        queues.remove(queue, block);
    }

    @Override
    void moved(int from, int to) {
        queues.replace(from, to);
    }

    @Override
    int victim(Eligible may) {
        int block = queues.first(queue);
        while (block != NONE && !may.test(block)) {
            block = queues.after(block);
        }
        return block;
    }
}
