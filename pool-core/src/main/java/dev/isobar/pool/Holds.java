package dev.isobar.pool;

/// How an order holds entries, for as long as it looks at them.
@FunctionalInterface
interface Holds<K, V> {

    /// Ends a hold, and frees the entry if it was retired meanwhile.
    void unhold(Entry<K, V> entry);

    /// Holds an entry, if it is in the pool and nobody uses it. Not to be called under a lock.
    default boolean tryHold(Entry<K, V> entry) {
        return entry.tryHold();
    }
}
