package dev.isobar.pool.micrometer;

import static dev.isobar.broker.micrometer.StatsMeter.counter;
import static dev.isobar.broker.micrometer.StatsMeter.gauge;

import dev.isobar.broker.micrometer.StatsMeter;
import dev.isobar.pool.PoolStats;

/// Every meter of a pool. All have the tag `pool`; the `cache.*` meters are Micrometer's own names for
/// caches, and have its tag `cache`, too.
public enum PoolMeter {
    /// Entries in the pool.
    SIZE(gauge("cache.size", "Entries", PoolStats::entryCount)),
    /// Look-ups that found a value.
    HITS(counter("cache.gets", "Look-ups", PoolStats::hits).tagged("result", "hit")),
    /// Look-ups that found none, those that shared a running load included.
    MISSES(
            counter(
                            "cache.gets",
                            "Look-ups",
                            (PoolStats stats) -> stats.misses() + stats.sharedLoads())
                    .tagged("result", "miss")),
    /// Entries evicted.
    EVICTIONS(counter("cache.evictions", "Entries evicted", PoolStats::evictions)),
    /// Everything charged.
    USED(
            gauge("pool.memory.used", "Everything charged to the pool", PoolStats::usedBytes)
                    .inBytes()),
    /// The limit.
    LIMIT(gauge("pool.memory.limit", "The pool's limit", PoolStats::limitBytes).inBytes()),
    /// Bytes of entries with open leases.
    PINNED(
            gauge("pool.memory.pinned", "Entries with open leases", PoolStats::pinnedBytes)
                    .inBytes()),
    /// Bytes of values that left the pool and are not free yet.
    DETACHED(
            gauge(
                            "pool.memory.detached",
                            "Values that left the pool and are not free yet",
                            (PoolStats stats) -> stats.detachedBytes() + stats.bypassedBytes())
                    .inBytes()),
    /// Bytes reserved for loads in flight.
    RESERVED(
            gauge(
                            "pool.memory.reserved",
                            "Reservations of loads in flight",
                            PoolStats::reservedBytes)
                    .inBytes()),
    /// Used / limit.
    PRESSURE(gauge("pool.pressure", "Used / limit", PoolStats::pressure)),
    /// Bytes evicted.
    EVICTED(counter("pool.evicted", "Bytes evicted", PoolStats::evictedBytes).inBytes()),
    /// Loads that succeeded.
    LOADS(counter("pool.loads", "Loads", PoolStats::loads).tagged("result", "success")),
    /// Loads that failed.
    LOAD_FAILURES(
            counter("pool.loads", "Loads", PoolStats::loadFailures).tagged("result", "failure")),
    /// Values and loads refused for want of room.
    REFUSALS(
            counter(
                    "pool.refusals",
                    "Values and loads refused for want of room",
                    PoolStats::refusals)),
    /// Values too large for the pool.
    BYPASSES(counter("pool.bypasses", "Values that bypassed the pool", PoolStats::bypasses)),
    /// Leases dropped without being closed.
    LEAKS(
            counter(
                    "pool.leases.leaked",
                    "Watched leases dropped without being closed",
                    PoolStats::leakedLeases));

    @SuppressWarnings("ImmutableEnumChecker") // a record with a function without state
    private final StatsMeter<PoolStats> meter;

    PoolMeter(StatsMeter<PoolStats> meter) {
        this.meter = meter;
    }

    /// What is published.
    public StatsMeter<PoolStats> meter() {
        return meter;
    }
}
