package dev.isobar.broker;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/// Lets a broker tick exactly when a test says so.
final class ManualTicks implements TickWait {

    private final Semaphore waiting = new Semaphore(0);
    private final Semaphore go = new Semaphore(0);
    private final List<Duration> intervals = new CopyOnWriteArrayList<>();

    /// One tick: from the wait before it to the wait after it.
    void tick() throws InterruptedException {
        awaitWaiting();
        go.release();
        awaitWaiting();
        waiting.release();
    }

    /// Until the ticker waits for its next tick.
    void awaitWaiting() throws InterruptedException {
        if (!waiting.tryAcquire(20, SECONDS)) {
            throw new IllegalStateException("the ticker does not wait");
        }
    }

    /// The intervals that were waited for, the oldest first.
    List<Duration> intervals() {
        return intervals;
    }

    @Override
    public boolean await(Duration interval, CountDownLatch stop) throws InterruptedException {
        intervals.add(interval);
        waiting.release();
        while (!go.tryAcquire(1, java.util.concurrent.TimeUnit.MILLISECONDS)) {
            if (stop.getCount() == 0) {
                return true;
            }
        }
        return false;
    }
}
