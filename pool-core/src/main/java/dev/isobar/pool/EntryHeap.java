package dev.isobar.pool;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A binary min-heap of entries, as [Entry#before] says, whose entries know their place, so that any
/// can be removed in O(log n). *Guarded by caller.*
final class EntryHeap<K, V> {

    private static final int FIRST_CAPACITY = 64;

    @SuppressWarnings({"unchecked", "rawtypes"})
    private @Nullable Entry<K, V>[] slots = new Entry[FIRST_CAPACITY];

    private int size;

    int size() {
        return size;
    }

    /// The first entry. There must be one.
    Entry<K, V> peek() {
        return at(0);
    }

    /// Puts an entry in, or anew, by a loss.
    void push(Entry<K, V> entry, double loss) {
        entry.place(loss);
        int index = entry.orderIndex;
        if (index < 0) {
            push(entry);
        } else {
            siftDown(index, entry);
            siftUp(entry.orderIndex, entry);
        }
    }

    /// Puts an entry in by the loss that it has.
    void push(Entry<K, V> entry) {
        if (entry.orderIndex >= 0) {
            remove(entry);
        }
        if (size == slots.length) {
            slots = Arrays.copyOf(slots, size + size / 4);
        }
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
        entry.orderIndex = Entry.NOWHERE;
        Entry<K, V> last = at(--size);
        slots[size] = null;
        if (last != entry) {
            siftDown(index, last);
            if (last.orderIndex == index) {
                siftUp(index, last);
            }
        }
    }

    /// Changes what the entries stand by, in a way that keeps their order.
    void forEach(Consumer<Entry<K, V>> change) {
        for (int i = 0; i < size; i++) {
            change.accept(at(i));
        }
    }

    private void siftUp(int from, Entry<K, V> entry) {
        int index = from;
        while (index > 0) {
            int parent = (index - 1) >>> 1;
            if (!entry.before(at(parent))) {
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
            if (child + 1 < size && at(child + 1).before(at(child))) {
                child++;
            }
            if (!at(child).before(entry)) {
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
}
