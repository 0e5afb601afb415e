package dev.isobar.kv;

import java.util.function.IntUnaryOperator;

/// Lets go what the best of four orders would let go: LRU, LFU, ARC, or one that learns the odds of reuse
/// ([ReuseLearner]).
///
/// Which of them that is, shadows find out: they follow an eighth of all blocks, chosen by their keys, in
/// caches of an eighth of the size, as metadata only. The one with the most hits lately leads
/// ([ShadowLeague]). A change of leader moves nothing: only the next victims are others.
///
/// Unused blocks are in two queues, those found once and those found again, for LRU and ARC. For LFU and the
/// learned odds there is a heap of leaves by their worth when they were added, which is made anew after some
/// evictions, and whenever the odds or the leader have changed.
///
/// Metadata is at most [AdaptiveSize#BYTES_PER_BLOCK] bytes a block of the table, all shadows and ghosts
/// included, at any capacity from 80 blocks on ([AdaptiveSize#bytes]).
final class AdaptiveOrder extends EvictionOrder {

    /// What a block costs here in bytes: {@value}, its place in the heap included.
    static final int BYTES_PER_BLOCK = 4 + 2 + 1 + 1 + 1 + LeafHeap.BYTES_PER_BLOCK;

    /// What a block that the shadows know costs in bytes: {@value}.
    static final int BYTES_PER_SLOT =
            BlockHistory.BYTES_PER_SLOT
                    + LruShadow.BYTES_PER_SLOT
                    + LfuShadow.BYTES_PER_SLOT
                    + ArcShadow.BYTES_PER_SLOT
                    + HazardShadow.BYTES_PER_SLOT;

    private static final int NANOS_PER_TICK = ReuseOdds.TICK_MILLIS * 1_000_000;
    private static final DigestChain NO_CHAIN = new DigestChain(1);
    private static final int LEAST_DROPS = 32;
    private static final int LEAVES_PER_DROP = 8;
    private static final int BLOCKS_PER_DROP = 128;

    private final BlockTable table;
    private final BlockQueues queues;

    /// Unused blocks that were found once, and those found again, the least recently used first.
    private final int onceQueue;

    private final int againQueue;

    private final ReuseLearner learner;
    private final Shadows shadows;
    private final NoteTable announced;
    private final IntUnaryOperator heldUses = this::heldUses;

    /// Of each block: when it was released last, its class, how often it was asked for, how often since it
    /// is held, and whether it is in the second queue.
    private final int[] released;

    private final char[] kinds;
    private final byte[] uses;
    private final byte[] found;
    private final boolean[] again;

    private final LeafHeap leaves;
    private boolean stale = true;
    private int drops;
    private int dropLimit;

    /// The request that is being looked at, else an empty one.
    private DigestChain chain = NO_CHAIN;

    private long firstNanos;
    private boolean started;

    /// In ticks since the first request; begins again after a year, so only differences count.
    private int now;

