package dev.isobar.kv;

import java.util.Arrays;

/// Every block that was ever asked for, whether anybody holds it or not, by slot: its key, what it hangs
/// from, and when it was last asked for in relation to the others.
///
/// Slots are numbered from 1. There are as many as blocks were seen, up to a limit; then the one that was
/// asked for the longest ago makes room. Those that somebody holds are kept, so if there are very many of
/// them there are more slots than the limit. Arrays of others that go by slot grow with these.
///
/// *Guarded by caller.* Constant time; nothing is allocated but when there are more slots than ever before.
final class BlockHistory {

    /// No slot: {@value}.
    static final int NONE = 0;

    /// What a slot costs here in bytes: {@value}.
    static final int BYTES_PER_SLOT = 8 + 4 + 4 + 4 + 8;

    private static final int FIRST_SLOTS = 1 << 10;

    /// How many held ones are passed over before another slot is made.
    private static final int TRIES = 4;

    private final int limit;
    private final Listener listener;
    private long[] keys = new long[FIRST_SLOTS + 1];
    private int[] parents = new int[FIRST_SLOTS + 1];
    private int[] chained = new int[FIRST_SLOTS + 1];
    private int[] buckets = new int[FIRST_SLOTS];
    private final SlotLists recency = new SlotLists(FIRST_SLOTS, 1);
    private int used;
    private int unused = NONE;

    /// Is told what happens to slots.
    interface Listener {
        /// There are more slots: arrays that go by slot have to be longer.
        void grown(int slots);

        /// Whether somebody holds the block, so that its slot cannot be given to another.
        boolean held(int slot);

        /// A block that is held becomes the youngest, as there is no other place for it.
        void renewed(int slot);

        /// The block of a slot is forgotten.
        void forgotten(int slot);
    }

    /// @param limit how many blocks are remembered; at least 1
    BlockHistory(int limit, Listener listener) {
        this.limit = limit;
        this.listener = listener;
    }

    /// How many slots there are.
    int slots() {
        return keys.length - 1;
    }

    /// How many blocks are remembered.
    int size() {
        return recency.size(0);
    }

    long key(int slot) {
        return keys[slot];
    }

    /// The block that came before it in its prefix, or [#NONE].
    int parent(int slot) {
        return parents[slot];
    }

    SlotLists recency() {
        return recency;
    }

    /// The slot of a block, or [#NONE].
    int find(long key) {
        int slot = buckets[bucket(key)];
        while (slot != NONE && keys[slot] != key) {
            slot = chained[slot];
        }
        return slot;
    }

    /// Adds a block that is not there, as the youngest.
    ///
    /// @return its slot
    int add(long key, int parent) {
        int slot = freeSlot();
        keys[slot] = key;
        parents[slot] = parent;
        chained[slot] = buckets[bucket(key)];
        buckets[bucket(key)] = slot;
        recency.addLast(0, slot);
        return slot;
    }

    /// A block was asked for: it is the youngest.
    void touch(int slot) {
        recency.remove(0, slot);
        recency.addLast(0, slot);
    }

    private int freeSlot() {
        if (size() >= limit) {
            forgetOldest();
        }
        if (unused != NONE) {
            int slot = unused;
            unused = chained[slot];
            return slot;
        }
        if (used == slots()) {
            grow();
        }
        return ++used;
    }

    /// Those that are held become the youngest: their turn comes again.
    private void forgetOldest() {
        for (int tries = 0; tries < TRIES; tries++) {
            int slot = recency.first(0);
            if (!listener.held(slot)) {
                listener.forgotten(slot);
                recency.remove(0, slot);
                unlink(slot);
                chained[slot] = unused;
                unused = slot;
                return;
            }
            listener.renewed(slot);
            touch(slot);
        }
    }

    private void unlink(int slot) {
        int bucket = bucket(keys[slot]);
        if (buckets[bucket] == slot) {
            buckets[bucket] = chained[slot];
            return;
        }
        int at = buckets[bucket];
        while (chained[at] != slot) {
            at = chained[at];
        }
        chained[at] = chained[slot];
    }

    private void grow() {
        int slots = slots() < limit ? Math.min(limit, slots() * 2) : slots() + slots() / 4;
        keys = Arrays.copyOf(keys, slots + 1);
        parents = Arrays.copyOf(parents, slots + 1);
        chained = new int[slots + 1];
        buckets = new int[slots];
        for (int slot = 1; slot <= used; slot++) {
            chained[slot] = buckets[bucket(keys[slot])];
            buckets[bucket(keys[slot])] = slot;
        }
        recency.grow(slots);
        listener.grown(slots);
    }

    private int bucket(long key) {
        return (int) (((key >>> Integer.SIZE) * buckets.length) >>> Integer.SIZE);
    }
}
