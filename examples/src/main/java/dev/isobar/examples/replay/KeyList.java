package dev.isobar.examples.replay;

import java.util.Arrays;

/// A doubly linked list of keys; each is in it at most once. Every operation is O(1).
final class KeyList {

    private static final int NONE = -1;

    private int[] next = new int[0];
    private int[] previous = new int[0];
    private int first = NONE;
    private int last = NONE;
    private int size;

    boolean isEmpty() {
        return first == NONE;
    }

    int size() {
        return size;
    }

    /// The key that has been in longest since it was added. There must be one.
    int first() {
        return first;
    }

    int last() {
        return last;
    }

    void addLast(int key) {
        reserve(key);
        next[key] = NONE;
        previous[key] = last;
        if (last == NONE) {
            first = key;
        } else {
            next[last] = key;
        }
        last = key;
        size++;
    }

    /// Takes out a key that is in the list.
    void remove(int key) {
        int before = previous[key];
        int after = next[key];
        if (before == NONE) {
            first = after;
        } else {
            next[before] = after;
        }
        if (after == NONE) {
            last = before;
        } else {
            previous[after] = before;
        }
        size--;
    }

    int removeFirst() {
        int key = first;
        remove(key);
        return key;
    }

    void moveToLast(int key) {
        remove(key);
        addLast(key);
    }

    private void reserve(int key) {
        if (key >= next.length) {
            int length = Math.max(64, Math.max(key + 1, next.length * 2));
            next = Arrays.copyOf(next, length);
            previous = Arrays.copyOf(previous, length);
        }
    }
}
