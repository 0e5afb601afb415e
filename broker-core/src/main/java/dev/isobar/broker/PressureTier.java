package dev.isobar.broker;

import java.util.Locale;

/// How bad pressure is, in four steps. Lower bounds are inclusive.
public enum PressureTier {
    /// Below 0.60: nothing to do.
    NORMAL(0.0),
    /// From 0.60: worth watching.
    WARNING(0.60),
    /// From 0.80: the worst source is relieved first.
    HIGH(0.80),
    /// From 0.95: every source above the threshold is relieved at once.
    CRITICAL(0.95);

    private final double lowerBound;

    PressureTier(double lowerBound) {
        this.lowerBound = lowerBound;
    }

    /// The lowest pressure of this tier.
    public double lowerBound() {
        return lowerBound;
    }

    /// The word for it in messages, metrics and snapshots: the name in lower case.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Whether this tier is `other` or worse.
    public boolean atLeast(PressureTier other) {
        return compareTo(other) >= 0;
    }

    /// The tier of a pressure.
    ///
    /// @param pressure used / capacity; at least 0, may exceed 1
    /// @throws IllegalArgumentException if `pressure` is NaN or negative
    public static PressureTier of(double pressure) {
        if (!(pressure >= 0)) {
            throw new IllegalArgumentException("pressure must be at least 0: " + pressure);
        }
        if (pressure >= CRITICAL.lowerBound) {
            return CRITICAL;
        }
        if (pressure >= HIGH.lowerBound) {
            return HIGH;
        }
        return pressure >= WARNING.lowerBound ? WARNING : NORMAL;
    }
}
