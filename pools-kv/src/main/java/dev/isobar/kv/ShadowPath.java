package dev.isobar.kv;

import java.util.Arrays;

/// The blocks of one request that are followed in shadow, as slots of a [BlockHistory].
///
/// *Guarded by caller.*
final class ShadowPath {

    private int[] slots = new int[16];
    private int length;
    private int above = BlockHistory.NONE;

    /// Forgets the last request.
    ///
    /// @param above the slot that the path hangs from, or [BlockHistory#NONE]
    void begin(int above) {
        this.above = above;
        length = 0;
    }

    /// Adds a block.
    void add(int slot) {
        if (length == slots.length) {
            slots = Arrays.copyOf(slots, length * 2);
        }
        slots[length++] = slot;
    }

    int length() {
        return length;
    }

    int slot(int at) {
        return slots[at];
    }

    /// What a block of the path hangs from: the one before it, or what the path hangs from.
    int parent(int at) {
        return at == 0 ? above : slots[at - 1];
    }

    /// The last slot, or what the path hangs from.
    int last() {
        return parent(length);
    }
}
