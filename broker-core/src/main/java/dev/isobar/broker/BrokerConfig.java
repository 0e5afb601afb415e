package dev.isobar.broker;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/// The settings of a [PressureBroker]. Every bad value is refused with one message that names the
/// setting, the value and the bounds.
///
/// *Immutable.* Start from [#defaults()], or from [#builder()] to change some.
///
/// @param actAbove the pressure from which a resource is relieved, whatever its tier is called; more
///     than 0, at most 1; default 0.80
/// @param targets how far relief goes; each at most `actAbove`; default 0.60
/// @param exitMargin a tier is left only when the pressure is this much below its lower bound, so
///     that a resource on the edge does not flap; at least 0, less than 0.15; default 0.05
/// @param dwell a source that was just asked is not asked again within it; default 500 ms; 0 = none
/// @param maxBytesPerPass the most that one pass asks for, over all resources; at least 1; default
///     unlimited
/// @param minAskFraction a source is asked for at least this fraction of its capacity; 0 (the
///     default) means exactly the deficit; less than 1
/// @param intervals the wait between two ticks, by tier
/// @param callDeadline how long a source, signal or listener may take; default 1 s
/// @param pendingTimeout after which promised bytes are no longer credited; default 30 s
/// @param backOff how long a failing source is set aside
/// @param stuckReminder after which a source that still gives nothing is announced again; default
///     60 s
/// @param decisionsKept how many decisions the snapshot shows; at least 1; default 64
/// @param sharedCapacities for a resource, the bytes that all its sources share; each at least 1;
///     default none
public record BrokerConfig(
        double actAbove,
        TierTargets targets,
        double exitMargin,
        Duration dwell,
        long maxBytesPerPass,
        double minAskFraction,
        TickIntervals intervals,
        Duration callDeadline,
        Duration pendingTimeout,
        BackOff backOff,
        Duration stuckReminder,
        int decisionsKept,
        Map<Resource, Long> sharedCapacities) {

    /// A tier's exit must stay above the lower bound of the tier below it.
    private static final double EXIT_MARGIN_LIMIT = 0.15;

    private static final BrokerConfig DEFAULTS = new Builder().build();

    /// @throws IllegalArgumentException if a setting is out of bounds
    public BrokerConfig {
        Settings.requireFraction("actAbove", actAbove);
        Objects.requireNonNull(targets, "targets");
        requireAtMost("targets.high", targets.high(), actAbove);
        requireAtMost("targets.critical", targets.critical(), actAbove);
        Settings.requireWithin("exitMargin", exitMargin, 0, EXIT_MARGIN_LIMIT);
        Settings.requireNotNegative("dwell", dwell);
        Settings.requireAtLeast("maxBytesPerPass", maxBytesPerPass, 1);
        Settings.requireWithin("minAskFraction", minAskFraction, 0, 1);
        Objects.requireNonNull(intervals, "intervals");
        Settings.requirePositive("callDeadline", callDeadline);
        Settings.requirePositive("pendingTimeout", pendingTimeout);
        Objects.requireNonNull(backOff, "backOff");
        Settings.requirePositive("stuckReminder", stuckReminder);
        Settings.requireAtLeast("decisionsKept", decisionsKept, 1);
        sharedCapacities = Map.copyOf(sharedCapacities);
        sharedCapacities.forEach((resource, bytes) ->
                Settings.requireAtLeast("sharedCapacities[" + resource + "]", bytes, 1));
    }

    /// The defaults named above.
    public static BrokerConfig defaults() {
        return DEFAULTS;
    }

    /// A builder that starts from the defaults.
    public static Builder builder() {
        return new Builder();
    }

    /// The bytes that all sources of a resource share; 0 if that is not limited.
    public long sharedCapacityBytes(Resource resource) {
        return sharedCapacities.getOrDefault(resource, 0L);
    }

    private static void requireAtMost(String setting, double value, double actAbove) {
        if (value > actAbove) {
            throw Settings.bad(setting, value, "must be at most actAbove=" + actAbove);
        }
    }

    /// Collects settings for a [BrokerConfig]; each method sets the setting of its name.
    ///
    /// *One thread only.*
    public static final class Builder {

        private double actAbove = 0.80;
        private TierTargets targets = TierTargets.DEFAULT;
        private double exitMargin = 0.05;
        private Duration dwell = Duration.ofMillis(500);
        private long maxBytesPerPass = Long.MAX_VALUE;
        private double minAskFraction;
        private TickIntervals intervals = TickIntervals.DEFAULT;
        private Duration callDeadline = Duration.ofSeconds(1);
        private Duration pendingTimeout = Duration.ofSeconds(30);
        private BackOff backOff = BackOff.DEFAULT;
        private Duration stuckReminder = Duration.ofSeconds(60);
        private int decisionsKept = 64;
        private Map<Resource, Long> sharedCapacities = Map.of();

        private Builder() {}

        /// Sets [BrokerConfig#actAbove()].
        public Builder actAbove(double pressure) {
            this.actAbove = pressure;
            return this;
        }

        /// Sets [BrokerConfig#targets()] to one aim for every tier.
        public Builder aim(double pressure) {
            return targets(TierTargets.of(pressure));
        }

        /// Sets [BrokerConfig#targets()].
        public Builder targets(TierTargets byTier) {
            this.targets = byTier;
            return this;
        }

        /// Sets [BrokerConfig#exitMargin()].
        public Builder exitMargin(double margin) {
            this.exitMargin = margin;
            return this;
        }

        /// Sets [BrokerConfig#dwell()].
        public Builder dwell(Duration duration) {
            this.dwell = duration;
            return this;
        }

        /// Sets [BrokerConfig#maxBytesPerPass()].
        public Builder maxBytesPerPass(long bytes) {
            this.maxBytesPerPass = bytes;
            return this;
        }

        /// Sets [BrokerConfig#minAskFraction()].
        public Builder minAskFraction(double fraction) {
            this.minAskFraction = fraction;
            return this;
        }

        /// Sets [BrokerConfig#intervals()].
        public Builder intervals(TickIntervals byTier) {
            this.intervals = byTier;
            return this;
        }

        /// Sets [BrokerConfig#callDeadline()].
        public Builder callDeadline(Duration duration) {
            this.callDeadline = duration;
            return this;
        }

        /// Sets [BrokerConfig#pendingTimeout()].
        public Builder pendingTimeout(Duration duration) {
            this.pendingTimeout = duration;
            return this;
        }

        /// Sets [BrokerConfig#backOff()].
        public Builder backOff(BackOff firstAndMax) {
            this.backOff = firstAndMax;
            return this;
        }

        /// Sets [BrokerConfig#stuckReminder()].
        public Builder stuckReminder(Duration duration) {
            this.stuckReminder = duration;
            return this;
        }

        /// Sets [BrokerConfig#decisionsKept()].
        public Builder decisionsKept(int decisions) {
            this.decisionsKept = decisions;
            return this;
        }

        /// Sets [BrokerConfig#sharedCapacities()].
        public Builder sharedCapacities(Map<Resource, Long> bytesByResource) {
            this.sharedCapacities = bytesByResource;
            return this;
        }

        /// The settings collected so far.
        ///
        /// @throws IllegalArgumentException if one is out of bounds
        public BrokerConfig build() {
            return new BrokerConfig(
                    actAbove,
                    targets,
                    exitMargin,
                    dwell,
                    maxBytesPerPass,
                    minAskFraction,
                    intervals,
                    callDeadline,
                    pendingTimeout,
                    backOff,
                    stuckReminder,
                    decisionsKept,
                    sharedCapacities);
        }
    }
}
