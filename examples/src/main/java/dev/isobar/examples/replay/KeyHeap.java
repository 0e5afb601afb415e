package dev.isobar.examples.replay;

import java.util.Arrays;

/// A binary min-heap of keys by a number; among equals the one that was set first comes first. Any key
/// can be moved or removed in O(log n).
final class KeyHeap {

    private int[] keys = new int[64];
    private double[] values = new double[64];
    private long[] order = new long[64];
    private int[] place = new int[0];
    private int size;
    private long sequence;

    boolean isEmpty() {
        return size == 0;
    }

    int least() {
        return keys[0];
    }

    double leastValue() {
        return values[0];
    }

    /// Adds a key, or gives it another number.
    void set(int key, double value) {
        reserve(key);
        int index = place[key] - 1;
        if (index < 0) {
            index = size++;
            grow();
        }
        put(index, key, value, sequence++);
        siftUp(index);
        siftDown(place[key] - 1);
    }

    /// Takes out a key that is in the heap.
    void remove(int key) {
        int index = place[key] - 1;
        place[key] = 0;
        int from = --size;
        if (index != from) {
            int moved = keys[from];
            put(index, moved, values[from], order[from]);
            siftUp(index);
            siftDown(place[moved] - 1);
        }
    }

    private void siftUp(int from) {
        int index = from;
        while (index > 0 && before(index, (index - 1) / 2)) {
            swap(index, (index - 1) / 2);
            index = (index - 1) / 2;
        }
    }

    private void siftDown(int from) {
        int index = from;
        while (true) {
            int child = 2 * index + 1;
            if (child >= size) {
                return;
            }
            if (child + 1 < size && before(child + 1, child)) {
                child++;
            }
            if (!before(child, index)) {
                return;
            }
            swap(index, child);
            index = child;
        }
    }

    private boolean before(int a, int b) {
        return values[a] < values[b] || (values[a] == values[b] && order[a] < order[b]);
    }

    private void swap(int a, int b) {
        int key = keys[a];
        double value = values[a];
        long o = order[a];
        put(a, keys[b], values[b], order[b]);
        put(b, key, value, o);
    }

    private void put(int index, int key, double value, long o) {
        keys[index] = key;
        values[index] = value;
        order[index] = o;
        place[key] = index + 1;
    }

    private void grow() {
        if (size > keys.length) {
            keys = Arrays.copyOf(keys, size * 2);
            values = Arrays.copyOf(values, size * 2);
            order = Arrays.copyOf(order, size * 2);
        }
    }

    private void reserve(int key) {
        if (key >= place.length) {
            place = Arrays.copyOf(place, Math.max(64, Math.max(key + 1, place.length * 2)));
        }
    }
}
