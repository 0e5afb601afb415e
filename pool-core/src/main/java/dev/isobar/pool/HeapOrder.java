package dev.isobar.pool;

import java.util.LinkedHashSet;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/// The exact order for steady priorities: a binary heap that is put right lazily.
///
/// A use of an entry can only raise its loss, and does not touch the heap: the loss by which an entry
/// was put there is a lower bound of what it is now. So the entry on top is taken and judged anew; if
/// its loss has risen, it is put back with the new one, and the next is looked at. The first whose
/// loss has not risen is the smallest of all. Each putting back is paid for by a use since the last,
/// so hits cost nothing here, and evictions O(log n) each in the long run.
///
/// Pinned entries found on the way are left out until their last lease ends; entries that may not be
/// evicted wait in a queue of their own, and are asked again when nothing else is left.
final class HeapOrder<K, V> implements VictimOrder<K, V> {

    /// How many entries that may not be evicted are asked again before giving up.
    private static final int KEPT_RETRIES = 64;

    private final Object lock = new Object();
    private final EntryHeap<K, V> heap = new EntryHeap<>();
    private final SequencedSet<Entry<K, V>> kept = new LinkedHashSet<>();
    private final Losses<K, V> losses;
    private final Holds<K, V> holds;

    HeapOrder(Losses<K, V> losses, Holds<K, V> holds) {
        this.losses = losses;
        this.holds = holds;
    }

    @Override
    public void add(Entry<K, V> entry) {
        enter(entry);
    }

    /// @return whether the entry is in the order, and may be evicted
    private boolean enter(Entry<K, V> entry) {
        if (!holds.tryHold(entry)) {
            park(entry);
            return false;
        }
        double loss = losses.of(entry);
        place(entry, loss);
        holds.unhold(entry);
        return loss != Losses.NEVER;
    }

    @Override
    public void remove(Entry<K, V> entry) {
        synchronized (lock) {
            heap.remove(entry);
            if (!kept.isEmpty()) {
                kept.remove(entry);
            }
        }
    }

    @Override
    public void giveBack(Entry<K, V> entry) {
        synchronized (lock) {
            if (!entry.isRetired()) {
                heap.push(entry);
            }
        }
    }

    @Override
    public @Nullable Entry<K, V> next(long incomingBytes) {
        Entry<K, V> victim = least();
        return victim == null && reconsiderKept() ? least() : victim;
    }

    /// The first entry from the top whose loss has not risen. If that takes longer than a steady
    /// priority and a pool at rest would let it, the next is taken as it comes.
    private @Nullable Entry<K, V> least() {
        long patience = patience();
        while (true) {
            Entry<K, V> entry = poll();
            if (entry == null || judge(entry, patience-- <= 0)) {
                return entry;
            }
        }
    }

    private long patience() {
        synchronized (lock) {
            return 2L * heap.size() + KEPT_RETRIES;
        }
    }

    /// Whether an entry taken from the top is the victim, held. If not, it is where it belongs.
    private boolean judge(Entry<K, V> entry, boolean asItComes) {
        if (!holds.tryHold(entry)) {
            park(entry);
            return false;
        }
        double loss = losses.of(entry);
        if (loss != Losses.NEVER && (asItComes || !entry.hasRisenTo(loss))) {
            return true;
        }
        place(entry, loss);
        holds.unhold(entry);
        return false;
    }

    /// Asks some of the entries again that may not be evicted, in turn.
    ///
    /// @return whether there may be victims now
    private boolean reconsiderKept() {
        boolean found = false;
        for (int i = 0; i < KEPT_RETRIES; i++) {
            Entry<K, V> entry = pollKept();
            if (entry == null) {
                break;
            }
            found |= enter(entry);
        }
        return found;
    }

    /// Leaves an entry out that is pinned or held. If that ends at this very moment, either we find
    /// it idle, or the one who ended it finds the mark; exactly one puts it back.
    private void park(Entry<K, V> entry) {
        entry.park();
        if (entry.isIdle()) {
            idle(entry);
        }
    }

    private @Nullable Entry<K, V> poll() {
        synchronized (lock) {
            return heap.poll();
        }
    }

    private @Nullable Entry<K, V> pollKept() {
        synchronized (lock) {
            return kept.isEmpty() ? null : kept.removeFirst();
        }
    }

    private void place(Entry<K, V> entry, double loss) {
        synchronized (lock) {
            if (entry.isRetired()) {
                return;
            }
            if (loss == Losses.NEVER) {
                kept.addLast(entry);
            } else {
                heap.push(entry, loss);
            }
        }
    }
}
