package dev.isobar.pool.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Opens a root: as its owner if nobody else is, else for reading, else not at all. What the last
/// owner left half done is cleared away first; the folders are read, unless it has left a mark that
/// they are as its index says.
final class RootOpening {

    private static final String FORMAT = "isobar-store 1 ";

    private final StoreFiles files;
    private final StorePaths paths;
    private final StoreConfig config;
    private final StoreCounters counters;

    private RootOpening(
            StoreFiles files, StorePaths paths, StoreConfig config, StoreCounters counters) {
        this.files = files;
        this.paths = paths;
        this.config = config;
        this.counters = counters;
    }

    static Root open(StoreFiles files, StoreConfig config, StoreCounters counters) {
        Path root = config.root();
        if (root == null) {
            return new NoRoot("no store is configured");
        }
        StorePaths paths = new StorePaths(root.toAbsolutePath().normalize());
        return new RootOpening(files, paths, config, counters).open();
    }

    private Root open() {
        if (config.readOnly()) {
            return read("it was opened for reading");
        }
        AutoCloseable lock;
        try {
            requireStoreOrEmpty();
            makeRoot();
            lock = files.lock(paths.lock());
        } catch (StoreFiles.LockedException e) {
            return read("its owner is " + e.getMessage());
        } catch (IOException e) {
            return read("it cannot be written to: " + e);
        }
        return own(new OwnedRoot(files, paths, config, counters, lock));
    }

    private Root own(OwnedRoot root) {
        boolean opened = false;
        try {
            root.thread()
                    .call(() -> {
                        prepare(root);
                        return true;
                    });
            opened = true;
            return root;
        } catch (IllegalStateException e) {
            return read("it could not be opened: " + e.getCause());
        } finally {
            if (!opened) {
                root.abandon();
            }
        }
    }

    private Root read(String reason) {
        String why = "store %s: %s".formatted(paths.root(), reason);
        try {
            return isStore() ? new SeenRoot(why, files, paths, config) : new NoRoot(why);
        } catch (IOException e) {
            return new NoRoot(why + "; nor read: " + e);
        }
    }

    private void requireStoreOrEmpty() throws IOException {
        if (files.exists(paths.format())) {
            if (!isStore()) {
                throw new IOException("FORMAT is not that of a store of this version");
            }
            return;
        }
        List<String> strangers =
                files.names(paths.root()).stream()
                        .filter(each -> !each.equals("LOCK") && !each.equals("tmp"))
                        .toList();
        if (!strangers.isEmpty()) {
            throw new IOException(
                    "the folder is not empty and not a store: it has " + strangers.getFirst());
        }
    }

    private boolean isStore() throws IOException {
        byte[] format = new RootFiles(files, paths, new DiskUse()).read(paths.format());
        return new String(format, StandardCharsets.US_ASCII).startsWith(FORMAT);
    }

