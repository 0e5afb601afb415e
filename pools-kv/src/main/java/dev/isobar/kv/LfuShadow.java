package dev.isobar.kv;

/// Least often used while it was held; among equals, the least recently used. A block is never used more
/// often than the one that it hangs from, and enters the lists before it, so leaves go first.
final class LfuShadow extends ShadowOrder {

    /// What a slot costs here in bytes: {@value}.
    static final int BYTES_PER_SLOT = 8 + 1;

    private static final int MOST = 63;

    private final int capacity;
    private final BlockQueues byUses;
    private final byte[] uses;
    private int held;

    LfuShadow(int slots, int capacity) {
        this.capacity = capacity;
        byUses = new BlockQueues(slots, MOST + 1);
        uses = new byte[slots + 1];
    }

    @Override
    boolean holds(int slot) {
        return uses[slot] > 0;
    }

    @Override
    void request(ShadowPath path) {
        int length = path.length();
        int kept = Math.min(length, capacity);
        int missing = kept;
        for (int at = 0; at < kept; at++) {
            int slot = path.slot(at);
            if (holds(slot)) {
                byUses.remove(uses[slot], slot);
                missing--;
            }
        }
        while (held + missing > capacity && dropOne()) {}
        for (int at = kept - 1; at >= 0; at--) {
            int slot = path.slot(at);
            held += uses[slot] == 0 ? 1 : 0;
            uses[slot] = (byte) Math.min(MOST, uses[slot] + 1);
            byUses.addLast(uses[slot], slot);
        }
    }

    private boolean dropOne() {
        for (int list = 1; list <= MOST; list++) {
            int slot = byUses.first(list);
            if (slot != BlockHistory.NONE) {
                byUses.remove(list, slot);
                uses[slot] = 0;
                held--;
                return true;
            }
        }
        return false;
    }
}
