package dev.isobar.broker;

import java.util.Objects;

/// What the broker remembers about one signal.
///
/// *Safe for several threads.*
final class SignalSlot {

    /// @param pressure at least 0, never NaN
    /// @param capacityBytes 0 if unknown
    record Reading(double pressure, long capacityBytes) {

        /// @throws IllegalArgumentException if the signal talks nonsense
        Reading {
            if (!(pressure >= 0) || Double.isInfinite(pressure)) {
                throw Settings.bad("pressure", pressure, "must be a number that is at least 0");
            }
            Settings.requireAtLeast("capacityBytes", capacityBytes, 0);
        }
    }

    private final PressureSignal signal;
    private final String name;
    private final Resource resource;
    private final CallGate gate = new CallGate();
    private final Quarantine quarantine;
    private Reading latest = new Reading(0, 0);
    private long readNanos;

    SignalSlot(PressureSignal signal, BackOff backOff, long nowNanos) {
        this.signal = signal;
        this.name = Resource.requireName(signal.name(), "signal name");
        this.resource = Objects.requireNonNull(signal.resource(), "resource of " + name);
        this.quarantine = new Quarantine(backOff);
        this.readNanos = nowNanos;
    }

    String name() {
        return name;
    }

    Resource resource() {
        return resource;
    }

    CallGate gate() {
        return gate;
    }

    Quarantine quarantine() {
        return quarantine;
    }

    /// Reads the signal. Foreign code: to be called through [ForeignCalls].
    Reading read() {
        return new Reading(signal.pressure(), signal.capacityBytes());
    }

    synchronized void latest(Reading reading, long nowNanos) {
        latest = reading;
        readNanos = nowNanos;
    }

    /// What it says now; while it is set aside, nothing.
    SignalState speaking(Reading fresh) {
        return new SignalState(name, fresh.pressure(), fresh.capacityBytes(), 0, false);
    }

    /// It says nothing, and has not since its last good reading.
    synchronized SignalState silent(long nowNanos) {
        long age = Math.max(0, nowNanos - readNanos);
        return new SignalState(name, 0, latest.capacityBytes(), age, true);
    }
}
