package dev.isobar.kv;

import java.util.function.LongSupplier;

/// One queue for each priority from 0 to {@value #HIGHEST}: the lowest goes first, within a priority the
/// least recently used.
///
/// A priority may end a while after the block's release: then the block goes to the tail of the queue of
/// the default priority, {@value #DEFAULT}.
final class PriorityOrder extends EvictionOrder {

    /// The priority of blocks for which nothing was asked.
    static final int DEFAULT = 35;

    /// Goes last.
    static final int HIGHEST = 100;

    private final BlockQueues queues;
    private final int firstQueue;
    private final LongSupplier nanoClock;
    private final byte[] priorities;
    private final long[] durations;
    private final BlockHeap expiries;

    static OrderFactory factory(LongSupplier nanoClock) {
        return new OrderFactory() {
            @Override
            public int queues() {
                return HIGHEST + 1;
            }

            @Override
            public EvictionOrder order(BlockTable table, BlockQueues queues) {
                return new PriorityOrder(table.blocks(), queues, BlockTable.ORDER_QUEUE, nanoClock);
            }
        };
    }

    private PriorityOrder(int blocks, BlockQueues queues, int firstQueue, LongSupplier nanoClock) {
        this.queues = queues;
        this.firstQueue = firstQueue;
        this.nanoClock = nanoClock;
        priorities = new byte[blocks + 1];
        durations = new long[blocks + 1];
        expiries = new BlockHeap(blocks);
    }

    /// The priority by which an idle block is ranked now, after [#expire].
    int priority(int block) {
        return priorities[block];
    }

    @Override
    void entered(int block) {
        retain(block, DEFAULT, 0);
    }

    @Override
    void retain(int block, int priority, long durationNanos) {
        if (priority < 0 || priority > HIGHEST) {
            throw new IllegalArgumentException(
                    "priority must be from 0 to %d: %d".formatted(HIGHEST, priority));
        }
        priorities[block] = (byte) priority;
        durations[block] = durationNanos;
    }

    @Override
    void taken(int block) {
        left(block);
    }

    @Override
    void released(int block) {
        queues.addLast(firstQueue + priorities[block], block);
        if (durations[block] > 0 && priorities[block] != DEFAULT) {
            expiries.add(block, nanoClock.getAsLong() + durations[block]);
        }
    }

    @Override
    void left(int block) {
        queues.remove(firstQueue + priorities[block], block);
        expiries.remove(block);
    }

    @Override
    void moved(int from, int to) {
        priorities[to] = priorities[from];
        durations[to] = durations[from];
        queues.replace(from, to);
        if (expiries.contains(from)) {
            expiries.replace(from, to);
        }
    }

    @Override
    int victim(Eligible may) {
        expire();
        for (int priority = 0; priority <= HIGHEST; priority++) {
            int block = queues.first(firstQueue + priority);
            while (block != NONE && !may.test(block)) {
                block = queues.after(block);
            }
            if (block != NONE) {
                return block;
            }
        }
        return NONE;
    }

    /// Ends the priorities whose time is up.
    void expire() {
        long now = nanoClock.getAsLong();
        int block = expiries.first();
        while (block != NONE && now - expiries.rank(block) >= 0) {
            left(block);
            priorities[block] = DEFAULT;
            queues.addLast(firstQueue + DEFAULT, block);
            block = expiries.first();
        }
    }
}
