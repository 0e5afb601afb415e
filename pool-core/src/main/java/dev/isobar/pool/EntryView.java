package dev.isobar.pool;

/// What an [EvictionPriority] sees of an entry besides its value. All times are monotonic
/// nanoseconds counted from the pool's creation.
///
/// @param bytes what the entry is charged; at least 0
/// @param nowNanos the time at which the question is asked
/// @param loadedAtNanos when the entry came in
/// @param lastAccessNanos when it was last found, or came in
/// @param hits how often it was found since it came in
/// @param frequency how often its key was asked for lately, also before the entry came in: a sketch's
///     estimate, 0 to 15; 0 unless the priority says [EvictionPriority#usesFrequency()]
/// @param loadCostNanos what it cost to load the value; 0 if unknown
/// @param inflation the pool's inflation when the entry was last found: the highest loss of all
///     entries evicted until then (the *L* of the GreedyDual family); 0 at first, never falls
public record EntryView(
        long bytes,
        long nowNanos,
        long loadedAtNanos,
        long lastAccessNanos,
        long hits,
        int frequency,
        long loadCostNanos,
        double inflation) {

    /// Time since the entry came in.
    public long ageNanos() {
        return nowNanos - loadedAtNanos;
    }

    /// Time since the entry was last found, or came in.
    public long idleNanos() {
        return nowNanos - lastAccessNanos;
    }
}
