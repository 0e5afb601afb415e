package dev.isobar.broker.admission;

import dev.isobar.broker.admission.AdmissionAnswer.Cancelled;
import dev.isobar.broker.admission.AdmissionAnswer.Closed;
import dev.isobar.broker.admission.AdmissionAnswer.Granted;
import dev.isobar.broker.admission.AdmissionAnswer.Impossible;
import dev.isobar.broker.admission.AdmissionAnswer.Overloaded;
import java.time.Duration;

/// What has happened. Guarded by the admission's lock.
@SuppressWarnings("EnumOrdinal") // places in a small array of this class
final class Tally {

    /// How much the newest grant counts in the mean time that grants are held.
    private static final double NEWEST = 0.2;

    private long requests;
    private long granted;
    private long released;
    private long impossible;
    private final long[] overloaded = new long[AdmissionAnswer.Cause.values().length];
    private long cancelled;
    private long closed;
    private long growths;
    private long growthsRefused;
    private long bypasses;
    private long waits;
    private long waitNanos;
    private long longestWaitNanos;
    private double meanHeldNanos;

    void asked() {
        requests++;
    }

    void answered(AdmissionAnswer answer) {
        switch (answer) {
            case Granted _ -> granted++;
            case Impossible _ -> impossible++;
            case Overloaded refusal -> overloaded[refusal.cause().ordinal()]++;
            case Cancelled _ -> cancelled++;
            case Closed _ -> closed++;
        }
    }

    void waited(long nanos) {
        waits++;
        waitNanos += nanos;
        longestWaitNanos = Math.max(longestWaitNanos, nanos);
    }

    void passed() {
        bypasses++;
    }

    void grew(boolean did) {
        growths += did ? 1 : 0;
        growthsRefused += did ? 0 : 1;
    }

    void released(long heldNanos) {
        meanHeldNanos =
                released == 0 ? heldNanos : meanHeldNanos + NEWEST * (heldNanos - meanHeldNanos);
        released++;
    }

    /// When it is the turn of somebody who comes now: all who wait go first, and as many go at a time as
    /// hold something now.
    Duration retryAfter(int waiting, AdmissionConfig config) {
        long open = Math.max(1, granted - released);
        double nanos = meanHeldNanos * (waiting + 1) / open;
        double most = config.maxRetryAfter().toNanos();
        return Duration.ofNanos(
                (long) Math.max((double) config.minRetryAfter().toNanos(), Math.min(nanos, most)));
    }

    AdmissionSnapshot.Totals totals(long supplyFailures) {
        return new AdmissionSnapshot.Totals(
                requests,
                granted,
                released,
                impossible,
                overloaded[AdmissionAnswer.Cause.NO_ROOM.ordinal()],
                overloaded[AdmissionAnswer.Cause.QUEUE_FULL.ordinal()],
                overloaded[AdmissionAnswer.Cause.TIMED_OUT.ordinal()],
                cancelled,
                closed,
                growths,
                growthsRefused,
                bypasses,
                waits,
                waitNanos,
                longestWaitNanos,
                supplyFailures);
    }
}
