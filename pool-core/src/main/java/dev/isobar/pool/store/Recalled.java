package dev.isobar.pool.store;

/// What came of looking for a value in a [LogTier]. Exhaustive: a `switch` over it needs no `default`.
///
/// @param <V> the type of values
public sealed interface Recalled<V> {

    /// It is there.
    ///
    /// @param value the caller's own
    record Found<V>(V value) implements Recalled<V> {}

    /// There is none.
    record Absent<V>() implements Recalled<V> {}

    /// It is too old, or of another layout.
    record Stale<V>() implements Recalled<V> {}

    /// It is there, but its bytes are not what was written, or cannot be read.
    record Damaged<V>() implements Recalled<V> {}

    /// It is there, but there is no room for it in memory.
    record NoRoom<V>() implements Recalled<V> {}
}
