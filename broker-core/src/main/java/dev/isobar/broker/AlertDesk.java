package dev.isobar.broker;

import dev.isobar.broker.ForeignCalls.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/// Takes alerts in during a pass, and hands them to the listeners after it: in order, one batch at a
/// time, all listeners at once, each contained.
///
/// *Safe for several threads.* Whoever delivers also delivers what comes meanwhile, so an alert that
/// a listener causes does not nest.
final class AlertDesk {

    private record Seat(AlertListener listener, CallGate gate) {

        /// Whether this very object sits here, whatever it calls equal.
        @SuppressWarnings("ReferenceEquality")
        boolean of(AlertListener other) {
            return listener == other;
        }
    }

    private final ForeignCalls calls;
    private final Counters counters;
    private final Queue<PressureAlert> waiting = new ConcurrentLinkedQueue<>();
    private final List<Seat> seats = new CopyOnWriteArrayList<>();
    private final AtomicBoolean delivering = new AtomicBoolean();

    AlertDesk(ForeignCalls calls, Counters counters) {
        this.calls = calls;
        this.counters = counters;
    }

    /// Adds a listener; the same one twice counts once.
    synchronized void add(AlertListener listener) {
        if (seats.stream().noneMatch(seat -> seat.of(listener))) {
            seats.add(new Seat(listener, new CallGate()));
        }
    }

    boolean remove(AlertListener listener) {
        return seats.removeIf(seat -> seat.of(listener));
    }

    /// Keeps an alert for the next delivery.
    void post(PressureAlert alert) {
        waiting.add(alert);
    }

    /// Delivers what is waiting, unless somebody is doing so already.
    void deliver() {
        while (!waiting.isEmpty() && delivering.compareAndSet(false, true)) {
            try {
                deliverBatch();
            } finally {
                delivering.set(false);
            }
        }
    }

    private void deliverBatch() {
        List<PressureAlert> batch = new ArrayList<>();
        for (PressureAlert alert = waiting.poll(); alert != null; alert = waiting.poll()) {
            batch.add(alert);
        }
        List<Call<Boolean>> deliveries = new ArrayList<>();
        for (Seat seat : seats) {
            if (seat.gate().blocked()) {
                counters.alertsDropped(batch.size());
            } else {
                deliveries.add(start(seat, batch));
            }
        }
        deliveries.forEach(this::finish);
    }

    private Call<Boolean> start(Seat seat, List<PressureAlert> batch) {
        return calls.startListener(
                seat.gate(), "alert listener", () -> batch.forEach(alert -> tell(seat, alert)));
    }

    private void tell(Seat seat, PressureAlert alert) {
        try {
            seat.listener().onAlert(alert);
            counters.alertDelivered();
        } catch (Throwable _) { // a listener stops nothing; that it threw is counted
            counters.alertFailed();
        }
    }

    private void finish(Call<Boolean> delivery) {
        if (delivery.await() instanceof Answer.Failed<Boolean>) {
            counters.alertFailed();
        }
    }
}
