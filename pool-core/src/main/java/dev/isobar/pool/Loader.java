package dev.isobar.pool;

/// Computes or fetches the value of a key that is not in the pool. Called with no lock held, on a
/// thread of the pool's load executor, once for all callers that want the key at the same time.
///
/// @param <K> the type of keys
/// @param <V> the type of values
@FunctionalInterface
public interface Loader<K, V> {

    /// The value of `key`; not null.
    ///
    /// @throws Exception if there is none; every caller waiting for the key gets it as the cause of
    ///     a [LoadFailedException], and nothing is remembered
    V load(K key) throws Exception;
}
