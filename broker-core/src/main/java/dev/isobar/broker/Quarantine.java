package dev.isobar.broker;

import java.time.Duration;
import java.time.Instant;

/// Whether a source or a signal is set aside, why, and until when.
///
/// *Safe for several threads.*
final class Quarantine {

    private final BackOff backOff;
    private boolean active;
    private String reason = "";
    private int failures;
    private long untilNanos;
    private long readmittedNanos;
    private Instant until = Instant.EPOCH;

    Quarantine(BackOff backOff) {
        this.backOff = backOff;
    }

    synchronized boolean active() {
        return active;
    }

    /// Whether it is active and its time is up: the next look is a probe.
    synchronized boolean probeDue(long nowNanos) {
        return active && nowNanos - untilNanos >= 0;
    }

    /// Sets aside, for longer with each failure in a row.
    ///
    /// @return whether it was not set aside before
    synchronized boolean enter(String why, long nowNanos, Instant now) {
        boolean isNew = !active;
        if (isNew && nowNanos - readmittedNanos > backOff.max().toNanos()) {
            failures = 0;
        }
        failures = Math.min(failures + 1, Integer.MAX_VALUE - 1);
        Duration time = backOff.after(failures);
        untilNanos = nowNanos + time.toNanos();
        until = now.plus(time);
        reason = why;
        active = true;
        return isNew;
    }

    /// Lets back in. The failures are remembered until [#proven()], so that whoever fails again at
    /// once is set aside for longer.
    synchronized void leave(long nowNanos) {
        active = false;
        readmittedNanos = nowNanos;
    }

    /// Forgets the failures, after the real work went well.
    synchronized void proven() {
        if (!active) {
            failures = 0;
        }
    }

    synchronized String reason() {
        return reason;
    }

    synchronized int failures() {
        return failures;
    }

    synchronized Instant until() {
        return until;
    }
}
