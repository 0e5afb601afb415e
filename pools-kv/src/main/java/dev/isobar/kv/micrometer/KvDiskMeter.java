package dev.isobar.kv.micrometer;

import static dev.isobar.broker.micrometer.StatsMeter.counter;
import static dev.isobar.broker.micrometer.StatsMeter.gauge;

import dev.isobar.broker.micrometer.StatsMeter;
import dev.isobar.kv.KvDiskStats;
import java.util.function.ToDoubleFunction;

/// Every meter of a KV pool's disk, where it has one. All have the tag `pool`; variants have one tag more,
/// from a fixed set.
public enum KvDiskMeter {
    /// Blocks on the disk.
    HELD(gauge("kv.disk.blocks", "Blocks on the disk", KvDiskStats::heldBlocks)),
    /// What they take there.
    BYTES(gauge("kv.disk.size", "What they take there", KvDiskStats::diskBytes).inBytes()),
    /// What waits to be written.
    BUFFERED(
            gauge("kv.disk.buffered", "What waits to be written", KvDiskStats::bufferedBytes)
                    .inBytes()),
    /// Blocks that came back.
    RESTORED(read("restored", KvDiskStats::restoredBlocks)),
    /// Blocks of another layout, or with other tokens.
    STALE(read("stale", KvDiskStats::staleBlocks)),
    /// Blocks with other bytes than were written.
    CORRUPT(read("corrupt", KvDiskStats::corruptBlocks)),
    /// Blocks that found no room in the pool.
    REFUSED(read("refused", KvDiskStats::refusedBlocks)),
    /// Blocks that were written.
    WRITTEN(write("written", KvDiskStats::writtenBlocks)),
    /// Blocks that found no room among those that waited.
    FULL(write("full", KvDiskStats::fullBlocks)),
    /// Blocks that the store refused.
    FAILED(write("failed", KvDiskStats::failedBlocks)),
    /// Blocks that were given up under pressure before they were written.
    DROPPED(write("dropped", KvDiskStats::droppedBlocks)),
    /// How often something failed that costs content.
    FAILURES(
            counter(
                    "kv.disk.failures",
                    "How often something failed that costs content",
                    KvDiskStats::failures));

    @SuppressWarnings("ImmutableEnumChecker") // a record with a function without state
    private final StatsMeter<KvDiskStats> meter;

    KvDiskMeter(StatsMeter<KvDiskStats> meter) {
        this.meter = meter;
    }

    private static StatsMeter<KvDiskStats> read(
            String result, ToDoubleFunction<KvDiskStats> value) {
        return counter("kv.disk.reads", "Blocks looked for on the disk by what came of it", value)
                .tagged("result", result);
    }

    private static StatsMeter<KvDiskStats> write(
            String result, ToDoubleFunction<KvDiskStats> value) {
        return counter("kv.disk.writes", "Blocks for the disk by what came of it", value)
                .tagged("result", result);
    }

    /// What is published.
    public StatsMeter<KvDiskStats> meter() {
        return meter;
    }
}
