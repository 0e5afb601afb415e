package dev.isobar.pool;

import java.util.concurrent.atomic.LongAdder;

/// What a pool counts. Striped, so that counting costs readers little.
final class PoolCounters {

    final StripedCounter hits = new StripedCounter();
    final StripedCounter misses = new StripedCounter();
    final LongAdder sharedLoads = new LongAdder();
    final LongAdder loads = new LongAdder();
    final LongAdder loadFailures = new LongAdder();
    final LongAdder loadNanos = new LongAdder();
    final StripedCounter evictions = new StripedCounter();
    final StripedCounter evictedBytes = new StripedCounter();
    final LongAdder refusals = new LongAdder();
    final LongAdder bypasses = new LongAdder();

    /// Sets the counters of look-ups, loads and evictions back to zero.
    void reset() {
        hits.reset();
        misses.reset();
        sharedLoads.reset();
        loads.reset();
        loadFailures.reset();
        loadNanos.reset();
        evictions.reset();
        evictedBytes.reset();
        refusals.reset();
        bypasses.reset();
    }

    /// The counters, with the figures that others know.
    PoolStats stats(
            String pool,
            long entries,
            ByteLedger ledger,
            int inFlight,
            long lost,
            long unclosed,
            long callbackFailures) {
        return new PoolStats(
                pool,
                entries,
                ledger.pinnedEntries(),
                ledger.usedBytes(),
                ledger.limitBytes(),
                ledger.pinnedBytes(),
                ledger.detachedBytes(),
                ledger.bypassedBytes(),
                ledger.reservedBytes(),
                inFlight,
                hits.sum(),
                misses.sum(),
                sharedLoads.sum(),
                loads.sum(),
                loadFailures.sum(),
                loadNanos.sum(),
                evictions.sum(),
                evictedBytes.sum(),
                refusals.sum(),
                bypasses.sum(),
                lost,
                unclosed,
                callbackFailures);
    }
}
