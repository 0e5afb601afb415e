package dev.isobar.broker;

import java.time.Clock;
import java.time.Instant;
import java.util.function.LongSupplier;

/// The two clocks that come in from outside.
///
/// @param monotonic for durations
/// @param wall for people
record Clocks(LongSupplier monotonic, Clock wall) {

    long nanos() {
        return monotonic.getAsLong();
    }

    Instant now() {
        return wall.instant();
    }
}
