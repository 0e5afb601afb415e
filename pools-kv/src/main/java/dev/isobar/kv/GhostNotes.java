package dev.isobar.kv;

/// What became of blocks that have gone: when, why, and for whom room was made.
///
/// *Guarded by caller.*
@SuppressWarnings("EnumOrdinal") // a byte of this class for each note
final class GhostNotes {

    private static final RemovalReason[] REASONS = RemovalReason.values();

    private final int capacity;
    private final GhostList ghosts;
    private final long[] nanos;
    private final byte[] reasons;
    private final char[] causers;

    /// @param capacity how many are remembered; may be 0
    GhostNotes(int capacity) {
        this.capacity = capacity;
        ghosts = new GhostList(Math.max(1, capacity));
        nanos = new long[capacity + 1];
        reasons = new byte[capacity + 1];
        causers = new char[capacity + 1];
    }

    void note(long key, long nowNanos, RemovalReason reason, int causer) {
        if (capacity > 0) {
            int slot = ghosts.add(key);
            nanos[slot] = nowNanos;
            reasons[slot] = (byte) reason.ordinal();
            causers[slot] = (char) causer;
        }
    }

    void forget(long key) {
        if (capacity > 0) {
            ghosts.remove(key);
        }
    }

    /// The place of a block's note, or 0.
    int find(long key) {
        return capacity == 0 ? 0 : ghosts.find(key);
    }

    long nanos(int slot) {
        return nanos[slot];
    }

    RemovalReason reason(int slot) {
        return REASONS[reasons[slot]];
    }

    int causer(int slot) {
        return causers[slot];
    }
}
