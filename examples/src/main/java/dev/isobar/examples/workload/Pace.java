package dev.isobar.examples.workload;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/// Keeps one worker at a steady rate: each turn starts one interval after the one before. A worker
/// that falls behind by more than [#PATIENCE] starts afresh, so that no burst follows a pause.
///
/// *One thread only.*
public final class Pace {

    /// How far behind is made up for.
    public static final Duration PATIENCE = Duration.ofMillis(100);

    private final long intervalNanos;
    private final LongSupplier nanoClock;
    private final LongConsumer sleeper;
    private long nextNanos;

    /// @param turnsPerSecond the rate; more than 0
    /// @param nanoClock a monotonic clock
    /// @param sleeper waits for about so many nanoseconds
    /// @throws IllegalArgumentException if the rate is not more than 0
    public Pace(double turnsPerSecond, LongSupplier nanoClock, LongConsumer sleeper) {
        if (!(turnsPerSecond > 0)) {
            throw new IllegalArgumentException(
                    "turnsPerSecond must be more than 0: " + turnsPerSecond);
        }
        this.intervalNanos = (long) Math.min(1e18, 1e9 / turnsPerSecond);
        this.nanoClock = nanoClock;
        this.sleeper = sleeper;
        this.nextNanos = nanoClock.getAsLong();
    }

    /// A pace by the system's clock.
    public static Pace of(double turnsPerSecond) {
        return new Pace(turnsPerSecond, System::nanoTime, LockSupport::parkNanos);
    }

    /// Waits for the next turn. An interrupted thread does not wait.
    public void awaitTurn() {
        long behind = nanoClock.getAsLong() - nextNanos;
        if (behind > PATIENCE.toNanos()) {
            nextNanos += behind;
        }
        long wait = nextNanos - nanoClock.getAsLong();
        while (wait > 0 && !Thread.currentThread().isInterrupted()) {
            sleeper.accept(wait);
            wait = nextNanos - nanoClock.getAsLong();
        }
        nextNanos += intervalNanos;
    }
}
