package dev.isobar.pool.store;

import java.util.concurrent.atomic.LongAdder;

/// What has happened since the store was opened.
final class StoreCounters {
    final LongAdder hits = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder writes = new LongAdder();
    final LongAdder refusals = new LongAdder();
    final LongAdder evicted = new LongAdder();
    final LongAdder expired = new LongAdder();
    final LongAdder damaged = new LongAdder();
    final LongAdder quarantined = new LongAdder();
    final LongAdder readFailures = new LongAdder();
    final LongAdder throttled = new LongAdder();
}
