package dev.isobar.broker.admission;

import java.time.Duration;
import java.util.Objects;

/// The checks of what comes from outside: one clear message each.
final class Checks {

    /// Longer waits do not fit into 64 bits of nanoseconds with room to add.
    static final Duration LONGEST = Duration.ofDays(36_500);

    private Checks() {}

    static String name(String what, String value) {
        if (Objects.requireNonNull(value, what).isBlank()) {
            throw new IllegalArgumentException(what + " must not be blank");
        }
        return value;
    }

    static long atLeast(String what, long value, long min) {
        if (value < min) {
            throw bad(what, value, "must be at least " + min);
        }
        return value;
    }

    static Duration within(String what, Duration value, Duration min) {
        Objects.requireNonNull(value, what);
        if (value.compareTo(min) < 0 || value.compareTo(LONGEST) > 0) {
            throw bad(what, value, "must be from " + min + " to " + LONGEST);
        }
        return value;
    }

    static IllegalArgumentException bad(String what, Object value, String bounds) {
        return new IllegalArgumentException(what + "=" + value + ": " + bounds);
    }
}
