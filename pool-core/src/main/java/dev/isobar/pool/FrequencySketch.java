package dev.isobar.pool;

import java.util.concurrent.atomic.AtomicLongArray;

/// Estimates how often keys were asked for lately, in four bits each: a count-min sketch with four
/// rows whose counters are all halved once in a while (G. Einziger, R. Friedman, B. Manes,
/// *TinyLFU: A Highly Efficient Cache Admission Policy*, ACM ToS 2017).
///
/// *Safe for several threads:* races lose an increment now and then.
final class FrequencySketch {

    private static final int ROWS = 4;
    private static final int MAX = 15;
    private static final int WORDS = 1 << 13; // 16 counters a word: 131,072 counters, 64 KiB
    private static final int COUNTERS = WORDS * 16;
    private static final int PERIOD = 10 * COUNTERS;
    private static final long HALF_MASK = 0x7777777777777777L;
    private static final long[] SEEDS = {
        0xc3a5c85c97cb3127L, 0xb492b66fbe98f273L, 0x9ae16a3b2f90404fL, 0xcbf29ce484222325L
    };

    private final AtomicLongArray table = new AtomicLongArray(WORDS);
    private int additions;

    /// Counts one look-up of a key with this hash.
    void increment(int hash) {
        boolean added = false;
        for (int row = 0; row < ROWS; row++) {
            added |= incrementAt(counter(hash, row));
        }
        if (added && ++additions >= PERIOD) {
            halve();
        }
    }

    /// How often keys with this hash were counted: 0 to 15, seldom too high, never too low but for
    /// races.
    int frequency(int hash) {
        int least = MAX;
        for (int row = 0; row < ROWS; row++) {
            int counter = counter(hash, row);
            long word = table.getOpaque(counter >>> 4);
            least = Math.min(least, (int) (word >>> shift(counter)) & MAX);
        }
        return least;
    }

    private boolean incrementAt(int counter) {
        int index = counter >>> 4;
        int shift = shift(counter);
        long word = table.getOpaque(index);
        if (((word >>> shift) & MAX) == MAX) {
            return false;
        }
        table.setOpaque(index, word + (1L << shift));
        return true;
    }

    private void halve() {
        additions = 0;
        for (int i = 0; i < WORDS; i++) {
            table.setOpaque(i, (table.getOpaque(i) >>> 1) & HALF_MASK);
        }
    }

    private static int counter(int hash, int row) {
        long mixed = (hash + SEEDS[row]) * SEEDS[row];
        mixed += mixed >>> 32;
        return (int) ((mixed * SEEDS[row]) >>> 40) & (COUNTERS - 1);
    }

    private static int shift(int counter) {
        return (counter & 15) << 2;
    }
}
