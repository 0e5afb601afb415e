package dev.isobar.pool.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/// The logs of a root: counted when the root is opened, read when they are first used. The store's
/// thread only.
final class OwnedLogs {

    private final OwnedRoot root;
    private final Map<String, OwnedLog> logs = new TreeMap<>();

    OwnedLogs(OwnedRoot root) {
        this.root = root;
    }

    /// Charges the segments that are there.
    void count() throws IOException {
        Path folder = root.paths().segments();
        for (String name : root.files().names(folder)) {
            for (String file : root.files().names(folder.resolve(name))) {
                long bytes = root.rootFiles().bytes(folder.resolve(name).resolve(file));
                root.use()
                        .add(
                                Segment.number(file).isPresent()
                                        ? DiskUse.Part.SEGMENTS
                                        : DiskUse.Part.OTHER,
                                bytes);
            }
        }
    }

    /// The log of a name; it is read if this is its first use.
    LogStorage open(String name) {
        OwnedLog log = logs.get(name);
        if (log != null) {
            return log;
        }
        try {
            log = new LogRecovery(root, root.paths().segments().resolve(name)).open();
        } catch (IOException e) {
            return new LogStorage.None("log %s could not be read: %s".formatted(name, e));
        }
        logs.put(name, log);
        return log;
    }

    /// Gives up the oldest segment of the log that takes most; of its records those that were used
    /// since they were written are written again, as far as half of it goes.
    ///
    /// @return false if there is none that can go
    boolean dropOldest() {
        return openAll().values().stream()
                .filter(OwnedLog::canDrop)
                .max(Comparator.comparingLong(OwnedLog::diskBytes))
                .map(OwnedLog::dropOldest)
                .orElse(false);
    }

    private Map<String, OwnedLog> openAll() {
        try {
            for (String name : root.files().names(root.paths().segments())) {
                if (EntryWrite.isRun(name)) {
                    open(name);
                }
            }
        } catch (IOException _) {
            root.counters().readFailures.increment();
        }
        return logs;
    }

    void dropExpired(long nowNanos) {
        logs.values().forEach(log -> log.dropExpired(nowNanos));
    }

    /// Compacts whatever holds dead bytes.
    void compactAll() {
        openAll().values().forEach(log -> log.compactor().compactAll());
    }

    /// Verifies every record of every log.
    void verify(StoreReport.Tally tally) {
        openAll().values().forEach(log -> log.verify(tally));
    }

    /// Writes what could not be written before.
    void settle() {
        logs.values().forEach(log -> log.appender().settle());
    }

    void close() {
        logs.values().forEach(OwnedLog::close);
    }
}
