package dev.isobar.pool;

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

    /// Keeps nothing.
    static <K, V> Demotion<K, V> none() {
        return (_, _, _) -> {};
    }
}
