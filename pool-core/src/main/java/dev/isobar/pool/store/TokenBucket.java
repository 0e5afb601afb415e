package dev.isobar.pool.store;

import java.time.Duration;
import java.util.function.LongSupplier;

/// Bounds bytes a second. A write is permitted while nothing is owed, and may then owe: so that one of
/// any size gets through, and the average holds. Guarded by caller.
final class TokenBucket {

    private static final double NANOS = Duration.ofSeconds(1).toNanos();

    private final double bytesPerSecond;
    private final LongSupplier nanoClock;
    private double bytes;
    private long filledAt;

    /// Full: a second's worth.
    TokenBucket(long bytesPerSecond, LongSupplier nanoClock) {
        this.bytesPerSecond = bytesPerSecond;
        this.nanoClock = nanoClock;
        this.bytes = bytesPerSecond;
        this.filledAt = nanoClock.getAsLong();
    }

    boolean permits() {
        long now = nanoClock.getAsLong();
        double more = Math.max(0, now - filledAt) / NANOS * bytesPerSecond;
        bytes = Math.min(bytesPerSecond, bytes + more);
        filledAt = now;
        return bytes > 0;
    }

    void take(long taken) {
        bytes -= taken;
    }
}
