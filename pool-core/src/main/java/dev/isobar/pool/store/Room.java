package dev.isobar.pool.store;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Keeps a root within its budget. What is worth least goes: entries by the priority of the settings,
/// logs by their oldest segment; of the two kinds the one that holds more gives first. The store's
/// thread only.
final class Room {

    private final OwnedRoot root;

    Room(OwnedRoot root) {
        this.root = root;
    }

    /// Makes room for bytes that are about to come.
    ///
    /// @param keep an entry that has to stay
    /// @return false if there is not enough that can go; some may be gone then
    boolean make(long bytes, @Nullable EntryName keep) {
        long missing = root.use().total() + bytes - root.budgetBytes();
        return missing <= 0 || (enough(missing, keep) && free(missing, keep) >= missing);
    }

    /// Deletes until that many bytes are gone from the disk, or nothing is left that may go.
    ///
    /// @return how many are gone
    long free(long bytes, @Nullable EntryName keep) {
        long before = root.use().total();
        Deque<Slot> victims = null;
        boolean logsGive = true;
        if (bytes > 0) {
            root.janitor().emptyQuarantine();
        }
        while (before - root.use().total() < bytes) {
            long entries = root.use().of(DiskUse.Part.ENTRIES);
            long segments = root.use().of(DiskUse.Part.SEGMENTS);
            if (logsGive && segments >= entries && segments > 0) {
                logsGive = root.logs().dropOldest();
                continue;
            }
            if (victims == null) {
                victims = new ArrayDeque<>(inOrder(keep));
            }
            if (!victims.isEmpty()) {
                evict(victims.removeFirst());
            } else if (logsGive) {
                logsGive = root.logs().dropOldest();
            } else {
                break;
            }
        }
        return before - root.use().total();
    }

    /// Nothing is deleted for what will not fit in the end.
    private boolean enough(long bytes, @Nullable EntryName keep) {
        Slot kept = keep == null ? null : root.index().find(keep);
        long keptBytes = kept == null ? 0 : kept.info().diskBytes();
        return bytes
                <= root.use().of(DiskUse.Part.ENTRIES)
                        - keptBytes
                        + root.use().of(DiskUse.Part.SEGMENTS)
                        + root.use().of(DiskUse.Part.QUARANTINE);
    }

    /// What is missing, for people.
    String full(long bytes) {
        return "store %s: %d bytes do not fit: budget=%d, used=%d"
                .formatted(root.path(), bytes, root.budgetBytes(), root.use().total());
    }

    private List<Slot> inOrder(@Nullable EntryName keep) {
        long now = root.nanos();
        record Candidate(Slot slot, double loss) {}
        return root.index().all().stream()
                .filter(each -> !each.name().equals(keep))
                .map(each -> new Candidate(each, loss(each, now)))
                .filter(each -> !Double.isNaN(each.loss))
                .sorted(
                        Comparator.comparingDouble(Candidate::loss)
                                .thenComparingLong(each -> each.slot.info().generation()))
                .map(Candidate::slot)
                .toList();
    }

    /// NaN: it may not go. A priority that fails leaves the entry to its age.
    private double loss(Slot slot, long now) {
        var view = slot.view(root.startNanos(), now);
        try {
            double loss = root.config().priority().loss(view, slot.info());
            if (!root.config().priority().evictable(view, slot.info())) {
                return Double.NaN;
            }
            return Double.isNaN(loss) ? view.lastAccessNanos() : loss;
        } catch (RuntimeException _) {
            return view.lastAccessNanos();
        }
    }

    private void evict(Slot slot) {
        if (delete(slot)) {
            root.counters().evicted.increment();
        }
    }

    /// Deletes an entry's file and forgets it; one that cannot be deleted stays, and stays charged.
    boolean delete(Slot slot) {
        try {
            root.files().delete(root.paths().file(slot.name()));
        } catch (IOException _) {
            return false;
        }
        root.forget(slot);
        return true;
    }
}
