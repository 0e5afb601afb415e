package dev.isobar.pool;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A pool of plain heap values, which own nothing that could be freed under a reader. It adds [#get]
/// to what every pool does.
///
/// *Safe for several threads.* `get` allocates nothing on a hit.
///
/// @param <K> the type of keys: immutable, with `equals` and `hashCode`
/// @param <V> the type of values
public final class ValuePool<K, V> extends PagedResourcePool<K, V> {

    /// Makes an empty pool.
    ///
    /// @throws IllegalArgumentException if the settings name a closer: values that have to be freed
    ///     are leased, not handed out
    public ValuePool(PoolConfig<K, V> config) {
        super(requireNoCloser(config));
    }

    /// The value of a key, or null. Counts a hit or a miss. O(1); allocates nothing.
    ///
    /// @throws PoolClosedException if the pool is closed
    public @Nullable V get(K key) {
        return find(Objects.requireNonNull(key, "key"));
    }

    /// The value of a key, loaded if it is not here, as [#acquire(Object, Loader)] does.
    ///
    /// @throws LoadFailedException if the loader threw
    /// @throws dev.isobar.broker.ResourceRefusedException if there is no room
    /// @throws PoolClosedException if the pool is closed
    /// @throws InterruptedException if this thread was interrupted; the load goes on
    public V get(K key, Loader<K, V> loader) throws InterruptedException {
        try (Lease<V> lease = acquire(key, loader)) {
            return lease.value();
        }
    }

    private static <K, V> PoolConfig<K, V> requireNoCloser(PoolConfig<K, V> config) {
        if (config.closer() != null) {
            throw new IllegalArgumentException(
                    "pool %s: a ValuePool hands values out as they are, so they must not be freed; use PagedResourcePool for values with a closer"
                            .formatted(config.name()));
        }
        return config;
    }
}
