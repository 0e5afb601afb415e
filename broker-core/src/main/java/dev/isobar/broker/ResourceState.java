package dev.isobar.broker;

import java.util.List;
import java.util.Objects;

/// One resource with its sources and signals, as a policy sees it.
///
/// *Immutable.*
///
/// @param resource which one
/// @param tier its tier, with hysteresis: after a fall it may be worse than the pressure alone says
/// @param sharedCapacityBytes what all its sources share; 0 if that is not limited
/// @param sources its sources in the order of registration
/// @param signals its signals in the order in which they were given
public record ResourceState(
        Resource resource,
        PressureTier tier,
        long sharedCapacityBytes,
        List<SourceState> sources,
        List<SignalState> signals) {

    /// @throws IllegalArgumentException if the capacity is negative
    public ResourceState {
        Objects.requireNonNull(resource, "resource");
        Objects.requireNonNull(tier, "tier");
        Settings.requireAtLeast("sharedCapacityBytes", sharedCapacityBytes, 0);
        sources = List.copyOf(sources);
        signals = List.copyOf(signals);
    }

    /// The worst of everything that is known: sources, signals and the shared capacity.
    public double pressure() {
        return Math.max(sourcePressure(), hostPressure());
    }

    /// The pressure of the worst source; 0 if there is none.
    public double sourcePressure() {
        return sources.stream().mapToDouble(SourceState::pressure).max().orElse(0);
    }

    /// The worst of the signals and the shared capacity; 0 if there are none. What it says holds for
    /// the resource as a whole, so it may be relieved by any source.
    public double hostPressure() {
        double signalled = signals.stream().mapToDouble(SignalState::pressure).max().orElse(0);
        return Math.max(signalled, sharedPressure());
    }

    /// The bytes of all sources, managed or not.
    public long usedBytes() {
        return sources.stream().mapToLong(s -> s.usage().usedBytes()).reduce(0, Bytes::plus);
    }

    /// The bytes that its sources have promised.
    public long inFlightBytes() {
        return sources.stream().mapToLong(SourceState::inFlightBytes).reduce(0, Bytes::plus);
    }

    /// How many bytes the resource as a whole is above an aim, by the shared capacity or by the
    /// signals at or above `actAbove`, less what is promised already; at least 0.
    ///
    /// @param aim a pressure
    /// @param actAbove the pressure from which a signal counts
    public long hostDeficitBytes(double aim, double actAbove) {
        long worst = 0;
        if (sharedPressure() >= actAbove) {
            worst = Bytes.above(usedBytes(), sharedCapacityBytes, aim);
        }
        for (SignalState signal : signals) {
            if (signal.pressure() >= actAbove) {
                worst = Math.max(worst, excess(signal, aim));
            }
        }
        return Math.max(0, worst - inFlightBytes());
    }

    ResourceState withTier(PressureTier other) {
        return new ResourceState(resource, other, sharedCapacityBytes, sources, signals);
    }

    private double sharedPressure() {
        return Usage.of(usedBytes(), sharedCapacityBytes).pressure();
    }

    private long excess(SignalState signal, double aim) {
        return (long) Math.ceil((signal.pressure() - aim) * sizeBytes(signal));
    }

    /// The size of the resource as far as anybody knows it: by the signal, by the shared capacity, or
    /// at least that of the managed sources.
    private long sizeBytes(SignalState signal) {
        if (signal.capacityBytes() > 0) {
            return signal.capacityBytes();
        }
        return sharedCapacityBytes > 0
                ? sharedCapacityBytes
                : sources.stream().mapToLong(s -> s.usage().capacityBytes()).reduce(0, Bytes::plus);
    }
}
