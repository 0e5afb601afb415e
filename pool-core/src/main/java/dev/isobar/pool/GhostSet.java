package dev.isobar.pool;

/// Remembers which keys were rejected lately, by a few bits of their hashes: now and then it takes one
/// for another, or forgets one too early. 4 bytes a slot, each key in one of two slots.
///
/// *Guarded by caller.*
final class GhostSet {

    private static final int TIME_BITS = 20;
    private static final int TIME_MASK = (1 << TIME_BITS) - 1;
    private static final int MAX_SLOTS = 1 << TIME_BITS;

    private int[] slots;
    private int now = 1;

    GhostSet(int expected) {
        slots = new int[slotsFor(expected)];
    }

    /// Makes room for so many keys, if there is less; forgets all keys then.
    void expect(int expected) {
        if (slotsFor(expected) > slots.length) {
            slots = new int[slotsFor(expected)];
        }
    }

    void add(int hash) {
        now = (now + 1) & TIME_MASK;
        int a = first(hash);
        int b = second(hash);
        int older = age(slots[a]) >= age(slots[b]) ? a : b;
        slots[older] = (hash & ~TIME_MASK) | now;
    }

    /// Whether a key was one of the last so many that were added.
    boolean contains(int hash, int last) {
        return matches(slots[first(hash)], hash, last) || matches(slots[second(hash)], hash, last);
    }

    private boolean matches(int slot, int hash, int last) {
        return slot != 0 && ((slot ^ hash) & ~TIME_MASK) == 0 && age(slot) < last;
    }

    private int age(int slot) {
        return slot == 0 ? Integer.MAX_VALUE : (now - slot) & TIME_MASK;
    }

    private int first(int hash) {
        return hash & (slots.length - 1);
    }

    private int second(int hash) {
        return ((hash * 0x9E3779B1) >>> 12) & (slots.length - 1);
    }

    private static int slotsFor(int expected) {
        int wanted = Math.clamp(expected, 64, MAX_SLOTS / 4) * 4 - 1;
        return Integer.highestOneBit(wanted);
    }
}
