package dev.isobar.pool;

/// A pool's figures at one moment. Counters run since creation or the last `clear`; the numbers are
/// read one after the other, so while the pool is busy they may disagree by an operation or two.
///
/// @param name the pool's name
/// @param entryCount entries in the pool
/// @param pinnedCount entries of these with open leases
/// @param usedBytes everything charged: entries, detached and bypassing values, reservations
/// @param limitBytes the pool's limit
/// @param pinnedBytes bytes of entries in the pool with open leases
/// @param detachedBytes bytes of values that left the pool and are still leased, or could not be
///     freed yet
/// @param bypassedBytes bytes of values too large for the pool that are still leased
/// @param reservedBytes bytes reserved for loads in flight
/// @param inFlightLoads loads in flight
/// @param hits look-ups that found a value
/// @param misses look-ups that found none and nobody loading
/// @param sharedLoads look-ups that waited for a load begun by another
/// @param loads loads that succeeded
/// @param loadFailures loads that failed
/// @param loadNanos time spent in loads that succeeded
/// @param evictions entries evicted
/// @param evictedBytes their bytes
/// @param refusals values and loads refused for want of room
/// @param bypasses values that were too large for the pool
/// @param leakedLeases watched leases that were dropped without being closed
/// @param failedCloses values that could not be freed and wait for another try
/// @param callbackFailures exceptions of listeners and priorities
public record PoolStats(
        String name,
        long entryCount,
        long pinnedCount,
        long usedBytes,
        long limitBytes,
        long pinnedBytes,
        long detachedBytes,
        long bypassedBytes,
        long reservedBytes,
        long inFlightLoads,
        long hits,
        long misses,
        long sharedLoads,
        long loads,
        long loadFailures,
        long loadNanos,
        long evictions,
        long evictedBytes,
        long refusals,
        long bypasses,
        long leakedLeases,
        long failedCloses,
        long callbackFailures) {

    /// Used / limit: at least 0, may exceed 1; 0 if the limit is 0.
    public double pressure() {
        return limitBytes == 0 ? 0.0 : (double) usedBytes / limitBytes;
    }

    /// Hits per look-up, 0 to 1; 0 if there were none.
    public double hitRate() {
        long lookups = hits + misses + sharedLoads;
        return lookups == 0 ? 0.0 : (double) hits / lookups;
    }
}
