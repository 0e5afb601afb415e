package dev.isobar.broker;

import java.time.Duration;
import java.util.Objects;

/// The checks of settings: one clear message each, with the setting, its value and its bounds.
final class Settings {

    /// Longer durations do not fit into 64 bits of nanoseconds with room to add.
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private Settings() {}

    /// Checks more than 0 and at most 1; NaN fails.
    static void requireFraction(String setting, double value) {
        if (!(value > 0 && value <= 1)) {
            throw bad(setting, value, "must be more than 0 and at most 1");
        }
    }

    /// Checks at least `min` and less than `limit`; NaN fails.
    static void requireWithin(String setting, double value, double min, double limit) {
        if (!(value >= min && value < limit)) {
            throw bad(setting, value, "must be at least " + min + " and less than " + limit);
        }
    }

    static void requireAtLeast(String setting, long value, long min) {
        if (value < min) {
            throw bad(setting, value, "must be at least " + min);
        }
    }

    static void requirePositive(String setting, Duration value) {
        Objects.requireNonNull(value, setting);
        if (value.isNegative() || value.isZero() || value.compareTo(LONGEST) > 0) {
            throw bad(setting, value, "must be more than 0 and at most " + LONGEST);
        }
    }

    static void requireNotNegative(String setting, Duration value) {
        Objects.requireNonNull(value, setting);
        if (value.isNegative() || value.compareTo(LONGEST) > 0) {
            throw bad(setting, value, "must be at least 0 and at most " + LONGEST);
        }
    }

    static IllegalArgumentException bad(String setting, Object value, String bounds) {
        return new IllegalArgumentException(setting + "=" + value + ": " + bounds);
    }
}
