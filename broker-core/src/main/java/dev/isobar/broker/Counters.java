package dev.isobar.broker;

import dev.isobar.broker.BrokerSnapshot.Totals;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// What the broker has done since it was made.
///
/// *Safe for several threads.* At any quiet moment: promised = delivered + expired + in flight.
final class Counters {

    private final AtomicLong passes = new AtomicLong();
    private final LongAdder reliefsFired = new LongAdder();
    private final LongAdder asks = new LongAdder();
    private final LongAdder askNanos = new LongAdder();
    private final LongAdder freed = new LongAdder();
    private final LongAdder promised = new LongAdder();
    private final LongAdder delivered = new LongAdder();
    private final LongAdder expired = new LongAdder();
    private final LongAdder alertsDelivered = new LongAdder();
    private final LongAdder alertsFailed = new LongAdder();
    private final LongAdder alertsDropped = new LongAdder();

    /// The number of the pass that begins.
    long nextPass() {
        return passes.incrementAndGet();
    }

    void reliefFired() {
        reliefsFired.increment();
    }

    void askStarts() {
        asks.increment();
    }

    void askTook(long nanos) {
        askNanos.add(nanos);
    }

    void freed(long bytes) {
        freed.add(bytes);
    }

    void promised(long bytes) {
        promised.add(bytes);
    }

    /// @param late whether the bytes had been given up before
    void delivered(long bytes, boolean late) {
        delivered.add(bytes);
        if (late) {
            expired.add(-bytes);
        }
    }

    void expired(long bytes) {
        expired.add(bytes);
    }

    void alertDelivered() {
        alertsDelivered.increment();
    }

    void alertFailed() {
        alertsFailed.increment();
    }

    void alertsDropped(int alerts) {
        alertsDropped.add(alerts);
    }

    Totals totals(long inFlightBytes) {
        return new Totals(
                passes.get(),
                reliefsFired.sum(),
                asks.sum(),
                askNanos.sum(),
                freed.sum(),
                promised.sum(),
                delivered.sum(),
                expired.sum(),
                inFlightBytes,
                alertsDelivered.sum(),
                alertsFailed.sum(),
                alertsDropped.sum());
    }
}
