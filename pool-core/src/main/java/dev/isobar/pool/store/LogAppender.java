package dev.isobar.pool.store;

import dev.isobar.pool.store.WriteOutcome.NoSpace;
import dev.isobar.pool.store.WriteOutcome.TooLarge;
import dev.isobar.pool.store.WriteOutcome.Unavailable;
import dev.isobar.pool.store.WriteOutcome.Written;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Writes records to the end of a log, in groups: callers put theirs, encoded, in a queue; the store's
/// thread takes whatever is there, writes it, forces the file once, and answers all. A group that
/// fails is cut off again, and its segment is not written to any more: what a failed force has left on
/// the disk is not to be believed.
final class LogAppender {

    /// How much may wait; whoever finds more waits until it is written.
    private static final long QUEUE_BYTES = 32L << 20;

    private static final long GROUP_BYTES = 8L << 20;
    private static final int STAGING_BYTES = 1 << 20;

    private final OwnedLog log;
    private final OwnedRoot root;
    private final ConcurrentLinkedQueue<Pending> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicBoolean draining = new AtomicBoolean();
    private final Map<Fingerprint, Pending> owed = new LinkedHashMap<>(); // the store's thread
    private final SplittableRandom salts = new SplittableRandom();
    private final ByteBuffer staging;
    private long sequence;
    private long
            lastNumber; // of a segment; never given twice: an old file of that name may be left
    private @Nullable Segment active;
    private long stagedAt;

    /// A record that waits to be written.
    ///
    /// @param payload null: a tombstone
    private record Pending(
            Fingerprint key,
            @Nullable MemorySegment payload,
            int payloadCrc,
            Durability durability,
            CompletableFuture<WriteOutcome> outcome) {

        int payloadBytes() {
            return payload == null ? 0 : (int) payload.byteSize();
        }

        long bytes() {
            return LogRecord.bytes(payloadBytes());
        }
    }

    /// Where a log ended.
    ///
    /// @param active the segment that was written to
    /// @param lastNumber the number of the last segment
    record Mark(@Nullable Segment active, long activeBytes, long lastNumber) {}

    /// Where a record of a group has gone.
    private record Placed(Pending pending, Spot spot) {}

    LogAppender(OwnedLog log, long sequence, @Nullable Segment active) {
        this.log = log;
        this.root = log.root();
        this.sequence = sequence;
        this.active = active;
        this.lastNumber = log.segments().isEmpty() ? 0 : log.segments().lastKey();
        this.staging =
                ByteBuffer.allocateDirect(
                        (int) Math.min(STAGING_BYTES, root.config().segmentBytes()));
    }

    CompletableFuture<WriteOutcome> append(
            Fingerprint key, @Nullable MemorySegment payload, Durability durability) {
        long bytes = LogRecord.bytes(payload == null ? 0 : payload.byteSize());
        long limit =
                Math.min(root.config().segmentBytes(), root.budgetBytes()) - Segment.HEADER_BYTES;
        if (bytes > limit) {
            return CompletableFuture.completedFuture(new TooLarge(bytes, limit));
        }
        MemorySegment copy =
                payload == null
                        ? null
                        : MemorySegment.ofArray(payload.toArray(ValueLayout.JAVA_BYTE));
        int crc = copy == null ? 0 : EntryWriter.crc(copy);
        Pending pending = new Pending(key, copy, crc, durability, new CompletableFuture<>());
        queue.add(pending);
        if (queuedBytes.addAndGet(bytes) > QUEUE_BYTES) {
            root.thread().call(this::drainAll);
        } else if (draining.compareAndSet(false, true) && !root.thread().submit(this::drainAll)) {
            draining.set(false);
            IllegalStateException closed = new IllegalStateException("the store is closed");
            for (Pending each = queue.poll(); each != null; each = queue.poll()) {
                each.outcome.completeExceptionally(closed);
            }
            throw closed;
        }
        return pending.outcome;
    }

    private boolean drainAll() {
        draining.set(false);
        try {
            root.janitor().round();
            for (List<Pending> group = next(); !group.isEmpty(); group = next()) {
                answer(group);
                log.compactor().compactWorst(); // in the loop: busy callers may never let it end
            }
            return true;
        } catch (Throwable t) {
            failAll(t);
            throw t;
        }
    }

