package dev.isobar.pool.micrometer;

import dev.isobar.pool.PoolStats;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.binder.BaseUnits;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Every meter of a pool. All have the tag `pool`; the `cache.*` meters are Micrometer's own names for
/// caches, and have its tag `cache`, too.
public enum PoolMeter {
    /// Entries in the pool.
    SIZE("cache.size", Meter.Type.GAUGE, null, null, "Entries", PoolStats::entryCount),
    /// Look-ups that found a value.
    HITS("cache.gets", Meter.Type.COUNTER, null, "hit", "Look-ups", PoolStats::hits),
    /// Look-ups that found none, those that shared a running load included.
    MISSES(
            "cache.gets",
            Meter.Type.COUNTER,
            null,
            "miss",
            "Look-ups",
            stats -> stats.misses() + stats.sharedLoads()),
    /// Entries evicted.
    EVICTIONS(
            "cache.evictions",
            Meter.Type.COUNTER,
            null,
            null,
            "Entries evicted",
            PoolStats::evictions),
    /// Everything charged.
    USED(
            "pool.memory.used",
            Meter.Type.GAUGE,
            BaseUnits.BYTES,
            null,
            "Everything charged to the pool",
            PoolStats::usedBytes),
    /// The limit.
    LIMIT(
            "pool.memory.limit",
            Meter.Type.GAUGE,
            BaseUnits.BYTES,
            null,
            "The pool's limit",
            PoolStats::limitBytes),
    /// Bytes of entries with open leases.
    PINNED(
            "pool.memory.pinned",
            Meter.Type.GAUGE,
            BaseUnits.BYTES,
            null,
            "Entries with open leases",
            PoolStats::pinnedBytes),
    /// Bytes of values that left the pool and are not free yet.
    DETACHED(
            "pool.memory.detached",
            Meter.Type.GAUGE,
            BaseUnits.BYTES,
            null,
            "Values that left the pool and are not free yet",
            stats -> stats.detachedBytes() + stats.bypassedBytes()),
    /// Bytes reserved for loads in flight.
    RESERVED(
            "pool.memory.reserved",
            Meter.Type.GAUGE,
            BaseUnits.BYTES,
            null,
            "Reservations of loads in flight",
            PoolStats::reservedBytes),
    /// Used / limit.
    PRESSURE("pool.pressure", Meter.Type.GAUGE, null, null, "Used / limit", PoolStats::pressure),
    /// Bytes evicted.
    EVICTED(
            "pool.evicted",
            Meter.Type.COUNTER,
            BaseUnits.BYTES,
            null,
            "Bytes evicted",
            PoolStats::evictedBytes),
    /// Loads that succeeded.
    LOADS("pool.loads", Meter.Type.COUNTER, null, "success", "Loads", PoolStats::loads),
    /// Loads that failed.
    LOAD_FAILURES(
            "pool.loads", Meter.Type.COUNTER, null, "failure", "Loads", PoolStats::loadFailures),
    /// Values and loads refused for want of room.
    REFUSALS(
            "pool.refusals",
            Meter.Type.COUNTER,
            null,
            null,
            "Values and loads refused for want of room",
            PoolStats::refusals),
    /// Values too large for the pool.
    BYPASSES(
            "pool.bypasses",
            Meter.Type.COUNTER,
            null,
            null,
            "Values that bypassed the pool",
            PoolStats::bypasses),
    /// Leases dropped without being closed.
    LEAKS(
            "pool.leases.leaked",
            Meter.Type.COUNTER,
            null,
            null,
            "Watched leases dropped without being closed",
            PoolStats::leakedLeases);

    private final String meterName;
    private final Meter.Type type;
    private final @Nullable String baseUnit;
    private final @Nullable String result;
    private final String description;

    @SuppressWarnings("ImmutableEnumChecker") // method references without state
    private final ToDoubleFunction<PoolStats> value;

    PoolMeter(
            String meterName,
            Meter.Type type,
            @Nullable String baseUnit,
            @Nullable String result,
            String description,
            ToDoubleFunction<PoolStats> value) {
        this.meterName = meterName;
        this.type = type;
        this.baseUnit = baseUnit;
        this.result = result;
        this.description = description;
        this.value = value;
    }

    /// The name, dotted and in lower case, without a unit.
    public String meterName() {
        return meterName;
    }

    /// Gauge or counter.
    public Meter.Type type() {
        return type;
    }

    /// The unit, or null for plain numbers.
    public @Nullable String baseUnit() {
        return baseUnit;
    }

    /// The value of the tag `result`, or null if the meter has no such tag.
    public @Nullable String result() {
        return result;
    }

    /// What it says.
    public String description() {
        return description;
    }

    /// Its value in a pool's figures.
    double value(PoolStats stats) {
        return value.applyAsDouble(stats);
    }
}
