package dev.isobar.pool;

/// Is told what happens to a pool's entries. Called on the thread that caused it, with no lock held;
/// what it throws is logged once and counted, and disturbs nothing.
///
/// @param <K> the type of keys
public interface PoolListener<K> {

    /// An entry has left the pool. Its value is freed by then, unless leases on it are still open.
    ///
    /// @param bytes what the entry was charged
    default void removed(K key, long bytes, RemovalCause cause) {}

    /// A listener that ignores everything.
    static <K> PoolListener<K> none() {
        return new PoolListener<>() {};
    }
}
