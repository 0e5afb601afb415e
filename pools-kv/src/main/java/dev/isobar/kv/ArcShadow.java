package dev.isobar.kv;

import java.util.Arrays;

/// Adaptive replacement, as [ArcOrder] does it.
final class ArcShadow extends ShadowOrder {

    /// What a slot costs here in bytes: {@value}.
    static final int BYTES_PER_SLOT = 8 + 1;

    private static final int ONCE = 0;
    private static final int AGAIN = 1;
    private static final int ONCE_GHOSTS = 2;
    private static final int AGAIN_GHOSTS = 3;
    private static final byte NOWHERE = -1;

    private final int capacity;
    private final BlockQueues lists;
    private final byte[] where;
    private double target;

    ArcShadow(int slots, int capacity) {
        this.capacity = capacity;
        lists = new BlockQueues(slots, 4);
        where = new byte[slots + 1];
        Arrays.fill(where, NOWHERE);
    }

    /// Which share of the capacity those seen once should have, from 0 to 1.
    double targetShare() {
        return target / capacity;
    }

    @Override
    boolean holds(int slot) {
        return where[slot] == ONCE || where[slot] == AGAIN;
    }

    @Override
    void request(ShadowPath path) {
        int length = path.length();
        int missing = 0;
        for (int at = length - 1; at >= 0; at--) {
            if (holds(path.slot(at))) {
                move(path.slot(at), AGAIN);
            } else {
                learn(path.slot(at));
                missing++;
            }
        }
        int found = length - missing;
        int room = capacity - lists.size(ONCE) - lists.size(AGAIN);
        while (room < missing && drop(found)) {
            room++;
        }
        for (int at = 0; at < length && room > 0; at++) {
            if (!holds(path.slot(at))) {
                move(path.slot(at), ONCE);
                room--;
            }
        }
    }

    /// The blocks that the request found are the youngest of those seen again, and stay. Where the target
    /// says that one of those seen again has to go and there is no other, none goes.
    private boolean drop(int found) {
        boolean once = lists.size(ONCE) >= (int) target && lists.size(ONCE) > 0;
        if (!once && lists.size(AGAIN) <= found) {
            return false;
        }
        int slot = lists.first(once ? ONCE : AGAIN);
        int ghosts = once ? ONCE_GHOSTS : AGAIN_GHOSTS;
        if (lists.size(ghosts) == capacity) {
            forgotten(lists.first(ghosts));
        }
        move(slot, ghosts);
        return true;
    }

    private void learn(int slot) {
        double once = lists.size(ONCE_GHOSTS);
        double again = lists.size(AGAIN_GHOSTS);
        if (where[slot] == ONCE_GHOSTS) {
            target = Math.min(capacity, target + Math.max(1, again / once));
            move(slot, ONCE_GHOSTS);
        } else if (where[slot] == AGAIN_GHOSTS) {
            target = Math.max(0, target - Math.max(1, once / again));
            move(slot, AGAIN_GHOSTS);
        }
    }

    private void move(int slot, int list) {
        forgotten(slot);
        lists.addLast(list, slot);
        where[slot] = (byte) list;
    }

    /// The slot is in no list any more.
    void forgotten(int slot) {
        if (where[slot] != NOWHERE) {
            lists.remove(where[slot], slot);
            where[slot] = NOWHERE;
        }
    }
}
