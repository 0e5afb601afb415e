package dev.isobar.broker;

import java.time.Duration;

/// How long the broker waits between two looks: the worse the pressure, the shorter.
///
/// *Immutable.* Each is more than zero and not longer than the one before.
///
/// @param normal while every resource is calm
/// @param warning while the worst resource is worth watching
/// @param high while the worst resource is being relieved
/// @param critical while the worst resource is nearly full
public record TickIntervals(Duration normal, Duration warning, Duration high, Duration critical) {

    /// 5 s, 2 s, 1 s and 250 ms.
    public static final TickIntervals DEFAULT =
            new TickIntervals(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(1),
                    Duration.ofMillis(250));

    /// @throws IllegalArgumentException if an interval is not positive, or longer than that of a
    ///     milder tier
    public TickIntervals {
        Settings.requirePositive("intervals.normal", normal);
        requireNotLonger("intervals.warning", warning, normal);
        requireNotLonger("intervals.high", high, warning);
        requireNotLonger("intervals.critical", critical, high);
    }

    /// The same interval for every tier.
    public static TickIntervals of(Duration interval) {
        return new TickIntervals(interval, interval, interval, interval);
    }

    /// The interval of a tier.
    public Duration of(PressureTier tier) {
        return switch (tier) {
            case NORMAL -> normal;
            case WARNING -> warning;
            case HIGH -> high;
            case CRITICAL -> critical;
        };
    }

    private static void requireNotLonger(String setting, Duration interval, Duration milder) {
        Settings.requirePositive(setting, interval);
        if (interval.compareTo(milder) > 0) {
            throw Settings.bad(
                    setting, interval, "must be at most " + milder + ", as in a milder tier");
        }
    }
}
