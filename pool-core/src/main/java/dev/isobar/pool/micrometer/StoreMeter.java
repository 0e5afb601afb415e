package dev.isobar.pool.micrometer;

import static dev.isobar.broker.micrometer.StatsMeter.counter;
import static dev.isobar.broker.micrometer.StatsMeter.gauge;

import dev.isobar.broker.micrometer.StatsMeter;
import dev.isobar.pool.store.StoreStats;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import java.util.function.ToLongFunction;

/// Every meter of a [dev.isobar.pool.store.WarmStore]. All have the tag `store`.
public enum StoreMeter {
    /// Bytes of entries.
    ENTRY_BYTES(bytes("entries", StoreStats::entryBytes)),
    /// Bytes of logs.
    SEGMENT_BYTES(bytes("segments", StoreStats::segmentBytes)),
    /// Bytes that are being written.
    TEMPORARY_BYTES(bytes("temporary", StoreStats::temporaryBytes)),
    /// Bytes that were put away.
    QUARANTINE_BYTES(bytes("quarantine", StoreStats::quarantineBytes)),
    /// All other bytes.
    OTHER_BYTES(bytes("other", StoreStats::otherBytes)),
    /// The budget.
    BUDGET(
            gauge("store.budget", "The most bytes under the root", StoreStats::budgetBytes)
                    .inBytes()),
    /// Entries.
    ENTRIES(gauge("store.entries", "Entries, those of logs excluded", StoreStats::entries)),
    /// Look-ups that found something.
    HITS(counter("store.lookups", "Look-ups", StoreStats::hits).tagged("result", "hit")),
    /// Look-ups that did not.
    MISSES(counter("store.lookups", "Look-ups", StoreStats::misses).tagged("result", "miss")),
    /// Writes that succeeded.
    WRITES(counter("store.writes", "Writes", StoreStats::writes).tagged("result", "success")),
    /// Writes that were refused, or failed.
    REFUSALS(counter("store.writes", "Writes", StoreStats::refusals).tagged("result", "refused")),
    /// Checkpoints that were not written, to write less.
    THROTTLED(
            counter(
                    "store.throttled",
                    "Checkpoints that sessions did not write, to write less",
                    StoreStats::throttled)),
    /// Deleted to make room.
    EVICTED(removed("room", StoreStats::evicted)),
    /// Deleted because they had lived long enough.
    EXPIRED(removed("age", StoreStats::expired)),
    /// Put into quarantine.
    QUARANTINED(removed("damage", StoreStats::quarantined)),
    /// Found damaged.
    DAMAGED(
            counter(
                    "store.damaged",
                    "Entries and records whose bytes were not what was written",
                    StoreStats::damaged)),
    /// Reads that failed.
    READ_FAILURES(
            counter(
                    "store.read.failures",
                    "Reads that the file system failed",
                    StoreStats::readFailures)),
    /// Whether writes are paused.
    PAUSED(
            gauge(
                    "store.paused",
                    "1 while writes are not tried, because they failed, else 0",
                    (StoreStats stats) -> stats.paused() ? 1 : 0)),
    /// Reads of files.
    READS(steps("read", stats -> stats.io().reads())),
    /// Writes of files.
    FILE_WRITES(steps("write", stats -> stats.io().writes())),
    /// Forced writes.
    FORCES(steps("force", stats -> stats.io().forces())),
    /// How long reads took.
    READ_TIME(seconds("read", stats -> stats.io().readNanos())),
    /// How long writes took.
    WRITE_TIME(seconds("write", stats -> stats.io().writeNanos())),
    /// How long forced writes took.
    FORCE_TIME(seconds("force", stats -> stats.io().forceNanos())),
    /// Bytes read.
    READ_BYTES(moved("read", stats -> stats.io().readBytes())),
    /// Bytes written.
    WRITTEN_BYTES(moved("write", stats -> stats.io().writtenBytes()));

    private static final double NANOS_IN_A_SECOND = 1e9;

    @SuppressWarnings("ImmutableEnumChecker") // a record with a function without state
    private final StatsMeter<StoreStats> meter;

    StoreMeter(StatsMeter<StoreStats> meter) {
        this.meter = meter;
    }

    /// What is published.
    public StatsMeter<StoreStats> meter() {
        return meter;
    }

    private static StatsMeter<StoreStats> bytes(String kind, ToLongFunction<StoreStats> value) {
        return gauge("store.used", "Bytes under the root", value::applyAsLong)
                .inBytes()
                .tagged("kind", kind);
    }

    private static StatsMeter<StoreStats> removed(String reason, ToLongFunction<StoreStats> value) {
        return counter("store.removed", "Entries and records that went", value::applyAsLong)
                .tagged("reason", reason);
    }

    private static StatsMeter<StoreStats> steps(String step, ToLongFunction<StoreStats> value) {
        return counter("store.io.steps", "Reads, writes and forced writes", value::applyAsLong)
                .tagged("step", step);
    }

    private static StatsMeter<StoreStats> moved(String step, ToLongFunction<StoreStats> value) {
        return counter("store.io.moved", "Bytes read and written", value::applyAsLong)
                .inBytes()
                .tagged("step", step);
    }

    private static StatsMeter<StoreStats> seconds(String step, ToLongFunction<StoreStats> nanos) {
        return new StatsMeter<>(
                "store.io.time",
                Meter.Type.COUNTER,
                "seconds",
                Tags.of("step", step),
                "How long reads, writes and forced writes took",
                stats -> nanos.applyAsLong(stats) / NANOS_IN_A_SECOND);
    }
}
