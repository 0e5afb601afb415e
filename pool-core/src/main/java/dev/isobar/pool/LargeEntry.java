package dev.isobar.pool;

/// A slim entry of 2 GiB or more.
final class LargeEntry<K, V> extends SlimEntry<K, V> {

    private final long bytes;

    LargeEntry(K key, V value, long bytes, long loadCostNanos, int era, long ticks, int pins) {
        super(key, value, Integer.MAX_VALUE, loadCostNanos, era, ticks, pins);
        this.bytes = bytes;
    }

    @Override
    long bytes() {
        return bytes;
    }
}
