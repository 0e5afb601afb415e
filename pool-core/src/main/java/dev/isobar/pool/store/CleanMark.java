package dev.isobar.pool.store;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Writes and takes the mark of a clean end, and the journal of when entries were last used. Both are
/// accelerators: without them the folders are read, and entries are as old as their files say. The
/// store's thread only.
final class CleanMark {

    private final OwnedRoot root;

    CleanMark(OwnedRoot root) {
        this.root = root;
    }

    /// Marks the root clean. If that fails, or there is no room for it, the next owner reads the
    /// folders.
    void save() {
        try {
            if (root.replace(root.paths().clean(), snapshot().encode(), Durability.FULL)) {
                root.files().delete(root.paths().access());
                root.files().forceFolder(root.path());
            }
        } catch (IOException _) {
            root.counters().refusals.increment();
        }
    }

    /// Writes down when entries were last used.
    void saveAccess() {
        try {
            root.replace(root.paths().access(), snapshot().encode(), Durability.NONE);
        } catch (IOException _) {
            root.counters().refusals.increment();
        }
    }

    private IndexSnapshot snapshot() {
        long now = root.nanos();
        List<IndexSnapshot.Row> rows =
                root.index().all().stream()
                        .map(each -> new IndexSnapshot.Row(each.info(), idleMillis(each, now)))
                        .toList();
        return new IndexSnapshot(root.generation(), root.millis(), rows);
    }

    private static long idleMillis(Slot slot, long now) {
        return Duration.ofNanos(Math.max(0, now - slot.usedAtNanos())).toMillis();
    }

    /// Takes the mark away, durably, before anything else is changed.
    ///
    /// @return the index, if the last owner ended well
    Optional<IndexSnapshot> take() throws IOException {
        Optional<IndexSnapshot> snapshot = read(root.paths().clean());
        if (root.files().exists(root.paths().clean())) {
            root.files().delete(root.paths().clean());
            root.files().forceFolder(root.path());
        }
        return snapshot;
    }

    /// When entries were last used, as far as that was written down.
    Optional<IndexSnapshot> access() throws IOException {
        return read(root.paths().access());
    }

    private Optional<IndexSnapshot> read(Path file) throws IOException {
        return IndexSnapshot.decode(root.rootFiles().read(file));
    }
}
