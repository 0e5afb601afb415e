package dev.isobar.kv;

import java.util.Arrays;
import java.util.List;

/// Follows whichever order does best.
///
/// Four orders are followed in shadow, over every request and at full size, as metadata only: LRU, LFU, ARC
/// and one that learns the odds of reuse ([HazardShadow]). The one with the most hits lately leads, and of
/// the blocks that may go, the one goes that was used least recently among those that the leader does not
/// hold. So a change of leader costs nothing by itself: what the new leader would hold is taken over as it
/// comes.
///
/// All but ARC hold no block without the one that it hangs from, so there is nearly always a leaf that the
/// leader does not hold; if there is none, the least recently used leaf goes.
///
/// Metadata is [#BYTES_PER_SLOT] bytes for each block remembered, held or not, and [#BYTES_PER_BLOCK] for
/// each block of the table. Remembered are {@value #LEAST_REMEMBERED} blocks, or 1.75 times as many as the
/// table has, if that is more.
final class AdaptiveOrder extends EvictionOrder {

    /// How many blocks are remembered at least: {@value}.
    static final int LEAST_REMEMBERED = 1 << 16;

    /// What a remembered block costs in bytes: the history, four shadows, its block and a sixth of a
    /// segment.
    static final int BYTES_PER_SLOT =
            BlockHistory.BYTES_PER_SLOT
                    + LruShadow.BYTES_PER_SLOT
                    + LfuShadow.BYTES_PER_SLOT
                    + ArcShadow.BYTES_PER_SLOT
                    + HazardShadow.BYTES_PER_SLOT
                    + 4;

    /// What a block of the table costs here in bytes: {@value}.
    static final int BYTES_PER_BLOCK = 5;

    private static final int NANOS_PER_MILLI = 1_000_000;

    private final BlockTable table;
    private final BlockQueues queues;

    /// Unused blocks that the leader holds.
    private final int heldQueue;

    /// Unused blocks that it does not hold.
    private final int unheldQueue;

    private final BlockHistory history;
    private final LruShadow lru;
    private final ArcShadow arc;
    private final HazardShadow hazard;
    private final List<ShadowOrder> shadows;
    private final ShadowLeague league;
    private final ShadowOrder.Dropped dropped = this::leaderDropped;

    private final int[] slotOf;
    private final boolean[] unheld;
    private int[] blockOf;
    private int[] path = new int[64];
    private long firstNanos;
    private boolean started;

    /// @param table what is known of the blocks; only read
    /// @param queues the queues of the table
    /// @param firstQueue the first of the two that are this order's
    AdaptiveOrder(BlockTable table, BlockQueues queues, int firstQueue) {
        this.table = table;
        this.queues = queues;
        this.heldQueue = firstQueue;
        this.unheldQueue = firstQueue + 1;
        int capacity = table.blocks();
        history = new BlockHistory(remembered(capacity), new Slots());
        lru = new LruShadow(history, capacity);
        arc = new ArcShadow(history.slots(), capacity);
        hazard = new HazardShadow(history, capacity);
        shadows = List.of(lru, new LfuShadow(history.slots(), capacity), arc, hazard);
        league = new ShadowLeague(shadows, capacity);
        slotOf = new int[capacity + 1];
        unheld = new boolean[capacity + 1];
        blockOf = new int[history.slots() + 1];
    }

    static OrderFactory factory() {
        return new OrderFactory() {
            @Override
            public int queues() {
                return 2;
            }

            @Override
            public EvictionOrder order(BlockTable table, BlockQueues queues) {
                return new AdaptiveOrder(table, queues, BlockTable.ORDER_QUEUE);
            }
        };
    }

    /// How many blocks are remembered at most, unless more are held.
    static int remembered(int capacity) {
        return Math.max(LEAST_REMEMBERED, (int) Math.min(1 << 30, capacity * 7L / 4));
    }

    /// Who leads, for tests and people.
    String leader() {
        return league.leader().getClass().getSimpleName();
    }

    BlockHistory history() {
        return history;
    }

    @Override
    void requested(DigestChain chain, int hits, long nowNanos) {
        int length = chain.blocks();
        if (length == 0) {
            return;
        }
        if (path.length < length) {
            path = Arrays.copyOf(path, length * 2);
        }
        int parent = BlockHistory.NONE;
        for (int at = 0; at < length; at++) {
            int slot = history.find(chain.key(at));
            path[at] = slot == BlockHistory.NONE ? history.add(chain.key(at), parent) : slot;
            parent = path[at];
        }
        hazard.passTo(millis(nowNanos));
        follow(length, BlockHistory.NONE);
        if (league.elect()) {
            sort();
        }
    }

