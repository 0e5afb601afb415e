package dev.isobar.pool;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The window of an [AdaptiveOrder]: a queue of newcomers. A use does not move an entry; one that was
/// used since it was queued is found so at the end of the queue, and queued anew. *Guarded by caller.*
final class NewcomerWindow<K, V> {

    /// The place of an entry in the window; in the main part it is the place in the heap.
    static final int INSIDE = -2;

    /// The place of an entry that belongs in the window, and is not there.
    static final int NEWCOMER = -3;

    private final ArrayDeque<SlimEntry<K, V>> queue = new ArrayDeque<>();
    private long bytes;
    private int count;

    /// What the entries in the window are charged.
    long bytes() {
        return bytes;
    }

    /// Puts a newcomer to the end of the queue.
    void add(SlimEntry<K, V> entry) {
        if (!entry.isRetired() && entry.orderIndex == NEWCOMER) {
            queue.addLast(entry);
            settle(entry);
        }
    }

    /// Puts an entry back that was the oldest.
    void addOldest(SlimEntry<K, V> entry) {
        queue.addFirst(entry);
        settle(entry);
    }

    private void settle(SlimEntry<K, V> entry) {
        entry.orderIndex = INSIDE;
        entry.countFrom(0);
        bytes += entry.bytes();
        count++;
    }

    /// Takes an entry out, wherever it stands. It stays in the queue until it is the oldest; but there
    /// are not too many of these.
    void remove(SlimEntry<K, V> entry) {
        takeOut(entry);
        if (queue.size() > 2 * count + 16) {
            queue.removeIf(each -> each.orderIndex != INSIDE);
        }
    }

    private void takeOut(SlimEntry<K, V> entry) {
        entry.orderIndex = NEWCOMER;
        bytes -= entry.bytes();
        count--;
    }

    /// Takes the oldest entry that was not used since it was queued; the others go to the end. After
    /// one round the oldest goes, used or not.
    @Nullable SlimEntry<K, V> pollUnused() {
        for (int left = count; true; left--) {
            SlimEntry<K, V> oldest = queue.pollFirst();
            while (oldest != null && oldest.orderIndex != INSIDE) {
                oldest = queue.pollFirst();
            }
            if (oldest == null) {
                return null;
            }
            boolean used = oldest.usesSincePlaced() != 0;
            takeOut(oldest);
            if (!used || left <= 0) {
                return oldest;
            }
            add(oldest);
        }
    }
}
