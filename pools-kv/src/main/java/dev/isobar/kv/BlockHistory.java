package dev.isobar.kv;

/// Every block that was ever asked for, whether anybody holds it or not, by slot: its key, what it hangs
/// from, and when it was last asked for in relation to the others.
///
/// Slots are numbered from 1. When all are taken, the one that was asked for the longest ago makes room;
/// those that somebody holds are passed over. A key is remembered by 32 bits of it: two that agree in them
/// are taken for one, which a statistic can bear.
///
/// *Guarded by caller.* Constant time but for those passed over; nothing is allocated.
final class BlockHistory {

    /// No slot: {@value}.
    static final int NONE = 0;

    /// What a slot costs here in bytes: {@value}.
    static final int BYTES_PER_SLOT = 4 + 4 + 4 + 4 + 8;

    private final Listener listener;
    private final int[] keys;
    private final int[] parents;
    private final int[] chained;
    private final int[] buckets;
    private final BlockQueues recency;
    private int used;

    /// Is told what happens to slots.
    interface Listener {
        /// Whether somebody holds the block, so that its slot cannot be given to another.
        boolean held(int slot);

        /// A block that is held becomes the youngest, as there is no other place for it.
        void renewed(int slot);

        /// The block of a slot is forgotten.
        void forgotten(int slot);
    }

    /// @param slots how many blocks are remembered: at least 1 more than can be held
    BlockHistory(int slots, Listener listener) {
        this.listener = listener;
        keys = new int[slots + 1];
        parents = new int[slots + 1];
        chained = new int[slots + 1];
        buckets = new int[slots];
        recency = new BlockQueues(slots, 1);
    }

    /// How many slots there are.
    int slots() {
        return keys.length - 1;
    }

    /// How many blocks are remembered.
    int size() {
        return recency.size(0);
    }

    /// The block that came before it in its prefix, or [#NONE].
    int parent(int slot) {
        return parents[slot];
    }

    /// The block that a slot's prefix was found to go on from.
    void parent(int slot, int parent) {
        parents[slot] = parent;
    }

    /// The slots in use, the one that was asked for the longest ago first, in queue 0.
    BlockQueues recency() {
        return recency;
    }

    /// The slot of a block, or [#NONE].
    int find(long key) {
        int slot = buckets[bucket(key)];
        while (slot != NONE && keys[slot] != mark(key)) {
            slot = chained[slot];
        }
        return slot;
    }

    /// Adds a block that is not there, as the youngest.
    ///
    /// @return its slot
    int add(long key, int parent) {
        int slot = freeSlot();
        int bucket = bucket(key);
        keys[slot] = mark(key);
        parents[slot] = parent;
        chained[slot] = buckets[bucket];
        buckets[bucket] = slot;
        recency.addLast(0, slot);
        return slot;
    }

    /// A block was asked for: it is the youngest.
    void touch(int slot) {
        recency.remove(0, slot);
        recency.addLast(0, slot);
    }

    private int freeSlot() {
        return used < slots() ? ++used : forgetOldest();
    }

    /// Those that are held become the youngest: their turn comes again.
    private int forgetOldest() {
        int slot = recency.first(0);
        while (listener.held(slot)) {
            listener.renewed(slot);
            touch(slot);
            slot = recency.first(0);
        }
        listener.forgotten(slot);
        recency.remove(0, slot);
        unlink(slot);
        return slot;
    }

    private void unlink(int slot) {
        int bucket = bucketOfMark(keys[slot]);
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

    private static int mark(long key) {
        return (int) (key >>> Integer.SIZE);
    }

    private int bucket(long key) {
        return bucketOfMark(mark(key));
    }

    private int bucketOfMark(int mark) {
        return (int) (((mark & 0xFFFF_FFFFL) * buckets.length) >>> Integer.SIZE);
    }
}
