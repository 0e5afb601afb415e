package dev.isobar.pool;

import org.jspecify.annotations.Nullable;

/// A cheaper place below a pool, which may keep what leaves it. What is here is a copy: it may be lost
/// at any time, and is never wrong.
///
/// *Safe for several threads.*
///
/// @param <K> the type of keys. A key names its value for good: a value that changes gets another key.
/// @param <V> the type of the values of the pool above
public interface Tier<K, V> {

    /// The name in messages.
    String name();

    /// Whether a key's value is here, or on its way here. Cheap; a snapshot.
    boolean holds(K key);

    /// Copies a value, or takes note that it cannot. Neither blocks nor touches a disk.
    ///
    /// @return whether it is here now, or on its way
    boolean offer(K key, V value);

    /// Brings a value up. May read from a disk.
    ///
    /// @return the caller's own; null if it is not here, or not to be had
    @Nullable V fetch(K key);

    /// Forgets a key.
    void forget(K key);
}
