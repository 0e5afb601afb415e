package dev.isobar.pool;

import java.util.function.BooleanSupplier;
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

    /// The same, unless the value is not wanted any more. A tier that several threads use asks in the
    /// critical section in which it makes the copy visible to [#forget]: so what was forgotten never
    /// comes back with an eviction that had begun before.
    ///
    /// @param wanted cheap, and safe under a lock; once false, it stays so
    default boolean offer(K key, V value, BooleanSupplier wanted) {
        return wanted.getAsBoolean() && offer(key, value);
    }

    /// Brings a value up. May read from a disk.
    ///
    /// @return the caller's own; null if it is not here, or not to be had
    @Nullable V fetch(K key);

    /// Forgets a key: what is here, and what is on its way here.
    void forget(K key);
}
