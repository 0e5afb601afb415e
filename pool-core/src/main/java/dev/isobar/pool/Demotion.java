package dev.isobar.pool;

import java.util.function.BooleanSupplier;

/// Is offered what a pool evicts, while it can still be read, so that a cheaper tier may keep it.
/// [TierChain] is one.
///
/// *Called by several threads*, on the thread that needs the room, with no lock held: relief waits for
/// it, so it must neither block nor touch a disk. What it throws is logged once and counted, and the
/// value is freed all the same.
///
/// @param <K> the type of keys
/// @param <V> the type of values
@FunctionalInterface
public interface Demotion<K, V> {

    /// A value is about to be freed. It stays the pool's: whoever wants to keep it copies it.
    ///
    /// @param cause [RemovalCause#ROOM], [RemovalCause#RECLAIM], [RemovalCause#EMERGENCY] or
    ///     [RemovalCause#LIMIT]
    void leaving(K key, V value, RemovalCause cause);

    /// The same, and says how long the value is wanted: as soon as its key is invalidated or replaced,
    /// it is not. Whoever keeps copies that outlive this call overrides this, and asks in the same
    /// critical section in which he puts the copy where [Tier#forget] finds it.
    ///
    /// @param wanted cheap, and safe under a lock; once false, it stays so
    default void leaving(K key, V value, RemovalCause cause, BooleanSupplier wanted) {
        leaving(key, value, cause);
    }

    /// Keeps nothing.
    static <K, V> Demotion<K, V> none() {
        return new NoDemotion<>();
    }
}
