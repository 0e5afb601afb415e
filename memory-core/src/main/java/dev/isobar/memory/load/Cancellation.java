package dev.isobar.memory.load;

import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Stops a load before its next chunk: when somebody says so, or at a deadline.
///
/// *Safe for several threads.*
public final class Cancellation {

    private final LongSupplier nanoClock;
    private final long startNanos;
    private final long limitNanos;
    private volatile boolean cancelled;

    private Cancellation(LongSupplier nanoClock, long limitNanos) {
        this.nanoClock = nanoClock;
        this.startNanos = nanoClock.getAsLong();
        this.limitNanos = limitNanos;
    }

    /// One without a deadline.
    public static Cancellation none() {
        return new Cancellation(() -> 0L, Long.MAX_VALUE);
    }

    /// One with a deadline, counted from now.
    ///
    /// @param limit more than 0
    /// @throws IllegalArgumentException if the limit is out of range
    public static Cancellation after(Duration limit) {
        return after(limit, System::nanoTime);
    }

    /// One with a deadline, counted from now.
    ///
    /// @param limit more than 0
    /// @param nanoClock a monotonic clock
    /// @throws IllegalArgumentException if the limit is out of range
    public static Cancellation after(Duration limit, LongSupplier nanoClock) {
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("limit must be more than 0: " + limit);
        }
        return new Cancellation(Objects.requireNonNull(nanoClock, "nanoClock"), limit.toNanos());
    }

    /// Stops the loads that have this.
    public void cancel() {
        cancelled = true;
    }

    /// For those who move bytes in steps of their own.
    ///
    /// @param name what would be stopped, for the message
    /// @throws LoadException `CANCELLED` or `DEADLINE_PASSED` if there is a reason to stop
    public void requireGoOn(String name) {
        LoadError why = reason();
        if (why != null) {
            throw LoadException.of(why, name, "stopped between two steps");
        }
    }

    /// Why to stop; null if there is no reason to.
    @Nullable LoadError reason() {
        if (cancelled) {
            return LoadError.CANCELLED;
        }
        return nanoClock.getAsLong() - startNanos >= limitNanos ? LoadError.DEADLINE_PASSED : null;
    }
}
