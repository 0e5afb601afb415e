package dev.isobar.pool.micrometer;

import static dev.isobar.broker.micrometer.StatsMeter.counter;
import static dev.isobar.broker.micrometer.StatsMeter.gauge;

import dev.isobar.broker.micrometer.StatsMeter;
import dev.isobar.pool.store.LogTier;
import java.util.function.ToLongFunction;

/// Every meter of a [LogTier]. All have the tag `tier`, the name of its log.
public enum LogTierMeter {
    /// Look-ups that found a value.
    FOUND(recalls("found", LogTier.Stats::found)),
    /// Look-ups that found none.
    ABSENT(recalls("absent", LogTier.Stats::absent)),
    /// Look-ups whose value was too old.
    STALE(recalls("stale", LogTier.Stats::stale)),
    /// Look-ups whose value was damaged.
    DAMAGED(recalls("damaged", LogTier.Stats::damaged)),
    /// Look-ups whose value found no room in memory.
    NO_ROOM(recalls("refused", LogTier.Stats::noRoom)),
    /// Values that were written.
    WRITTEN(counter("tier.written", "Values written to the disk", LogTier.Stats::written)),
    /// Values that found the buffer full.
    FULL(refused("full", LogTier.Stats::full)),
    /// Values that the store refused.
    FAILED(refused("store", LogTier.Stats::failed)),
    /// Values that were given up under pressure.
    DROPPED(refused("pressure", LogTier.Stats::dropped)),
    /// Values that cost more to write than they save.
    UNWORTHY(refused("worth", LogTier.Stats::unworthy)),
    /// Values that came when too much had been written.
    THROTTLED(refused("rate", LogTier.Stats::throttled)),
    /// What waits to be written.
    BUFFERED(
            gauge("tier.buffer.used", "What waits to be written", LogTier.Stats::bufferedBytes)
                    .inBytes()),
    /// Values that came back after a restart.
    RESTORED(restores("restored", stats -> stats.restores().restored())),
    /// Values that were in the pool already.
    PRESENT(restores("present", stats -> stats.restores().present())),
    /// Values that had left the disk.
    GONE(restores("gone", stats -> stats.restores().gone())),
    /// Values that were too old.
    RESTORED_STALE(restores("stale", stats -> stats.restores().stale())),
    /// Values that were damaged.
    CORRUPT(restores("corrupt", stats -> stats.restores().corrupt())),
    /// Values that found no room.
    RESTORE_REFUSED(restores("refused", stats -> stats.restores().refused()));

    @SuppressWarnings("ImmutableEnumChecker") // a record with a function without state
    private final StatsMeter<LogTier.Stats> meter;

    LogTierMeter(StatsMeter<LogTier.Stats> meter) {
        this.meter = meter;
    }

    /// What is published.
    public StatsMeter<LogTier.Stats> meter() {
        return meter;
    }

    private static StatsMeter<LogTier.Stats> recalls(
            String result, ToLongFunction<LogTier.Stats> value) {
        return counter("tier.recalls", "Look-ups in the tier", value::applyAsLong)
                .tagged("result", result);
    }

    private static StatsMeter<LogTier.Stats> refused(
            String reason, ToLongFunction<LogTier.Stats> value) {
        return counter("tier.refused", "Values that were not written", value::applyAsLong)
                .tagged("reason", reason);
    }

    private static StatsMeter<LogTier.Stats> restores(
            String result, ToLongFunction<LogTier.Stats> value) {
        return counter("tier.restores", "Values that a restart looked at", value::applyAsLong)
                .tagged("result", result);
    }
}
