package dev.isobar.pool;

import dev.isobar.broker.PressureSignal;
import dev.isobar.broker.PressureTier;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// The tier of a signal, looked at now and then: for who asks often and must not wait.
///
/// *Safe for several threads.* O(1); one of the callers reads the signal when the last look is old.
public final class SampledTier implements Supplier<PressureTier> {

    private final PressureSignal signal;
    private final long intervalNanos;
    private final LongSupplier nanoClock;
    private final AtomicLong lookedNanos;
    private volatile PressureTier tier;

    /// @param interval how old a look may be
    /// @param nanoClock the monotonic clock
    public SampledTier(PressureSignal signal, Duration interval, LongSupplier nanoClock) {
        this.signal = Objects.requireNonNull(signal, "signal");
        this.intervalNanos = interval.toNanos();
        this.nanoClock = Objects.requireNonNull(nanoClock, "nanoClock");
        this.lookedNanos = new AtomicLong(nanoClock.getAsLong());
        this.tier = look();
    }

    @Override
    public PressureTier get() {
        long now = nanoClock.getAsLong();
        long looked = lookedNanos.get();
        if (now - looked >= intervalNanos && lookedNanos.compareAndSet(looked, now)) {
            tier = look();
        }
        return tier;
    }

    /// A signal that says nonsense says nothing.
    private PressureTier look() {
        double pressure = signal.pressure();
        return pressure >= 0 ? PressureTier.of(pressure) : PressureTier.NORMAL;
    }
}
