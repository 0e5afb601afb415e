package dev.isobar.pool;

/// Says how many bytes a value takes. Called once per value, when it enters the pool, with no lock
/// held.
///
/// @param <V> the type of values
@FunctionalInterface
public interface Sizer<V> {

    /// The bytes of `value`; at least 0. For pools that count entries, 1.
    long bytesOf(V value);

    /// Counts entries instead of bytes: every value has size 1.
    static <V> Sizer<V> countingEntries() {
        return _ -> 1;
    }
}
