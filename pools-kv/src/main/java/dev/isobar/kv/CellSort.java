package dev.isobar.kv;

import java.util.Arrays;

/// Sorts numbers from 0 on by their keys, the lowest key first; equal ones by number. Radix sort, lowest
/// digits first, in arrays of its own: nothing is allocated.
///
/// *Guarded by caller.*
final class CellSort {

    private static final int DIGIT_BITS = 11;
    private static final int DIGITS = 1 << DIGIT_BITS;
    private static final int PASSES = 3;

    private final int[] keys;
    private final int[] ends = new int[DIGITS];
    private int[] sorted;
    private int[] other;

    /// @param count how many numbers there are
    CellSort(int count) {
        keys = new int[count];
        sorted = new int[count];
        other = new int[count];
    }

    /// Sets the key of a number; at least 0.
    void key(int number, int key) {
        keys[number] = key;
    }

    /// The numbers in order; good until the next call.
    int[] sorted() {
        Arrays.setAll(sorted, number -> number);
        for (int pass = 0; pass < PASSES; pass++) {
            distribute(pass * DIGIT_BITS);
        }
        return sorted;
    }

    private void distribute(int shift) {
        Arrays.fill(ends, 0);
        for (int key : keys) {
            ends[(key >>> shift) & (DIGITS - 1)]++;
        }
        for (int digit = 1; digit < DIGITS; digit++) {
            ends[digit] += ends[digit - 1];
        }
        for (int at = sorted.length - 1; at >= 0; at--) {
            int number = sorted[at];
            other[--ends[(keys[number] >>> shift) & (DIGITS - 1)]] = number;
        }
        int[] free = sorted;
        sorted = other;
        other = free;
    }
}