    /// A block that no request announced, as a sequence grew by it.
    private int append(int block) {
        int parent = table.parent(block);
        int above = parent == NONE ? BlockHistory.NONE : slotOf[parent];
        path[0] = history.add(table.digest(block, 0), above);
        follow(1, above);
        return path[0];
    }

    @SuppressWarnings("ReferenceEquality") // the leader itself, not one like it
    private void follow(int length, int above) {
        league.count(path, length);
        for (int at = length - 1; at >= 0; at--) {
            touch(path[at]);
        }
        for (int i = 0; i < shadows.size(); i++) {
            boolean leads = league.isLeader(i);
            shadows.get(i)
                    .request(path, length, above, leads ? dropped : ShadowOrder.Dropped.NOBODY);
        }
    }

    private void touch(int slot) {
        lru.beforeTouch(slot);
        history.touch(slot);
    }

    private long millis(long nowNanos) {
        if (!started) {
            started = true;
            firstNanos = nowNanos;
        }
        return (nowNanos - firstNanos) / NANOS_PER_MILLI;
    }

    private void leaderDropped(int slot) {
        int block = blockOf[slot];
        if (block != NONE && queues.queued(block) && !unheld[block]) {
            queues.remove(heldQueue, block);
            queues.addLast(unheldQueue, block);
            unheld[block] = true;
        }
    }

    /// There is a new leader: looks at each unused block once. Those that the old one did not hold come
    /// first, as they were used less recently.
    private void sort() {
        int before = queues.size(unheldQueue) + queues.size(heldQueue);
        int rest = queues.size(unheldQueue);
        for (int i = 0; i < before; i++) {
            int queue = i < rest ? unheldQueue : heldQueue;
            int block = queues.poll(queue);
            enqueue(block);
        }
    }

    private void enqueue(int block) {
        unheld[block] = !league.leader().holds(slotOf[block]);
        queues.addLast(unheld[block] ? unheldQueue : heldQueue, block);
    }

    private void dequeue(int block) {
        queues.remove(unheld[block] ? unheldQueue : heldQueue, block);
    }

    @Override
    void entered(int block) {
        int slot = history.find(table.digest(block, 0));
        if (slot == BlockHistory.NONE) {
            slot = append(block);
        }
        slotOf[block] = slot;
        blockOf[slot] = block;
    }

    @Override
    void taken(int block) {
        dequeue(block);
    }

    @Override
    void released(int block) {
        touch(slotOf[block]);
        enqueue(block);
    }

    @Override
    void left(int block) {
        dequeue(block);
        if (blockOf[slotOf[block]] == block) {
            blockOf[slotOf[block]] = NONE;
        }
        slotOf[block] = BlockHistory.NONE;
    }

    @Override
    void moved(int from, int to) {
        queues.replace(from, to);
        unheld[to] = unheld[from];
        slotOf[to] = slotOf[from];
        if (blockOf[slotOf[from]] == from) {
            blockOf[slotOf[from]] = to;
        }
        slotOf[from] = BlockHistory.NONE;
    }

    @Override
    int victim(Eligible may) {
        int block = first(unheldQueue, may);
        return block != NONE ? block : first(heldQueue, may);
    }

    private int first(int queue, Eligible may) {
        int block = queues.first(queue);
        while (block != NONE && !may.test(block)) {
            block = queues.after(block);
        }
        return block;
    }

    /// Keeps everything that goes by slot in step with the history.
    private final class Slots implements BlockHistory.Listener {
        @Override
        public void grown(int slots) {
            shadows.forEach(shadow -> shadow.grown(slots));
            blockOf = Arrays.copyOf(blockOf, slots + 1);
        }

        @Override
        public boolean held(int slot) {
            boolean held = blockOf[slot] != NONE;
            for (int i = 0; i < shadows.size() && !held; i++) {
                held = shadows.get(i).holds(slot);
            }
            return held;
        }

        @Override
        public void renewed(int slot) {
            lru.beforeTouch(slot);
        }

        @Override
        public void forgotten(int slot) {
            arc.forgotten(slot);
            hazard.forgotten(slot);
        }
    }
}
