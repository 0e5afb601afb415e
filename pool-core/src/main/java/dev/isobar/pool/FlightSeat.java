package dev.isobar.pool;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// One waiter's place on a flight.
final class FlightSeat<K, V> implements PendingLoad<V> {

    private final Flight<K, V> flight;
    private final EntryTable<K, V> table;
    private final LeakDetector leaks;
    private boolean left;

    /// Takes over a place that the caller has joined.
    FlightSeat(Flight<K, V> flight, EntryTable<K, V> table, LeakDetector leaks) {
        this.flight = flight;
        this.table = table;
        this.leaks = leaks;
    }

    @Override
    public Lease<V> await() throws InterruptedException {
        try {
            return await(null);
        } catch (TimeoutException e) {
            throw new AssertionError("a wait without a timeout timed out", e);
        }
    }

    @Override
    public Lease<V> await(@Nullable Duration timeout)
            throws InterruptedException, TimeoutException {
        Entry<K, V> entry = flight.await(timeout);
        synchronized (this) {
            if (left) {
                throw new IllegalStateException(
                        "this wait for " + flight.key + " has ended already");
            }
            left = true;
        }
        return new EntryLease<>(table, entry, leaks);
    }

    @Override
    public void close() {
        synchronized (this) {
            if (left) {
                return;
            }
            left = true;
        }
        Entry<K, V> entry = flight.leave();
        if (entry != null) {
            table.unpin(entry);
        }
    }
}
