package dev.isobar.pool;

import java.util.concurrent.atomic.AtomicLongArray;

/// Estimates how often keys were asked for lately: a count-min sketch of four rows in one table, with
/// four bits a counter, all halved after ten increments an entry (G. Einziger, R. Friedman, B. Manes,
/// *TinyLFU: A Highly Efficient Cache Admission Policy*, ACM ToS 2017). The table doubles as the pool
/// grows; both halves begin as what was there, so that no estimate changes.
///
/// *Safe for several threads:* a race loses an increment now and then. Growing is guarded by the
/// caller.
final class AdaptiveSketch {

    private static final int ROWS = 4;
    private static final int MAX = 15;
    private static final int COUNTERS_PER_ENTRY = 8;
    private static final int COUNTERS_PER_WORD = 16;
    private static final int PERIOD_PER_ENTRY = 10;
    private static final int MIN_ENTRIES = 64;
    private static final int MAX_WORDS = 1 << 22; // 32 MiB
    private static final long HALF_MASK = 0x7777777777777777L;

    private volatile AtomicLongArray table =
            new AtomicLongArray(MIN_ENTRIES * COUNTERS_PER_ENTRY / COUNTERS_PER_WORD);
    private volatile int period = MIN_ENTRIES * PERIOD_PER_ENTRY;
    private int additions;

    /// Says how many entries there are about.
    void expect(long entries) {
        long counted = Math.clamp(entries, MIN_ENTRIES, Integer.MAX_VALUE / PERIOD_PER_ENTRY);
        period = (int) counted * PERIOD_PER_ENTRY;
        while (table.length() < MAX_WORDS
                && (long) table.length() * COUNTERS_PER_WORD < counted * COUNTERS_PER_ENTRY) {
            table = doubled(table);
        }
    }

    /// Counts one look-up of a key with this hash.
    void increment(int hash) {
        AtomicLongArray words = table;
        boolean added = false;
        for (int row = 0; row < ROWS; row++) {
            added |= incrementAt(words, counter(hash, row));
        }
        if (added && ++additions >= period) {
            additions = 0;
            halve(words);
        }
    }

    /// How often keys with this hash were counted: 0 to 15.
    int frequency(int hash) {
        AtomicLongArray words = table;
        int least = MAX;
        for (int row = 0; row < ROWS; row++) {
            int counter = counter(hash, row);
            long word = words.getOpaque(word(words, counter));
            least = Math.min(least, (int) (word >>> shift(counter)) & MAX);
        }
        return least;
    }

    private static boolean incrementAt(AtomicLongArray words, int counter) {
        int index = word(words, counter);
        int shift = shift(counter);
        long word = words.getOpaque(index);
        if (((word >>> shift) & MAX) == MAX) {
            return false;
        }
        words.setOpaque(index, word + (1L << shift));
        return true;
    }

    private static void halve(AtomicLongArray words) {
        for (int i = 0; i < words.length(); i++) {
            words.setOpaque(i, (words.getOpaque(i) >>> 1) & HALF_MASK);
        }
    }

    private static AtomicLongArray doubled(AtomicLongArray words) {
        int length = words.length();
        var wide = new AtomicLongArray(length * 2);
        for (int i = 0; i < length; i++) {
            long word = words.getOpaque(i);
            wide.setPlain(i, word);
            wide.setPlain(i + length, word);
        }
        return wide;
    }

    /// 32 bits: the lower 4 say where in its word the counter stands, the others which word.
    private static int counter(int hash, int row) {
        long mixed = (hash + 0x9E3779B97F4A7C15L * (row + 1)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 31)) * 0x94D049BB133111EBL;
        return (int) (mixed >>> 32);
    }

    private static int word(AtomicLongArray words, int counter) {
        return (counter >>> 4) & (words.length() - 1);
    }

    private static int shift(int counter) {
        return (counter & 15) << 2;
    }
}
