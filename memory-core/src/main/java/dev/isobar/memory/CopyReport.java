package dev.isobar.memory;

/// What a finished copy did.
///
/// *Immutable.*
///
/// @param bytes how many bytes were copied; at least 0
/// @param nanos how long it took from the call to the end, in nanoseconds; at least 0
public record CopyReport(long bytes, long nanos) {

    private static final double NANOS_PER_SECOND = 1e9;

    /// @throws IllegalArgumentException if a number is negative
    public CopyReport {
        if (bytes < 0 || nanos < 0) {
            throw new IllegalArgumentException(
                    "a copy cannot be negative: bytes=" + bytes + ", nanos=" + nanos);
        }
    }

    /// How fast it was. A copy too short for the clock counts as one nanosecond.
    public double bytesPerSecond() {
        return bytes * NANOS_PER_SECOND / Math.max(1, nanos);
    }
}
