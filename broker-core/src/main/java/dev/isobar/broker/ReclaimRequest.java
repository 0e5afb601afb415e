package dev.isobar.broker;

import java.time.Duration;
import java.util.Objects;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/// What the broker asks of a source.
///
/// *Safe for several threads.* A source may keep it to announce pending bytes later.
public final class ReclaimRequest {

    private static final Duration UNLIMITED = Duration.ofNanos(Long.MAX_VALUE);

    private final long bytes;
    private final PressureTier tier;
    private final LongSupplier nanoClock;
    private final long startNanos;
    private final Duration limit;
    private final LongConsumer onDelivered;

    /// @param bytes how much is wanted; at least 1
    /// @param tier how bad it is
    /// @param limit how long the source may take; more than 0
    /// @param nanoClock the monotonic clock by which the limit is measured
    /// @param onDelivered is told each time pending bytes have become free
    /// @throws IllegalArgumentException if `bytes` or `limit` is out of range
    public ReclaimRequest(
            long bytes,
            PressureTier tier,
            Duration limit,
            LongSupplier nanoClock,
            LongConsumer onDelivered) {
        if (bytes < 1) {
            throw new IllegalArgumentException("bytes to reclaim must be at least 1: " + bytes);
        }
        if (limit.isZero() || limit.isNegative()) {
            throw new IllegalArgumentException("limit must be more than 0: " + limit);
        }
        this.bytes = bytes;
        this.tier = Objects.requireNonNull(tier, "tier");
        this.limit = limit;
        this.nanoClock = Objects.requireNonNull(nanoClock, "nanoClock");
        this.onDelivered = Objects.requireNonNull(onDelivered, "onDelivered");
        this.startNanos = nanoClock.getAsLong();
    }

    /// A request without a deadline, for callers that are not a broker.
    ///
    /// @throws IllegalArgumentException if `bytes` is below 1
    public static ReclaimRequest of(long bytes) {
        return new ReclaimRequest(bytes, PressureTier.HIGH, UNLIMITED, () -> 0L, _ -> {});
    }

    /// How many bytes are wanted; at least 1.
    public long bytes() {
        return bytes;
    }

    /// How bad the pressure of the resource is.
    public PressureTier tier() {
        return tier;
    }

    /// Whether the time is up: the source should return what it has.
    public boolean expired() {
        return nanoClock.getAsLong() - startNanos >= limit.toNanos();
    }

    /// Announces that bytes which the source reported as pending are free now. May be called several
    /// times, from any thread; what goes beyond the promise is ignored.
    ///
    /// @param freedBytes at least 0
    /// @throws IllegalArgumentException if `freedBytes` is negative
    public void delivered(long freedBytes) {
        if (freedBytes < 0) {
            throw new IllegalArgumentException("freedBytes must be at least 0: " + freedBytes);
        }
        onDelivered.accept(freedBytes);
    }

    @Override
    public String toString() {
        return "ReclaimRequest[bytes="
                + bytes
                + ", tier="
                + tier.label()
                + ", limit="
                + limit
                + "]";
    }
}