    /// Callers must not wait for ever, whatever happens here.
    private void failAll(Throwable failure) {
        for (List<Pending> group = next(); !group.isEmpty(); group = next()) {
            group.forEach(each -> each.outcome.completeExceptionally(failure));
        }
    }

    private List<Pending> next() {
        List<Pending> group = new ArrayList<>();
        if (!queue.isEmpty()) {
            group.addAll(owed.values());
        }
        long most = Math.min(GROUP_BYTES, root.budgetBytes() / 8);
        long bytes = 0;
        while (bytes < most) {
            Pending pending = queue.poll();
            if (pending == null) {
                break;
            }
            bytes += pending.bytes();
            group.add(pending);
        }
        queuedBytes.addAndGet(-bytes);
        return group;
    }

    private void answer(List<Pending> group) {
        try {
            List<WriteOutcome> outcomes = write(group);
            for (int i = 0; i < group.size(); i++) {
                group.get(i).outcome.complete(outcomes.get(i));
            }
        } catch (Throwable t) {
            group.forEach(each -> each.outcome.completeExceptionally(t));
            throw t;
        }
    }

    /// Writes the tombstones that could not be written when they were asked for, if there are any.
    void settle() {
        if (!owed.isEmpty()) {
            write(List.copyOf(owed.values()));
        }
    }

    private List<WriteOutcome> write(List<Pending> group) {
        long bytes = group.stream().mapToLong(Pending::bytes).sum();
        if (root.ended()) {
            return refuse(group, new Unavailable("the store is closed", null));
        }
        if (!root.breaker().permits()) {
            return refuse(
                    group,
                    new Unavailable("writes to " + root.path() + " are paused: they failed", null));
        }
        if (!root.room().make(bytes + Segment.HEADER_BYTES, null)) {
            root.breaker().abandoned();
            return refuse(group, new NoSpace(bytes, root.room().full(bytes)));
        }
        boolean force = group.stream().anyMatch(each -> each.durability != Durability.NONE);
        try {
            List<Placed> placed = place(group, force);
            root.breaker().succeeded();
            return publish(placed);
        } catch (IOException e) {
            root.breaker().failed();
            return refuse(group, EntryWriter.failure(bytes, e));
        }
    }

    /// Nothing was written. What was to be forgotten is not found any more all the same, and its
    /// tombstone is written with the next group that can be.
    private List<WriteOutcome> refuse(List<Pending> group, WriteOutcome refusal) {
        for (Pending each : group) {
            if (each.payload == null) {
                forget(each.key);
                owed.put(each.key, each);
            }
        }
        return group.stream().map(_ -> refusal).toList();
    }

    private List<WriteOutcome> publish(List<Placed> placed) {
        List<WriteOutcome> outcomes = new ArrayList<>(placed.size());
        for (Placed each : placed) {
            Pending pending = each.pending;
            if (pending.payload == null) {
                forget(pending.key);
                owed.remove(pending.key);
                each.spot.segment().addLive(each.spot.bytes());
            } else {
                log.index().put(pending.key, each.spot);
            }
            outcomes.add(new Written(each.spot.sequence(), each.spot.bytes()));
        }
        return outcomes;
    }

    private void forget(Fingerprint key) {
        Spot old = log.index().find(key);
        if (old != null) {
            log.index().remove(key, old);
        }
    }

    /// Writes a group, in one segment or several. If it fails, each is as long as before.
    private List<Placed> place(List<Pending> group, boolean force) throws IOException {
        List<Placed> placed = new ArrayList<>(group.size());
        Mark mark = mark();
        boolean done = false;
        try {
            long now = root.nanos();
            long millis = root.millis();
            for (Pending pending : group) {
                Segment segment = segmentFor(pending.bytes(), force);
                LogRecord record =
                        new LogRecord(
                                ++sequence,
                                pending.key,
                                pending.payload == null,
                                millis,
                                pending.payloadBytes(),
                                pending.payloadCrc);
                long offset = stage(segment, record, pending.payload);
                placed.add(
                        new Placed(
                                pending,
                                new Spot(
                                        segment,
                                        offset,
                                        record.payloadBytes(),
                                        record.sequence(),
                                        now)));
            }
            finish(force);
            done = true;
            return placed;
        } finally {
            if (!done) {
                undo(mark);
            }
        }
    }

