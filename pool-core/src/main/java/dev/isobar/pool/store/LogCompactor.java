package dev.isobar.pool.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Takes back the room of dead records: what is alive in a segment is written to the end of the log and
/// forced, then the segment goes. A crash between the two leaves records twice, which is no harm. The
/// store's thread only.
final class LogCompactor {

    private static final int HALF = 2;
    private static final MemorySegment NOTHING = MemorySegment.ofArray(new byte[0]);

    private final OwnedLog log;
    private final OwnedRoot root;

    /// A record as it lies on the disk.
    private record Kept(LogRecord record, MemorySegment payload, long usedAtNanos) {}

    LogCompactor(OwnedLog log) {
        this.log = log;
        this.root = log.root();
    }

    /// Compacts one segment, if there is one of which more than half is dead, or one with a part that
    /// cannot be read.
    void compactWorst() {
        for (Segment segment : log.segments().values()) {
            if (segment != log.appender().active()
                    && (segment.damaged() || deadBytes(segment) * HALF > segment.bytes())) {
                compact(segment);
                return;
            }
        }
    }

    /// Compacts every segment with dead bytes.
    void compactAll() {
        for (Segment segment : List.copyOf(log.segments().values())) {
            if (segment.damaged() || deadBytes(segment) > 0) {
                log.appender().seal(segment);
                compact(segment);
            }
        }
    }

    private static long deadBytes(Segment segment) {
        return segment.bytes() - Segment.HEADER_BYTES - segment.liveBytes();
    }

    private void compact(Segment segment) {
        boolean fits = root.room().make(segment.liveBytes() + 2 * Segment.HEADER_BYTES, null);
        if (!fits || !log.segments().containsValue(segment)) {
            return;
        }
        List<Kept> kept;
        try {
            kept = read(segment, segment.bytes(), false);
        } catch (IOException _) {
            root.counters().readFailures.increment();
            return;
        }
        LogAppender.Mark mark = log.appender().mark();
        try {
            move(kept);
        } catch (IOException _) {
            log.appender().undo(mark);
            root.breaker().failed();
            return;
        }
        log.index().removeAll(segment);
        log.delete(segment);
    }

    /// Gives a segment up; of its records those that were used are written again, as far as half of
    /// it goes.
    boolean drop(Segment segment) {
        List<Kept> kept = List.of();
        try {
            kept = read(segment, segment.bytes() / HALF, true);
        } catch (IOException _) {
            root.counters().readFailures.increment();
        }
        long before = log.index().count();
        log.index().removeAll(segment);
        long again = kept.stream().filter(each -> !each.record.tombstone()).count();
        root.counters().evicted.add(before - log.index().count() - again);
        boolean deleted = log.delete(segment);
        LogAppender.Mark mark = log.appender().mark();
        try {
            move(kept);
        } catch (IOException _) {
            log.appender().undo(mark);
        }
        return deleted;
    }

    private void move(List<Kept> kept) throws IOException {
        Map<Fingerprint, Spot> moved = new HashMap<>();
        List<Spot> tombstones = new ArrayList<>();
        for (Kept each : kept) {
            Spot spot = log.appender().copy(each.record, each.payload, each.usedAtNanos);
            if (each.record.tombstone()) {
                tombstones.add(spot);
            } else {
                moved.put(each.record.key(), spot);
            }
        }
        log.appender().finish(true);
        moved.forEach(log.index()::put);
        tombstones.forEach(spot -> spot.segment().addLive(spot.bytes()));
    }

    /// The live records of a segment, and its tombstones while there may be something older on the disk;
    /// a record that cannot be read is a tombstone for what is older.
    private List<Kept> read(Segment segment, long mostBytes, boolean usedOnly) throws IOException {
        List<Kept> kept = new ArrayList<>();
        boolean oldest = log.nothingIsOlder(segment);
        long[] bytes = {0};
        new SegmentScan(segment, segment.bytes())
                .from(
                        Segment.HEADER_BYTES,
                        true,
                        (record, offset, whole) -> {
                            Spot spot = log.index().find(record.key());
                            if (!whole || record.tombstone()) {
                                if (!oldest) {
                                    kept.add(new Kept(record.asTombstone(), NOTHING, 0));
                                }
                            } else if (spot != null
                                    && spot.segment() == segment
                                    && spot.offset() == offset
                                    && (!usedOnly || spot.used())
                                    && bytes[0] + record.bytes() <= mostBytes) {
                                bytes[0] += record.bytes();
                                kept.add(
                                        new Kept(
                                                record,
                                                payload(segment, record, offset),
                                                spot.usedAtNanos()));
                            }
                        });
        return kept;
    }

    private static MemorySegment payload(Segment segment, LogRecord record, long offset)
            throws IOException {
        byte[] payload = new byte[record.payloadBytes()];
        segment.file().read(ByteBuffer.wrap(payload), offset + LogRecord.HEADER_BYTES);
        return MemorySegment.ofArray(payload);
    }
}
