package dev.isobar.broker;

import java.util.Objects;

/// One source, as a policy sees it.
///
/// *Immutable.*
///
/// @param name the source's name
/// @param order its place in the order of registration; unique
/// @param usage what it said last
/// @param inFlightBytes what it has promised and not yet delivered; at least 0
/// @param deliveryScore which share of what it was asked for it has given lately: 0 = nothing, 1 =
///     all, which is also where a source starts
/// @param standing whether it may be asked
public record SourceState(
        String name,
        int order,
        Usage usage,
        long inFlightBytes,
        double deliveryScore,
        Standing standing) {

    /// Whether a source may be asked.
    public enum Standing {
        /// It may.
        READY,
        /// It was asked a moment ago.
        DWELLING,
        /// It is set aside because it failed.
        QUARANTINED
    }

    /// Below this score a source sinks behind those that deliver.
    private static final double RELIABLE = 0.5;

    /// @throws IllegalArgumentException if a number is out of bounds
    public SourceState {
        Resource.requireName(name, "source name");
        Objects.requireNonNull(usage, "usage");
        Objects.requireNonNull(standing, "standing");
        Settings.requireAtLeast("inFlightBytes", inFlightBytes, 0);
        if (!(deliveryScore >= 0 && deliveryScore <= 1)) {
            throw Settings.bad("deliveryScore", deliveryScore, "must be from 0 to 1");
        }
    }

    /// Used / capacity; 0 if the source is unmanaged.
    public double pressure() {
        return usage.pressure();
    }

    /// Whether it gave at least half of what it was asked for lately.
    public boolean reliable() {
        return deliveryScore >= RELIABLE;
    }

    /// The bytes that could still be asked for: used, less what is promised already.
    public long askableBytes() {
        return Math.max(0, usage.usedBytes() - inFlightBytes);
    }

    /// How many bytes are above an aim, less what is promised already; at least 0.
    ///
    /// @param aim a pressure
    public long deficitBytes(double aim) {
        return Math.max(
                0, Bytes.above(usage.usedBytes(), usage.capacityBytes(), aim) - inFlightBytes);
    }

    SourceState withUsage(Usage other) {
        return new SourceState(name, order, other, inFlightBytes, deliveryScore, standing);
    }
}
