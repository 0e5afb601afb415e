package dev.isobar.pool.store;

import java.time.Duration;
import java.time.Instant;

/// How old things of an earlier process are, by a wall clock that may have been moved.
final class Ages {

    /// Nothing is taken for older than this: a clock at zero must not overflow anything.
    private static final long LONGEST_MILLIS = Duration.ofDays(36_500).toMillis();

    static final long LONGEST_NANOS = Duration.ofMillis(LONGEST_MILLIS).toNanos();

    private Ages() {}

    /// Nanoseconds since something was stamped; 0 if that is in the future.
    static long nanos(Instant stamp, long nowMillis) {
        return nanos(stamp.toEpochMilli(), nowMillis);
    }

    static long nanos(long stampMillis, long nowMillis) {
        if (stampMillis >= nowMillis) {
            return 0;
        }
        long age = nowMillis - stampMillis;
        return Duration.ofMillis(age < 0 ? LONGEST_MILLIS : Math.min(age, LONGEST_MILLIS))
                .toNanos();
    }
}
