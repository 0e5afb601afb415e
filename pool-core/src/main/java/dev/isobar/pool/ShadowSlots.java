package dev.isobar.pool;

import java.util.Arrays;

/// The keys of a [ShadowCache]: a hash table with linear probing that knows each key's slot, a number
/// for what is kept about it. *Guarded by caller.*
final class ShadowSlots {

    static final int NONE = -1;

    private final short[] table;
    private final int mask;
    private final int[] hashes;
    private final short[] free;
    private int freeCount;

    ShadowSlots(int capacity) {
        table = new short[Integer.highestOneBit(2 * capacity - 1) * 2]; // filled to a half at most
        Arrays.fill(table, (short) NONE);
        mask = table.length - 1;
        hashes = new int[capacity];
        free = new short[capacity];
        for (int slot = capacity - 1; slot >= 0; slot--) {
            free[freeCount++] = (short) slot;
        }
    }

    int count() {
        return hashes.length - freeCount;
    }

    boolean full() {
        return freeCount == 0;
    }

    int hash(int slot) {
        return hashes[slot];
    }

    /// The slot of a key, or [#NONE].
    int find(int hash) {
        for (int i = hash & mask; ; i = (i + 1) & mask) {
            int slot = table[i];
            if (slot == NONE || hashes[slot] == hash) {
                return slot;
            }
        }
    }

    /// Takes a slot for a key that has none. There must be one.
    int add(int hash) {
        int slot = free[--freeCount];
        hashes[slot] = hash;
        int i = hash & mask;
        while (table[i] != NONE) {
            i = (i + 1) & mask;
        }
        table[i] = (short) slot;
        return slot;
    }

    /// Gives a slot back. What stands behind the gap moves up, so that it is still found.
    void remove(int slot) {
        int gap = hashes[slot] & mask;
        while (table[gap] != slot) {
            gap = (gap + 1) & mask;
        }
        for (int i = (gap + 1) & mask; table[i] != NONE; i = (i + 1) & mask) {
            int home = hashes[table[i]] & mask;
            if (((i - home) & mask) >= ((i - gap) & mask)) {
                table[gap] = table[i];
                gap = i;
            }
        }
        table[gap] = NONE;
        free[freeCount++] = (short) slot;
    }
}
