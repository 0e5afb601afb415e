package dev.isobar.pool;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A binary min-heap of entries by `orderLoss`, then by `sequence`, whose entries know their place, so
/// that any can be removed in O(log n). *Guarded by caller.*
final class EntryHeap<K, V> {

    private static final int FIRST_CAPACITY = 64;

    @SuppressWarnings({"unchecked", "rawtypes"})
    private @Nullable Entry<K, V>[] slots = new Entry[FIRST_CAPACITY];

    private int size;

    int size() {
        return size;
    }

    void push(Entry<K, V> entry, double loss) {
        if (entry.orderIndex >= 0) {
            remove(entry);
        }
        if (size == slots.length) {
            slots = Arrays.copyOf(slots, size * 2);
        }
        entry.orderLoss = loss;
        siftUp(size++, entry);
    }

    @Nullable Entry<K, V> poll() {
        Entry<K, V> top = slots[0];
        if (top != null) {
            remove(top);
        }
        return top;
    }

    void remove(Entry<K, V> entry) {
        int index = entry.orderIndex;
        if (index < 0) {
            return;
        }
        entry.orderIndex = -1;
        Entry<K, V> last = at(--size);
        slots[size] = null;
        if (last != entry) {
            siftDown(index, last);
            if (last.orderIndex == index) {
                siftUp(index, last);
            }
        }
    }

    private void siftUp(int from, Entry<K, V> entry) {
        int index = from;
        while (index > 0) {
            int parent = (index - 1) >>> 1;
            if (!before(entry, at(parent))) {
                break;
            }
            place(index, at(parent));
            index = parent;
        }
        place(index, entry);
    }

    private void siftDown(int from, Entry<K, V> entry) {
        int index = from;
        while (true) {
            int child = 2 * index + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && before(at(child + 1), at(child))) {
                child++;
            }
            if (!before(at(child), entry)) {
                break;
            }
            place(index, at(child));
            index = child;
        }
        place(index, entry);
    }

    private void place(int index, Entry<K, V> entry) {
        slots[index] = entry;
        entry.orderIndex = index;
    }

    @SuppressWarnings("NullAway") // every slot below size is taken
    private Entry<K, V> at(int index) {
        return slots[index];
    }

    private boolean before(Entry<K, V> a, Entry<K, V> b) {
        int byLoss = Double.compare(a.orderLoss, b.orderLoss);
        return byLoss != 0 ? byLoss < 0 : a.sequence < b.sequence;
    }
}
