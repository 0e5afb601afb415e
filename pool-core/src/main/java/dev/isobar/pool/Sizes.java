package dev.isobar.pool;

/// How large values are, and how large they are likely to be.
final class Sizes<K, V> {

    private final PoolConfig<K, V> config;
    private final ByteLedger ledger;
    private final EntryTable<K, V> table;

    Sizes(PoolConfig<K, V> config, ByteLedger ledger, EntryTable<K, V> table) {
        this.config = config;
        this.ledger = ledger;
        this.table = table;
    }

    /// The bytes of a value.
    ///
    /// @throws IllegalArgumentException if the sizer answers a negative number
    long of(V value) {
        long bytes = config.sizer().bytesOf(value);
        if (bytes < 0) {
            throw new IllegalArgumentException(
                    "pool %s: the sizer answered %d bytes".formatted(config.name(), bytes));
        }
        return bytes;
    }

    /// The bytes to reserve for a value that is to be loaded: as configured, or else the mean of the
    /// entries that are here.
    long estimate(K key) {
        var estimate = config.estimate();
        if (estimate != null) {
            return estimate.applyAsLong(key);
        }
        long count = table.size();
        long mean = count == 0 ? 0 : (ledger.idleBytes() + ledger.pinnedBytes()) / count;
        return Math.min(mean, ledger.limitBytes());
    }
}
