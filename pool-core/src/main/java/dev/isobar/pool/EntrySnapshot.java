package dev.isobar.pool;

/// One entry at one moment, for people and reports. Times are ages, so that they need no clock.
///
/// A pool keeps no more of an entry's past than its priority asks for. Under the adaptive one, uses
/// beyond the 15th are counted by sample, the time of the last use is known to a 64th of the time in
/// which the pool is evicted once, and that of loading is not kept. Under any other priority that does
/// not look at times ([EvictionPriority#usesTime()]), the time of the last use is not kept.
///
/// @param key the key as text
/// @param bytes what the entry is charged
/// @param pins how many leases are open on it
/// @param hits how often it was found since it was loaded
/// @param ageNanos time since it was loaded; if that is not kept, the same as `idleNanos`
/// @param idleNanos time since it was last used; if that is not kept, since it was loaded
public record EntrySnapshot(
        String key, long bytes, int pins, long hits, long ageNanos, long idleNanos) {}
