package dev.isobar.kv;

/// Least recently used. The history keeps blocks in that order anyway, so that all that is needed is a
/// mark on those within the capacity, and the oldest of them.
final class LruShadow extends ShadowOrder {

    /// What a slot costs here in bytes: {@value}.
    static final int BYTES_PER_SLOT = 1;

    private final BlockHistory history;
    private final int capacity;
    private final boolean[] inside;
    private int held;
    private int oldest = BlockHistory.NONE;

    LruShadow(BlockHistory history, int capacity) {
        this.history = history;
        this.capacity = capacity;
        inside = new boolean[history.slots() + 1];
    }

    @Override
    boolean holds(int slot) {
        return inside[slot];
    }

    /// A block is about to become the youngest, which the oldest may be already.
    void beforeTouch(int slot) {
        int next = slot == oldest ? history.recency().after(slot) : BlockHistory.NONE;
        oldest = next == BlockHistory.NONE ? oldest : next;
    }

    /// The path was touched already, the last block first.
    @Override
    void request(ShadowPath path) {
        int length = path.length();
        int found = 0;
        for (int at = length - 1; at >= 0; at--) {
            found += inside[path.slot(at)] ? 1 : 0;
            inside[path.slot(at)] = true;
        }
        if (found == held) {
            oldest = path.slot(length - 1);
        }
        held += length - found;
        while (held > capacity) {
            dropOldest();
        }
    }

    /// Between those inside there may be some that others keep in the history.
    private void dropOldest() {
        int slot = oldest;
        oldest = history.recency().after(slot);
        if (inside[slot]) {
            inside[slot] = false;
            held--;
        }
    }
}
