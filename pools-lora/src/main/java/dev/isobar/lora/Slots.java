package dev.isobar.lora;

import java.util.BitSet;

/// Numbers for a tier's adapters, the lowest free one first.
///
/// *Safe for several threads.*
final class Slots {

    private final BitSet taken = new BitSet();

    synchronized int take() {
        int slot = taken.nextClearBit(0);
        taken.set(slot);
        return slot;
    }

    synchronized void free(int slot) {
        taken.clear(slot);
    }
}
