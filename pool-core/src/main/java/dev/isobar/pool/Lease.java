package dev.isobar.pool;

/// The right to use an entry's value. While one is open the entry is pinned: it is not evicted, and
/// its memory is not freed.
///
/// A lease belongs to one incarnation of an entry. Replacing, invalidating or reloading the key
/// leaves it as it is: it goes on reading the old value, which is freed when its last lease ends.
///
/// *Safe for several threads*; the value itself may not be.
///
/// @param <V> the type of values
public interface Lease<V> extends AutoCloseable {

    /// The leased value. It must not be used after [#close()].
    ///
    /// @throws IllegalStateException if the lease is closed
    V value();

    /// What the entry is charged, in bytes.
    long bytes();

    /// Ends the lease. Idempotent, never throws; the last close of a dropped entry frees its value.
    @Override
    void close();
}
