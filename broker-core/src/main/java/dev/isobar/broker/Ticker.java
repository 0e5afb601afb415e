package dev.isobar.broker;

import dev.isobar.broker.BrokerSnapshot.Heartbeat;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The one thread that ticks. It waits a whole interval after each tick, so ticks never pile up, and
/// it survives whatever a tick throws.
///
/// *Safe for several threads.*
final class Ticker {

    private final Runnable tick;
    private final Supplier<Duration> interval;
    private final TickWait wait;
    private final LongSupplier nanoClock;
    private final CountDownLatch stop = new CountDownLatch(1);
    private @Nullable Thread thread;
    private long ticks;
    private long failedTicks;
    private long lastTickNanos;

    Ticker(Runnable tick, Supplier<Duration> interval, TickWait wait, LongSupplier nanoClock) {
        this.tick = tick;
        this.interval = interval;
        this.wait = wait;
        this.nanoClock = nanoClock;
    }

    /// Starts the thread, unless it runs already or was stopped.
    synchronized void start() {
        if (thread == null && !stopped()) {
            thread = Thread.ofPlatform().daemon().name("isobar-broker-tick").start(this::loop);
        }
    }

    /// No tick begins after this.
    void stop() {
        stop.countDown();
    }

    /// Waits for the end of the thread; must not be called on it.
    void join() throws InterruptedException {
        Thread running = thread();
        if (running != null) {
            running.join();
        }
    }

    synchronized Heartbeat heartbeat() {
        boolean running = thread != null && thread.isAlive() && !stopped();
        long age = ticks == 0 ? 0 : Math.max(0, nanoClock.getAsLong() - lastTickNanos);
        return new Heartbeat(running, ticks, failedTicks, age, interval.get().toNanos());
    }

    private boolean stopped() {
        return stop.getCount() == 0;
    }

    private synchronized @Nullable Thread thread() {
        return thread;
    }

    private void loop() {
        while (!stopped()) {
            try {
                if (!wait.await(interval.get(), stop)) {
                    tickOnce();
                }
            } catch (Throwable _) { // the loop outlives everything; the failure is counted
                failed();
            }
        }
    }

    private void tickOnce() {
        try {
            tick.run();
        } finally {
            ticked();
        }
    }

    private synchronized void ticked() {
        ticks++;
        lastTickNanos = nanoClock.getAsLong();
    }

    private synchronized void failed() {
        failedTicks++;
    }
}
