package dev.isobar.embedding;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/// What was looked up and embedded since the last `clear`.
///
/// *Safe for several threads.*
final class LookupCounters {

    final LongAdder hits = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder recalled = new LongAdder();
    final LongAdder shared = new LongAdder();
    final LongAdder expired = new LongAdder();
    final LongAdder delegateCalls = new LongAdder();
    final LongAdder embedded = new LongAdder();
    final LongAdder uncached = new LongAdder();

    void clear() {
        for (LongAdder each :
                List.of(
                        hits,
                        misses,
                        recalled,
                        shared,
                        expired,
                        delegateCalls,
                        embedded,
                        uncached)) {
            each.reset();
        }
    }
}