    private void makeRoot() throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        for (Path each = paths.root(); !files.isFolder(each); each = StorePaths.parent(each)) {
            missing.push(each);
        }
        for (Path each : missing) {
            files.createFolder(each);
            files.forceFolder(StorePaths.parent(each));
        }
    }

    private void prepare(OwnedRoot root) throws IOException {
        sweepTemporaries();
        root.rootFiles().makeFolder(paths.temporary(), Durability.NONE);
        if (!files.exists(paths.format())) {
            writeFormat(root);
        }
        CleanMark mark = new CleanMark(root);
        Optional<IndexSnapshot> clean = mark.take();
        if (clean.isPresent()) {
            adopt(root, clean.get());
        } else {
            scan(root, mark.access());
        }
        countOthers(root);
        root.logs().count();
        root.room().make(0, null);
    }

    private void sweepTemporaries() throws IOException {
        for (String name : files.names(paths.temporary())) {
            files.delete(paths.temporary().resolve(name));
        }
    }

    private void writeFormat(OwnedRoot root) throws IOException {
        byte[] text = (FORMAT + UUID.randomUUID() + "\n").getBytes(StandardCharsets.US_ASCII);
        root.rootFiles()
                .publish(
                        paths.format(),
                        ByteBuffer.wrap(text),
                        MemorySegment.ofArray(new byte[0]),
                        Durability.FULL);
        files.forceFolder(paths.root());
    }

    private void adopt(OwnedRoot root, IndexSnapshot clean) {
        root.seen(clean.generation());
        root.seenMillis(clean.savedAtMillis());
        for (IndexSnapshot.Row row : clean.rows()) {
            add(root, row.info(), used(root, row, clean.savedAtMillis()));
        }
    }

    private void scan(OwnedRoot root, Optional<IndexSnapshot> access) throws IOException {
        Map<EntryName, Long> used = new HashMap<>();
        access.ifPresent(snapshot -> {
            root.seenMillis(snapshot.savedAtMillis());
            for (IndexSnapshot.Row row : snapshot.rows()) {
                used.put(row.name(), used(root, row, snapshot.savedAtMillis()));
            }
            root.seen(snapshot.generation());
        });
        Catalog catalog = new Catalog(files, paths);
        long millis = root.millis();
        for (Fingerprint key : catalog.keys()) {
            catalog.each(
                    key,
                    info -> {
                        long written = root.nanos() - Ages.nanos(info.writtenAt(), millis);
                        EntryName name = new EntryName(key, info.run(), info.role());
                        Long last = used.get(name);
                        add(root, info, last == null ? written : newer(root, written, last));
                    },
                    (file, reading) -> other(root, paths.folder(key).resolve(file), reading));
            removeIfEmpty(key);
        }
    }

    /// The later of two times of the monotonic clock, which may pass zero.
    private static long newer(OwnedRoot root, long one, long other) {
        long now = root.nanos();
        return now - one < now - other ? one : other;
    }

    private void removeIfEmpty(Fingerprint key) throws IOException {
        if (files.names(paths.folder(key)).isEmpty()) {
            files.delete(paths.folder(key));
        }
    }

    private void other(OwnedRoot root, Path file, EntryReader.Reading reading) {
        try {
            long bytes = root.rootFiles().bytes(file);
            boolean damaged = reading instanceof EntryReader.Reading.Damaged;
            if (!damaged || !root.janitor().setAside(file)) {
                root.use().add(DiskUse.Part.OTHER, bytes);
            } else {
                root.counters().quarantined.increment();
            }
        } catch (IOException _) {
            root.counters().readFailures.increment();
        }
    }

    private void add(OwnedRoot root, EntryInfo info, long usedAtNanos) {
        root.seen(info.generation());
        root.index()
                .put(
                        new Slot(
                                new EntryName(info.key(), info.run(), info.role()),
                                info,
                                usedAtNanos));
        root.use().add(DiskUse.Part.ENTRIES, info.diskBytes());
    }

    private long used(OwnedRoot root, IndexSnapshot.Row row, long savedAtMillis) {
        long sinceSaved = Ages.nanos(savedAtMillis, root.millis());
        long idle = Ages.nanos(0, row.idleMillis());
        return root.nanos() - Math.min(sinceSaved + idle, Ages.LONGEST_NANOS);
    }

    private void countOthers(OwnedRoot root) throws IOException {
        for (Path file : List.of(paths.format(), paths.access())) {
            root.use().add(DiskUse.Part.OTHER, root.rootFiles().bytes(file));
        }
        if (root.use().of(DiskUse.Part.QUARANTINE) > 0) {
            root.use().add(DiskUse.Part.QUARANTINE, -root.use().of(DiskUse.Part.QUARANTINE));
        }
        for (String name : files.names(paths.quarantine())) {
            long bytes = root.rootFiles().bytes(paths.quarantine().resolve(name));
            root.use().add(DiskUse.Part.QUARANTINE, bytes);
        }
    }
}