    /// Copies a record that lies elsewhere to the end, with its sequence.
    Spot copy(LogRecord record, MemorySegment payload, long usedAtNanos) throws IOException {
        Segment segment = segmentFor(record.bytes(), true);
        long offset = stage(segment, record, payload);
        return new Spot(segment, offset, record.payloadBytes(), record.sequence(), usedAtNanos);
    }

    /// The segment that a record fits in: the active one, or a new one.
    private Segment segmentFor(long bytes, boolean force) throws IOException {
        Segment segment = active;
        if (segment != null && segment.bytes() + bytes <= root.config().segmentBytes()) {
            return segment;
        }
        finish(force);
        Segment fresh = create();
        active = fresh;
        stagedAt = fresh.bytes();
        return fresh;
    }

    private Segment create() throws IOException {
        long number = ++lastNumber;
        long salt = salts.nextLong();
        var path = log.folder().resolve(Segment.name(number));
        root.rootFiles().makeFolder(log.folder(), Durability.FULL);
        StoreFiles.OpenFile file = root.files().create(path);
        Segment segment = new Segment(path, number, salt, file, Segment.HEADER_BYTES);
        log.segments().put(number, segment);
        root.use().add(DiskUse.Part.SEGMENTS, Segment.HEADER_BYTES);
        boolean done = false;
        try {
            file.write(Segment.header(number, salt), 0);
            file.force();
            root.files().forceFolder(log.folder());
            done = true;
            return segment;
        } finally {
            if (!done) {
                log.delete(segment);
            }
        }
    }

    /// Puts a record at the end, by way of the staging buffer.
    ///
    /// @return where in the segment it begins
    private long stage(Segment segment, LogRecord record, @Nullable MemorySegment payload)
            throws IOException {
        int length = Math.toIntExact(record.bytes());
        if (staging.position() == 0) {
            stagedAt = segment.bytes();
        } else if (staging.remaining() < length) {
            flush();
        }
        long offset = segment.bytes();
        if (length > staging.capacity()) {
            ByteBuffer alone = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
            fill(alone, record, payload, segment.salt());
            charge(segment, length);
            segment.file().write(alone, offset);
            stagedAt = segment.bytes();
        } else {
            int at = staging.position();
            fill(staging.slice(at, length), record, payload, segment.salt());
            staging.position(at + length);
            charge(segment, length);
        }
        return offset;
    }

    private void charge(Segment segment, long bytes) {
        segment.bytes(segment.bytes() + bytes);
        root.use().add(DiskUse.Part.SEGMENTS, bytes);
    }

    private static void fill(
            ByteBuffer into, LogRecord record, @Nullable MemorySegment payload, long salt) {
        record.encode(into, salt);
        if (payload != null) {
            into.put(LogRecord.HEADER_BYTES, payload.asByteBuffer(), 0, record.payloadBytes());
        }
        for (int i = LogRecord.HEADER_BYTES + record.payloadBytes(); i < into.limit(); i++) {
            into.put(i, (byte) 0);
        }
    }

    private void flush() throws IOException {
        Segment segment = active;
        if (segment != null && staging.position() > 0) {
            segment.file().write(staging.flip(), stagedAt);
        }
        staging.clear();
        stagedAt = segment == null ? 0 : segment.bytes();
    }

    /// Writes out what is staged, and makes it last.
    void finish(boolean force) throws IOException {
        flush();
        Segment segment = active;
        if (force && segment != null) {
            segment.file().force();
        }
    }

    /// Where the log ends now.
    Mark mark() {
        Segment segment = active;
        return new Mark(
                segment,
                segment == null ? 0 : segment.bytes(),
                log.segments().isEmpty() ? 0 : log.segments().lastKey());
    }

    /// Cuts off what was written since; the segment is not written to again.
    void undo(Mark mark) {
        staging.clear();
        active = null;
        if (mark.active != null) {
            cut(mark.active, mark.activeBytes);
        }
        List.copyOf(log.segments().tailMap(mark.lastNumber, false).values()).forEach(log::delete);
    }

    private void cut(Segment segment, long toBytes) {
        long extra = segment.bytes() - toBytes;
        try {
            segment.file().truncate(toBytes);
            segment.bytes(toBytes);
            root.use().add(DiskUse.Part.SEGMENTS, -extra);
        } catch (IOException _) {
            segment.markDamaged();
        }
    }

    /// Nothing is written to that segment any more.
    void seal(Segment segment) {
        if (segment == active) {
            active = null;
        }
    }

    @Nullable Segment active() {
        return active;
    }
}
