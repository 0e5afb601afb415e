package dev.isobar.pool.store;

import java.time.Duration;
import java.util.function.LongSupplier;

/// Keeps writes away from a disk that fails: after some failures in a row nothing is tried for a
/// while, then one write is; each further failure doubles the while.
///
/// *Safe for several threads.*
final class WriteBreaker {

    static final int FAILURES = 3;
    static final Duration FIRST_PAUSE = Duration.ofSeconds(30);
    static final Duration LONGEST_PAUSE = Duration.ofMinutes(8);

    private final LongSupplier nanoClock;
    private int failures;
    private long pauseNanos;
    private long since; // the last failure, or the last try

    WriteBreaker(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /// Whether a write may be tried. If so, [#succeeded()], [#failed()] or [#abandoned()] should
    /// follow; if none does, because something broke, the next is tried after another pause.
    synchronized boolean permits() {
        if (failures < FAILURES) {
            return true;
        }
        long now = nanoClock.getAsLong();
        if (now - since < pauseNanos) {
            return false;
        }
        since = now;
        return true;
    }

    synchronized void succeeded() {
        failures = 0;
        pauseNanos = 0;
    }

    synchronized void failed() {
        failures = Math.min(FAILURES, failures + 1);
        if (failures == FAILURES) {
            pauseNanos =
                    pauseNanos == 0
                            ? FIRST_PAUSE.toNanos()
                            : Math.min(LONGEST_PAUSE.toNanos(), 2 * pauseNanos);
            since = nanoClock.getAsLong();
        }
    }

    /// Nothing was tried after all: the next may be at once.
    synchronized void abandoned() {
        since = nanoClock.getAsLong() - pauseNanos;
    }

    /// Whether writes are kept away.
    synchronized boolean open() {
        return failures >= FAILURES;
    }
}
