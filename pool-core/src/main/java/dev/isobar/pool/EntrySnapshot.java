package dev.isobar.pool;

/// One entry at one moment, for people and reports. Times are ages, so that they need no clock.
///
/// @param key the key as text
/// @param bytes what the entry is charged
/// @param pins how many leases are open on it
/// @param hits how often it was found since it was loaded
/// @param ageNanos time since it was loaded
/// @param idleNanos time since it was last used
public record EntrySnapshot(
        String key, long bytes, int pins, long hits, long ageNanos, long idleNanos) {}
