package dev.isobar.kv;

/// The block that was stored or asked for longest ago. Unlike [LruOrder], being used moves nothing: only a
/// request does, from its last block to its first.
final class TouchOrder extends EvictionOrder {

    private final BlockTable table;
    private final BlockQueues queues;

    TouchOrder(BlockTable table, BlockQueues queues) {
        this.table = table;
        this.queues = queues;
    }

    @Override
    void requested(DigestChain chain, int hits, long nowNanos) {
        for (int at = chain.blocks() - 1; at >= 0; at--) {
            int block = table.find(chain, at);
            if (block != NONE && table.kept(block)) {
                queues.remove(BlockTable.ORDER_QUEUE, block);
                queues.addLast(BlockTable.ORDER_QUEUE, block);
            }
        }
    }

    @Override
    void entered(int block) {
        queues.addLast(BlockTable.ORDER_QUEUE, block);
    }

    @Override
    void released(int block) {}

    @Override
    void left(int block) {
        queues.remove(BlockTable.ORDER_QUEUE, block);
    }

    @Override
    void moved(int from, int to) {
        queues.replace(from, to);
    }

    @Override
    int victim(Eligible may) {
        int block = queues.first(BlockTable.ORDER_QUEUE);
        while (block != NONE && !may.test(block)) {
            block = queues.after(block);
        }
        return block;
    }
}
