package dev.isobar.pool.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/// Reads a log that an earlier process has left. The last segment may end in a record that was being
/// written: it is cut behind the last good one. Anywhere else a place where no record begins is damage:
/// it is left out, what is good around it is moved to another segment when there is time, and the
/// segment goes to quarantine.
final class LogRecovery {

    private final OwnedRoot root;
    private final Path folder;
    private final LogIndex index = new LogIndex();
    private final LogIndex.Builder builder = new LogIndex.Builder(index);
    private final ConcurrentSkipListMap<Long, Segment> segments = new ConcurrentSkipListMap<>();
    private final List<StoreFiles.OpenFile> files = new ArrayList<>();
    private long sequence;

    LogRecovery(OwnedRoot root, Path folder) {
        this.root = root;
        this.folder = folder;
    }

    OwnedLog open() throws IOException {
        boolean opened = false;
        try {
            OwnedLog log = read();
            opened = true;
            return log;
        } finally {
            if (!opened) {
                closeAll();
            }
        }
    }

    private void closeAll() {
        for (StoreFiles.OpenFile file : files) {
            try {
                file.close();
            } catch (IOException _) {
                root.counters().readFailures.increment();
            }
        }
    }

    private OwnedLog read() throws IOException {
        List<Long> numbers =
                root.files().names(folder).stream()
                        .map(Segment::number)
                        .flatMap(Optional::stream)
                        .sorted()
                        .toList();
        boolean appendable = false;
        for (long number : numbers) {
            appendable = open(number, number == numbers.getLast());
        }
        LogRecency.apply(
                root.rootFiles().read(LogRecency.file(folder)), index, root.nanos(), root.millis());
        return new OwnedLog(root, folder, index, segments, sequence, appendable);
    }

    /// @return whether it may grow
    private boolean open(long number, boolean last) throws IOException {
        Path path = folder.resolve(Segment.name(number));
        StoreFiles.OpenFile file = root.files().openForWriting(path);
        files.add(file);
        long bytes = file.bytes();
        Optional<Long> salt = Segment.salt(file, number);
        if (salt.isEmpty()) {
            file.close();
            putAway(path, bytes, last);
            return false;
        }
        Segment segment = new Segment(path, number, salt.get(), file, bytes);
        segments.put(number, segment);
        long end = read(segment, last);
        if (end < bytes && last) {
            file.truncate(end);
            segment.bytes(end);
            root.use().add(DiskUse.Part.SEGMENTS, end - bytes);
            file.force();
        } else if (end < bytes) {
            segment.markDamaged();
            root.counters().damaged.increment();
        }
        return last && !segment.damaged();
    }

    /// A last segment without a header was being made; any other is damaged.
    private void putAway(Path path, long bytes, boolean last) throws IOException {
        if (last && bytes <= Segment.HEADER_BYTES) {
            root.files().delete(path);
        } else if (!root.janitor().setAside(path)) {
            throw new IOException("damaged, and cannot be moved: " + path);
        }
        root.use().add(DiskUse.Part.SEGMENTS, -bytes);
    }

    private long read(Segment segment, boolean last) throws IOException {
        return new SegmentScan(segment, segment.bytes())
                .from(Segment.HEADER_BYTES, last, new Records(segment));
    }

    /// Puts the records of a segment into the index.
    private final class Records implements SegmentScan.Visitor {

        private final Segment segment;
        private final long now = root.nanos();
        private final long millis = root.millis();

        Records(Segment segment) {
            this.segment = segment;
        }

        @Override
        public void record(LogRecord record, long offset, boolean whole) {
            sequence = Math.max(sequence, record.sequence());
            if (!whole) {
                root.counters().damaged.increment();
            }
            LogRecord found = whole ? record : record.asTombstone();
            long used = now - Ages.nanos(record.writtenMillis(), millis);
            builder.add(
                    found, new Spot(segment, offset, found.payloadBytes(), found.sequence(), used));
        }

        @Override
        public void gap(long offset) {
            segment.markDamaged();
            root.counters().damaged.increment();
        }
    }
}
