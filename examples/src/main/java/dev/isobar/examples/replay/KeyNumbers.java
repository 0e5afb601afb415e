package dev.isobar.examples.replay;

import java.util.Arrays;

/// A number for each key, 0 at first.
final class KeyNumbers {

    private long[] values = new long[64];

    long get(int key) {
        return key < values.length ? values[key] : 0;
    }

    void set(int key, long value) {
        if (key >= values.length) {
            values = Arrays.copyOf(values, Math.max(key + 1, values.length * 2));
        }
        values[key] = value;
    }
}
