package dev.isobar.pool;

/// Keeps nothing.
final class NoDemotion<K, V> implements Demotion<K, V> {

    @Override
    public void leaving(K key, V value, RemovalCause cause) {}
}