    /// @param table what is known of the blocks; only read
    /// @param queues the queues of the table
    /// @param firstQueue the first of the two that are this order's
    AdaptiveOrder(BlockTable table, BlockQueues queues, int firstQueue) {
        this.table = table;
        this.queues = queues;
        this.onceQueue = firstQueue;
        this.againQueue = firstQueue + 1;
        int capacity = table.blocks();
        AdaptiveSize size = AdaptiveSize.of(capacity);
        learner = new ReuseLearner(size);
        shadows = new Shadows(size, learner.odds());
        announced = new NoteTable(size.notes());
        released = new int[capacity + 1];
        kinds = new char[capacity + 1];
        uses = new byte[capacity + 1];
        found = new byte[capacity + 1];
        again = new boolean[capacity + 1];
        leaves = new LeafHeap(capacity);
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

    /// Who leads, for tests and people.
    Shadows.Leader leader() {
        return shadows.leader();
    }

    @Override
    void requested(DigestChain chain, int hits, long nowNanos) {
        int length = chain.blocks();
        if (length == 0) {
            return;
        }
        passTo(nowNanos);
        this.chain = chain;
        learner.request(chain, hits, heldUses, now);
        for (int at = 0; at < length; at++) {
            note(chain.key(at), held(at), learner.kind(at), learner.uses(at));
        }
        this.chain = NO_CHAIN;
        stale |= shadows.request(chain, learner, now);
        if (learner.learn(length, now)) {
            shadows.learnt();
            stale = true;
        }
    }

    private void passTo(long nowNanos) {
        if (!started) {
            started = true;
            firstNanos = nowNanos;
        }
        int ticks = (int) ((nowNanos - firstNanos) / NANOS_PER_TICK);
        now = ticks - now > 0 ? ticks : now;
    }

    private int held(int at) {
        int block = table.find(chain, at);
        return block != NONE && table.kept(block) ? block : NONE;
    }

    private int heldUses(int at) {
        int block = held(at);
        return block == NONE ? 0 : uses[block];
    }

    private void note(long key, int block, int kind, int times) {
        if (block == NONE) {
            announced.put(key, kind, times);
            return;
        }
        kinds[block] = (char) kind;
        uses[block] = (byte) times;
        found[block] = (byte) Math.min(Byte.MAX_VALUE, found[block] + 1);
    }

    @Override
    void entered(int block) {
        long key = table.digest(block, 0);
        int note = announced.of(key);
        found[block] = 1;
        if (note == NoteTable.NONE) {
            uses[block] = 1;
            kinds[block] = (char) learner.odds().classOf(1, 1);
            learner.grown(key, now);
            stale |= shadows.grown(table, block, kinds[block]);
        } else {
            uses[block] = (byte) NoteTable.uses(note);
            kinds[block] = (char) NoteTable.kind(note);
        }
    }

    @Override
    void taken(int block) {
        dequeue(block);
    }

    @Override
    void released(int block) {
        again[block] = found[block] > 1;
        queues.addLast(again[block] ? againQueue : onceQueue, block);
        released[block] = now;
        offer(block);
    }

    @Override
    void left(int block) {
        dequeue(block);
        drops++;
        int parent = table.parent(block);
        if (parent != NONE) {
            offer(parent);
        }
    }

    @Override
    void moved(int from, int to) {
        queues.replace(from, to);
        again[to] = again[from];
        released[to] = released[from];
        kinds[to] = kinds[from];
        uses[to] = uses[from];
        found[to] = found[from];
        offer(to);
    }

    private void dequeue(int block) {
        queues.remove(again[block] ? againQueue : onceQueue, block);
    }

    @Override
    int victim(Eligible may) {
        int block =
                switch (leader()) {
                    case LRU -> NONE;
                    case ARC -> first(onceHasTooMany() ? onceQueue : againQueue, may);
                    case LFU, HAZARD -> least(may);
                };
        return block == NONE ? leastRecent(may) : block;
    }

    private boolean onceHasTooMany() {
        return queues.size(onceQueue) >= (int) (shadows.onceShare() * table.blocks());
    }

    private int leastRecent(Eligible may) {
        int once = first(onceQueue, may);
        int more = first(againQueue, may);
        if (once == NONE || more == NONE) {
            return once == NONE ? more : once;
        }
        return released[once] - released[more] <= 0 ? once : more;
    }

    private int first(int queue, Eligible may) {
        int block = queues.first(queue);
        while (block != NONE && !may.test(block)) {
            block = queues.after(block);
        }
        return block;
    }

    private int least(Eligible may) {
        if (stale || drops >= dropLimit) {
            collect();
        }
        int victim = NONE;
        while (victim == NONE && leaves.size() > 0) {
            int block = leaves.first();
            long key = rank(block);
            if (!table.mayGo(block)) {
                leaves.removeFirst();
            } else if (key > leaves.firstKey()) {
                leaves.sinkFirst(key);
            } else if (may.test(block)) {
                victim = block;
            } else {
                leaves.layFirstAside();
            }
        }
        leaves.restore();
        return victim;
    }

    private void collect() {
        leaves.clear();
        stale = false;
        drops = 0;
        for (int block = 1; block <= table.blocks(); block++) {
            offer(block);
        }
        int some = Math.max(leaves.size() / LEAVES_PER_DROP, table.blocks() / BLOCKS_PER_DROP);
        dropLimit = Math.max(LEAST_DROPS, some);
    }

    /// Where there is no place for it, all have to be looked at again.
    private void offer(int block) {
        if (!stale && table.mayGo(block)) {
            stale = !leaves.add(block, rank(block));
        }
    }

    private long rank(int block) {
        return leader() == Shadows.Leader.LFU
                ? (long) found[block] << Integer.SIZE | (released[block] & 0xFFFF_FFFFL)
                : learner.odds().key(kinds[block], now, released[block]);
    }
}
