package dev.isobar.pool;

/// A table for the stress tests: nothing is closed, nobody listens.
final class TableOfStrings {

    private TableOfStrings() {}

    static EntryTable<String, String> on(ByteLedger ledger) {
        var callbacks = new Callbacks("stress");
        return new EntryTable<>(
                ledger,
                new Disposer<>(ledger, null, callbacks),
                losses(callbacks),
                new PoolCounters(),
                Demotion.none(),
                PoolListener.none(),
                callbacks);
    }

    static Losses<String, String> losses(Callbacks callbacks) {
        return new Losses<>(EvictionPriority.lru(), () -> 0, callbacks, () -> 100);
    }
}
