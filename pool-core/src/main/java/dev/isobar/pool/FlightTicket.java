package dev.isobar.pool;

import java.util.concurrent.atomic.AtomicBoolean;

/// The leader's duty on a flight.
final class FlightTicket<K, V> implements LoadTicket<V> {

    private final Loads<K, V> loads;
    private final Flight<K, V> flight;
    private final AtomicBoolean used = new AtomicBoolean();

    FlightTicket(Loads<K, V> loads, Flight<K, V> flight) {
        this.loads = loads;
        this.flight = flight;
    }

    Flight<K, V> flight() {
        return flight;
    }

    @Override
    public Lease<V> publish(V value) {
        use();
        return loads.publish(flight, value);
    }

    /// As [#publish], without a lease for the caller.
    void publishToWaiters(V value) {
        use();
        loads.publishToWaiters(flight, value);
    }

    private void use() {
        if (!used.compareAndSet(false, true)) {
            throw new IllegalStateException("this ticket for " + flight.key + " is used up");
        }
    }

    @Override
    public void fail(Throwable cause) {
        if (used.compareAndSet(false, true)) {
            loads.fail(flight, cause);
        }
    }

    @Override
    public void close() {
        fail(new IllegalStateException("the load was given up"));
    }
}
