package dev.isobar.broker.admission;

import dev.isobar.broker.admission.AdmissionAnswer.Cancelled;
import dev.isobar.broker.admission.AdmissionAnswer.Cause;
import dev.isobar.broker.admission.AdmissionAnswer.Closed;
import dev.isobar.broker.admission.AdmissionAnswer.Granted;
import dev.isobar.broker.admission.AdmissionAnswer.Impossible;
import dev.isobar.broker.admission.AdmissionAnswer.Overloaded;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/// What has happened. Guarded by the admission's lock.
@SuppressWarnings("EnumOrdinal") // places in a small array of this class
final class Tally {

    /// How much the newest grant counts in the mean time that grants are held.
    private static final double NEWEST = 0.2;

    private long requests;
    private long granted;
    private long released;
    private long impossible;
    private final Map<Cause, Long> overloaded = new EnumMap<>(Cause.class);
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
            case Overloaded refusal -> overloaded.merge(refusal.cause(), 1L, Long::sum);
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
        double most = (double) config.maxRetryAfter().toNanos();
        return Duration.ofNanos(
                (long) Math.max((double) config.minRetryAfter().toNanos(), Math.min(nanos, most)));
    }

    AdmissionSnapshot.Totals totals(long supplyFailures) {
        return new AdmissionSnapshot.Totals(
                requests,
                granted,
                released,
                impossible,
                overloaded.getOrDefault(Cause.NO_ROOM, 0L),
                overloaded.getOrDefault(Cause.QUEUE_FULL, 0L),
                overloaded.getOrDefault(Cause.TIMED_OUT, 0L),
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
