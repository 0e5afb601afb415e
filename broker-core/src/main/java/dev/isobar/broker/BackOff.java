package dev.isobar.broker;

import java.time.Duration;

/// How long a source is set aside after it failed: `first`, then twice as long each time it fails
/// again, up to `max`.
///
/// *Immutable.*
///
/// @param first after the first failure; more than 0
/// @param max the longest; at least `first`
public record BackOff(Duration first, Duration max) {

    /// From 1 s to 5 min.
    public static final BackOff DEFAULT = new BackOff(Duration.ofSeconds(1), Duration.ofMinutes(5));

    /// @throws IllegalArgumentException if a duration is out of bounds
    public BackOff {
        Settings.requirePositive("backOff.first", first);
        Settings.requirePositive("backOff.max", max);
        if (max.compareTo(first) < 0) {
            throw Settings.bad("backOff.max", max, "must be at least backOff.first=" + first);
        }
    }

    /// How long to wait after `failures` failures in a row.
    ///
    /// @param failures at least 1
    Duration after(int failures) {
        long longest = max.toNanos();
        long nanos = first.toNanos();
        for (int i = 1; i < failures && nanos < longest; i++) {
            nanos *= 2;
        }
        return Duration.ofNanos(Math.min(nanos, longest));
    }
}
