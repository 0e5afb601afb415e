package dev.isobar.pool.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/// A log of the root's owner. Reads take no lock; whatever changes it is done by the store's thread.
final class OwnedLog implements LogStorage {

    private final OwnedRoot root;
    private final Path folder;
    private final LogIndex index;
    private final ConcurrentSkipListMap<Long, Segment> segments;
    private final LogReader reader;
    private final LogAppender appender;
    private final LogCompactor compactor;
    private final Map<Path, Long> undeleted = new HashMap<>();
    private boolean namesLast = true;

    /// @param sequence the highest that was given away
    /// @param appendable whether the last segment may grow
    OwnedLog(
            OwnedRoot root,
            Path folder,
            LogIndex index,
            ConcurrentSkipListMap<Long, Segment> segments,
            long sequence,
            boolean appendable) {
        this.root = root;
        this.folder = folder;
        this.index = index;
        this.segments = segments;
        this.compactor = new LogCompactor(this);
        this.appender =
                new LogAppender(
                        this, sequence, appendable ? segments.lastEntry().getValue() : null);
        this.reader = new LogReader(index, root.config(), new Reports());
    }

    @Override
    public int bytesOf(Fingerprint key) {
        Spot spot = reader.find(key);
        return spot == null ? -1 : spot.payloadBytes();
    }

    @Override
    public byte @Nullable [] get(Fingerprint key) {
        return reader.get(key);
    }

    @Override
    public byte @Nullable [] peek(Fingerprint key) {
        return reader.peek(key);
    }

    @Override
    public int read(Fingerprint key, MemorySegment into) {
        return reader.read(key, into);
    }

    @Override
    public CompletableFuture<WriteOutcome> append(
            Fingerprint key, @Nullable MemorySegment payload, Durability durability) {
        return appender.append(key, payload, durability);
    }

    @Override
    public List<Fingerprint> keys() {
        return index.byUse(root.nanos());
    }

    @Override
    public long count() {
        return index.count();
    }

    @Override
    public long liveBytes() {
        return segments.values().stream().mapToLong(Segment::liveBytes).sum();
    }

    @Override
    public long diskBytes() {
        return segments.values().stream().mapToLong(Segment::bytes).sum();
    }

    /// Whether there is anything that [#dropOldest()] could give up.
    boolean canDrop() {
        return !segments.isEmpty();
    }

    boolean dropOldest() {
        appender.seal(segments.firstEntry().getValue());
        return compactor.drop(segments.firstEntry().getValue());
    }

    void dropExpired(long nowNanos) {
        for (Map.Entry<Fingerprint, Spot> each : index.all()) {
            if (Janitor.expired(root.config(), each.getValue().usedAtNanos(), nowNanos)
                    && index.remove(each.getKey(), each.getValue())) {
                root.counters().expired.increment();
            }
        }
        compactor.compactWorst();
    }

    /// Closes a segment's file, and deletes it, or puts it away if a part of it could not be read.
    /// Nothing leads there any more.
    boolean delete(Segment segment) {
        try {
            segment.file().close();
        } catch (IOException _) {
            root.counters().readFailures.increment();
        }
        segments.remove(segment.number());
        namesLast = false;
        root.use().add(DiskUse.Part.SEGMENTS, -segment.bytes());
        if (segment.damaged() && root.janitor().setAside(segment.path())) {
            return true;
        }
        root.use().add(DiskUse.Part.OTHER, segment.bytes());
        undeleted.put(segment.path(), segment.bytes());
        deleteLeft();
        return !undeleted.containsKey(segment.path());
    }

    /// Deletes what could not be deleted before, too.
    private void deleteLeft() {
        for (Map.Entry<Path, Long> each : List.copyOf(undeleted.entrySet())) {
            try {
                root.files().delete(each.getKey());
                undeleted.remove(each.getKey());
                root.use().add(DiskUse.Part.OTHER, -each.getValue());
            } catch (IOException _) {
                root.counters().readFailures.increment();
            }
        }
    }

    /// Whether nothing on the disk is older than that segment, nor can be after a crash. Only then are
    /// its tombstones not needed any more.
    boolean nothingIsOlder(Segment segment) {
        if (segments.firstKey() != segment.number()) {
            return false;
        }
        deleteLeft();
        if (!undeleted.isEmpty()) {
            return false;
        }
        try {
            if (!namesLast) {
                root.files().forceFolder(folder);
                namesLast = true;
            }
        } catch (IOException _) {
            return false;
        }
        return true;
    }

    void verify(StoreReport.Tally tally) {
        for (Segment segment : segments.values()) {
            try {
                new SegmentScan(segment, segment.bytes())
                        .from(
                                Segment.HEADER_BYTES,
                                true,
                                (record, offset, whole) -> {
                                    Spot spot = index.find(record.key());
                                    boolean live =
                                            spot != null
                                                    && spot.segment() == segment
                                                    && spot.offset() == offset;
                                    if (live) {
                                        tally.record(whole, segment.path() + " at " + offset);
                                    }
                                });
            } catch (IOException e) {
                tally.failed(segment.path() + ": " + e);
            }
            if (segment.damaged()) {
                tally.failed(segment.path() + ": a part cannot be read");
            }
        }
    }

    /// Writes down when records were used, and closes all files.
    void close() {
        try {
            root.replace(
                    LogRecency.file(folder),
                    LogRecency.encode(index, root.nanos(), root.millis()),
                    Durability.NONE);
        } catch (IOException _) {
            root.counters().refusals.increment();
        }
        for (Segment segment : segments.values()) {
            try {
                appender.seal(segment);
                segment.file().close();
            } catch (IOException _) {
                root.counters().readFailures.increment();
            }
        }
    }

    OwnedRoot root() {
        return root;
    }

    Path folder() {
        return folder;
    }

    LogIndex index() {
        return index;
    }

    ConcurrentSkipListMap<Long, Segment> segments() {
        return segments;
    }

    LogAppender appender() {
        return appender;
    }

    LogCompactor compactor() {
        return compactor;
    }

    /// What readers could not read is forgotten by the store's thread.
    private final class Reports implements LogReader.Suspects {

        @Override
        public void damaged(Fingerprint key, Spot spot) {
            root.counters().damaged.increment();
            forget(key, spot);
        }

        @Override
        public void expired(Fingerprint key, Spot spot) {
            root.counters().expired.increment();
            forget(key, spot);
            root.thread().submit(root.janitor()::round);
        }

        @Override
        public void failed(IOException cause) {
            root.counters().readFailures.increment();
        }

        private void forget(Fingerprint key, Spot spot) {
            root.thread().submit(() -> index.remove(key, spot));
        }
    }
}
