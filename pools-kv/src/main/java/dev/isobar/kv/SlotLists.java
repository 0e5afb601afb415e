package dev.isobar.kv;

import java.util.Arrays;

/// Lists of slots in two shared arrays that can grow. A slot is in one list at most, and every operation
/// takes constant time. The same as [BlockQueues], but for the growing: the ends of the lists stand before
/// the slots.
///
/// *Guarded by caller.*
final class SlotLists {

    private static final int NONE = 0;

    private final int lists;
    private int[] next;
    private int[] previous;
    private final int[] sizes;

    SlotLists(int slots, int lists) {
        this.lists = lists;
        next = new int[lists + slots + 1];
        previous = new int[lists + slots + 1];
        sizes = new int[lists];
        Arrays.setAll(next, at -> at < lists ? at : -1);
        Arrays.setAll(previous, at -> at < lists ? at : -1);
    }

    void grow(int slots) {
        int before = next.length;
        next = Arrays.copyOf(next, lists + slots + 1);
        previous = Arrays.copyOf(previous, lists + slots + 1);
        Arrays.fill(next, before, next.length, -1);
    }

    int size(int list) {
        return sizes[list];
    }

    int first(int list) {
        return slot(next[list]);
    }

    int last(int list) {
        return slot(previous[list]);
    }

    int after(int slot) {
        return slot(next[lists + slot]);
    }

    boolean listed(int slot) {
        return next[lists + slot] >= 0;
    }

    void addLast(int list, int slot) {
        int at = lists + slot;
        int before = previous[list];
        next[at] = list;
        previous[at] = before;
        next[before] = at;
        previous[list] = at;
        sizes[list]++;
    }

    void remove(int list, int slot) {
        int at = lists + slot;
        next[previous[at]] = next[at];
        previous[next[at]] = previous[at];
        next[at] = -1;
        sizes[list]--;
    }

    private int slot(int at) {
        return at < lists ? NONE : at - lists;
    }
}
