package dev.isobar.pool.store;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// Puts away what is damaged and what has lived long enough. Readers delete nothing: they report, and
/// the janitor looks again. The store's thread only.
final class Janitor {

    /// The most files in quarantine: {@value}. The oldest go first.
    static final int QUARANTINED_AT_MOST = 64;

    private static final Duration ROUND_AT_LEAST = Duration.ofSeconds(60);
    private static final int ROUNDS_IN_A_LIFE = 16;

    private final OwnedRoot root;
    private long lastRoundNanos;

    Janitor(OwnedRoot root) {
        this.root = root;
        this.lastRoundNanos = root.nanos();
    }

    /// Looks at an entry that a reader found damaged or too old, or did not find.
    void inspect(Slot suspect) {
        if (root.index().find(suspect.name()) != suspect) {
            return;
        }
        if (expired(root.config(), suspect.usedAtNanos(), root.nanos())) {
            round();
            return;
        }
        switch (root.reader().read(suspect.name())) {
            case EntryReader.Reading.Gone _ -> root.forget(suspect);
            case EntryReader.Reading.Damaged _ -> quarantine(suspect);
            case EntryReader.Reading.Whole _,
                    EntryReader.Reading.Foreign _,
                    EntryReader.Reading.Failed _ -> {}
        }
    }

    private void quarantine(Slot slot) {
        if (setAside(root.paths().file(slot.name()))) {
            root.forget(slot);
            root.counters().quarantined.increment();
        }
    }

    /// Moves a file into quarantine, where it is charged.
    ///
    /// @return false if it could not be moved: it is still where it was
    boolean setAside(Path file) {
        try {
            long bytes = root.rootFiles().bytes(file);
            root.rootFiles().makeFolder(root.paths().quarantine(), Durability.NONE);
            Path target =
                    root.paths()
                            .quarantine()
                            .resolve(
                                    "%016x-%s"
                                            .formatted(root.nextGeneration(), file.getFileName()));
            root.files().moveAtomically(file, target);
            root.use().add(DiskUse.Part.QUARANTINE, bytes);
            trim();
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private void trim() throws IOException {
        var names = root.files().names(root.paths().quarantine());
        int extra = names.size() - QUARANTINED_AT_MOST;
        for (int i = 0; i < extra; i++) {
            drop(names.get(i));
        }
    }

    /// Deletes everything in quarantine; what cannot be deleted stays, and stays charged.
    void emptyQuarantine() {
        if (root.use().of(DiskUse.Part.QUARANTINE) == 0) {
            return;
        }
        try {
            for (String name : root.files().names(root.paths().quarantine())) {
                drop(name);
            }
        } catch (IOException _) {
            return;
        }
    }

    private void drop(String name) throws IOException {
        Path file = root.paths().quarantine().resolve(name);
        long bytes = root.rootFiles().bytes(file);
        root.files().delete(file);
        root.use().add(DiskUse.Part.QUARANTINE, -bytes);
    }

    /// Whether an entry has lived long enough.
    static boolean expired(StoreConfig config, long usedAtNanos, long nowNanos) {
        return !config.timeToLive().isZero()
                && nowNanos - usedAtNanos >= config.timeToLive().toNanos();
    }

    /// Deletes what has lived long enough, if the last time was long ago.
    void round() {
        long now = root.nanos();
        long interval =
                Math.min(
                        ROUND_AT_LEAST.toNanos(),
                        root.config().timeToLive().toNanos() / ROUNDS_IN_A_LIFE);
        if (root.config().timeToLive().isZero() || now - lastRoundNanos < interval) {
            return;
        }
        lastRoundNanos = now;
        for (Slot slot : root.index().all()) {
            if (expired(root.config(), slot.usedAtNanos(), now) && root.room().delete(slot)) {
                root.counters().expired.increment();
            }
        }
        root.logs().dropExpired(now);
        if (root.accessIsDue(now)) {
            new CleanMark(root).saveAccess();
        }
    }
}
