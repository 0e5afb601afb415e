package dev.isobar.broker.admission;

import dev.isobar.broker.admission.AdmissionAnswer.Granted;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/// A request from its arrival to its answer.
///
/// The answer is decided under the admission's lock and delivered after it.
final class Waiter implements Ticket {

    private final Admission admission;
    private final AdmissionRequest request;
    private final Demand demand;
    private final long sinceNanos;
    private final long maxWaitNanos;
    private final CompletableFuture<AdmissionAnswer> delivered = new CompletableFuture<>();
    private volatile @Nullable Runnable alarm;

    /// How many later ones went before it. Guarded by the admission's lock.
    int passed;

    /// Whether a grant to a later one passes it. Guarded by the admission's lock.
    boolean canBePassed;

    /// Whether it came to wait for its own session. Guarded by the admission's lock.
    boolean follows;

    /// Whether it was not answered at once. Guarded by the admission's lock.
    boolean waits;

    /// Guarded by the admission's lock.
    @Nullable AdmissionAnswer answer;

    Waiter(
            Admission admission,
            AdmissionRequest request,
            Demand demand,
            long sinceNanos,
            long maxWaitNanos) {
        this.admission = admission;
        this.request = request;
        this.demand = demand;
        this.sinceNanos = sinceNanos;
        this.maxWaitNanos = maxWaitNanos;
    }

    AdmissionRequest request() {
        return request;
    }

    Demand demand() {
        return demand;
    }

    long waitedNanos(long nowNanos) {
        return nowNanos - sinceNanos;
    }

    /// Whether it does not want to wait at all.
    boolean isImpatient() {
        return maxWaitNanos == 0;
    }

    boolean isOverdue(long nowNanos) {
        return !isImpatient() && waitedNanos(nowNanos) >= maxWaitNanos;
    }

    /// Makes the answer known. With no lock held.
    void deliver() {
        AdmissionAnswer decided = answer;
        if (decided != null && delivered.complete(decided)) {
            silence();
        }
    }

    /// Sets the alarm for its deadline; to be called by who made the request.
    void setAlarm(Alarms alarms, long nowNanos, Runnable task) {
        alarm = alarms.after(Math.max(1, maxWaitNanos - waitedNanos(nowNanos)), task);
        if (delivered.isDone()) {
            silence();
        }
    }

    private void silence() {
        Runnable set = alarm;
        if (set != null) {
            set.run();
        }
    }

    boolean isDelivered() {
        return delivered.isDone();
    }

    @Override
    public CompletionStage<AdmissionAnswer> answer() {
        var handed = new CompletableFuture<AdmissionAnswer>();
        Executor executor = admission.executor();
        var _ =
                delivered.thenAccept(decided -> {
                    try {
                        executor.execute(() -> handed.complete(decided));
                    } catch (RejectedExecutionException e) {
                        close();
                        handed.completeExceptionally(e);
                    }
                });
        return handed.minimalCompletionStage();
    }

    @Override
    public Optional<AdmissionAnswer> now() {
        return Optional.ofNullable(delivered.getNow(null));
    }

    @Override
    public AdmissionAnswer await() throws InterruptedException {
        try {
            return delivered.get();
        } catch (ExecutionException e) {
            throw new AssertionError("an answer is never exceptional", e);
        }
    }

    @Override
    public boolean cancel() {
        return admission.cancel(this);
    }

    @Override
    public void close() {
        if (!cancel() && delivered.join() instanceof Granted(Grant grant, _)) {
            grant.close();
        }
    }
}
