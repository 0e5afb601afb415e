package dev.isobar.pool;

/// Remembers which keys were rejected lately, by a few bits of their hashes: now and then it takes one
/// for another, or forgets one too early. 2 bytes a slot, each key in one of two slots.
///
/// A slot has 7 bits of the hash, and when the key was added: the time goes on by one whenever a 64th of
/// the keys expected has been added, and begins anew after eight times as many keys as that.
///
/// *Guarded by caller.*
final class GhostSet {

    private static final int TIME_BITS = 9;
    private static final int TIMES = (1 << TIME_BITS) - 1;
    private static final int STEPS = 64;
    private static final int MAX_SLOTS = 1 << 20;

    private short[] slots;
    private int stepKeys;
    private int addedInStep;

    /// From 1 to [#TIMES]: no slot that is taken is 0.
    private int now = 1;

    GhostSet(int expected) {
        slots = new short[slotsFor(expected)];
        stepKeys = stepFor(expected);
    }

    /// Makes room for so many keys, if there is clearly less; forgets all keys then.
    void expect(int expected) {
        if (slotsFor(expected) > slots.length + slots.length / 4) {
            slots = new short[slotsFor(expected)];
            stepKeys = stepFor(expected);
        }
    }

    void add(int hash) {
        if (++addedInStep >= stepKeys) {
            addedInStep = 0;
            now = now % TIMES + 1;
        }
        int a = first(hash);
        int b = second(hash);
        int older = age(slots[a]) >= age(slots[b]) ? a : b;
        slots[older] = (short) (mark(hash) | now);
    }

    /// Whether a key was one of the last so many that were added.
    boolean contains(int hash, int last) {
        return matches(slots[first(hash)], hash, last) || matches(slots[second(hash)], hash, last);
    }

    private boolean matches(short slot, int hash, int last) {
        return slot != 0
                && (slot & 0xFFFF & -(1 << TIME_BITS)) == mark(hash)
                && (long) age(slot) * stepKeys < last;
    }

    /// In steps.
    private int age(short slot) {
        return slot == 0 ? Integer.MAX_VALUE : Math.floorMod(now - (slot & TIMES), TIMES);
    }

    /// The upper bits of a slot, the lower ones of the hash.
    private static int mark(int hash) {
        return (hash << TIME_BITS) & 0xFFFF;
    }

    private int first(int hash) {
        return fraction(hash);
    }

    private int second(int hash) {
        return fraction(hash * 0x9E3779B1);
    }

    private int fraction(int hash) {
        return (int) ((Integer.toUnsignedLong(hash) * slots.length) >>> Integer.SIZE);
    }

    private static int stepFor(int expected) {
        return Math.max(1, expected / STEPS);
    }

    private static int slotsFor(int expected) {
        return 2 * Math.clamp(expected, 64, MAX_SLOTS / 2);
    }
}
