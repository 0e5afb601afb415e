package dev.isobar.pool;

import java.util.concurrent.atomic.AtomicLongArray;

/// Estimates how often keys were asked for lately: a count-min sketch with four bits a counter, all
/// halved after ten increments an entry (G. Einziger, R. Friedman, B. Manes,
/// *TinyLFU: A Highly Efficient Cache Admission Policy*, ACM ToS 2017). The table doubles as the pool
/// grows; both halves begin as what was there, so that no estimate changes. The four counters of a key
/// are in one block of 64 bytes, in different words, so that a look-up costs one or two cache lines.
///
/// *Safe for several threads:* a race loses an increment now and then. Growing is guarded by the
/// caller.
final class AdaptiveSketch {

    private static final int ROWS = 4;
    private static final int BLOCK_WORDS = 2 * ROWS;
    private static final int MAX = 15;
    private static final int COUNTERS_PER_ENTRY = 8;
    private static final int COUNTERS_PER_WORD = 16;
    private static final int PERIOD_PER_ENTRY = 10;
    private static final int COUNTED = 16;
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
        if (add(hash, 1)) {
            age(1);
        }
    }

    /// Counts several look-ups. When it comes to ageing, one in 16 calls is counted for all of them, so
    /// that threads seldom write to the same place.
    ///
    /// @param count any number of which one in 16 is a multiple of 16
    void increment(int hash, int times, long count) {
        if (add(hash, times) && (count & (COUNTED - 1)) == 0) {
            age(times == 1 ? COUNTED : MAX / 2); // a counter at its maximum counts half of it anew
        }
    }

    /// How often keys with this hash were counted: 0 to 15.
    int frequency(int hash) {
        AtomicLongArray words = table;
        long mixed = mixed(hash);
        int block = block(mixed, words);
        int least = MAX;
        for (int row = 0; row < ROWS; row++) {
            int counter = counter(mixed, row);
            long word = words.getOpaque(block + (counter >>> 4));
            least = Math.min(least, (int) (word >>> shift(counter)) & MAX);
        }
        return least;
    }

    private boolean add(int hash, int times) {
        AtomicLongArray words = table;
        long mixed = mixed(hash);
        int block = block(mixed, words);
        boolean added = false;
        for (int row = 0; row < ROWS; row++) {
            int counter = counter(mixed, row);
            int index = block + (counter >>> 4);
            int shift = shift(counter);
            long word = words.getOpaque(index);
            int free = MAX - ((int) (word >>> shift) & MAX);
            if (free != 0) {
                words.setOpaque(index, word + ((long) Math.min(times, free) << shift));
                added = true;
            }
        }
        return added;
    }

    private void age(int increments) {
        additions += increments;
        if (additions >= period) {
            additions = 0;
            halve(table);
        }
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

    private static long mixed(int hash) {
        long mixed = hash * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
        return mixed ^ (mixed >>> 32);
    }

    /// The first word of a key's block.
    private static int block(long mixed, AtomicLongArray words) {
        return (int) (mixed >>> 32) * BLOCK_WORDS & (words.length() - 1);
    }

    /// The place of a row's counter in the block: the word, and 4 bits for the place in it. Each row has
    /// two words.
    private static int counter(long mixed, int row) {
        return (row << 5) | ((int) (mixed >>> (5 * row)) & 31);
    }

    private static int shift(int counter) {
        return (counter & 15) << 2;
    }
}
