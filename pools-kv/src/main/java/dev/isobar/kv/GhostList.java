package dev.isobar.kv;

/// Keys of blocks that have gone, oldest first, in flat arrays: an index by key and a queue.
///
/// A key is 64 bits of a digest; two contents with the same 64 bits would share a ghost, which costs a
/// little accuracy and nothing else. *Guarded by caller.*
final class GhostList {

    private static final int NONE = BlockQueues.NONE;
    private static final int QUEUE = 0;
    private static final int UNUSED = 1;

    private final long[] keys;
    private final HashRings rings;
    private final BlockQueues queues;

    /// @param capacity how many keys there may be; the oldest goes when there are more
    GhostList(int capacity) {
        keys = new long[capacity + 1];
        rings = new HashRings(capacity);
        queues = new BlockQueues(capacity, 2);
        for (int slot = 1; slot <= capacity; slot++) {
            queues.addLast(UNUSED, slot);
        }
    }

    int size() {
        return queues.size(QUEUE);
    }

    boolean contains(long key) {
        return find(key) != NONE;
    }

    /// Makes a key the youngest; whether it was there.
    boolean renew(long key) {
        int slot = find(key);
        if (slot == NONE) {
            return false;
        }
        renewSlot(slot);
        return true;
    }

    private void renewSlot(int slot) {
        queues.remove(QUEUE, slot);
        queues.addLast(QUEUE, slot);
    }

    /// Adds a key as the youngest.
    ///
    /// @return its place, from 1 to the capacity
    int add(long key) {
        int known = find(key);
        if (known != NONE) {
            renewSlot(known);
            return known;
        }
        if (queues.size(UNUSED) == 0) {
            drop(queues.first(QUEUE));
        }
        int slot = queues.poll(UNUSED);
        keys[slot] = key;
        rings.add(slot, key);
        queues.addLast(QUEUE, slot);
        return slot;
    }

    /// Drops a key, if it is there.
    void remove(long key) {
        int slot = find(key);
        if (slot != NONE) {
            drop(slot);
        }
    }

    /// The place of a key, or 0.
    int find(long key) {
        int youngest = rings.youngest(key);
        int slot = youngest;
        while (slot != NONE && keys[slot] != key) {
            slot = rings.next(slot) == youngest ? NONE : rings.next(slot);
        }
        return slot;
    }

    private void drop(int slot) {
        rings.remove(slot, keys[slot]);
        queues.remove(QUEUE, slot);
        queues.addLast(UNUSED, slot);
    }
}
