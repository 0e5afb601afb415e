package dev.isobar.memory;

/// What an asynchronous copy did.
///
/// *Immutable.*
///
/// @param bytes how many were copied; at least 0
/// @param nanos how long it took, by the device's own clock where it has one; at least 0
public record CopyReport(long bytes, long nanos) {

    private static final double NANOS_PER_SECOND = 1e9;

    /// @throws IllegalArgumentException if a number is negative
    public CopyReport {
        if (bytes < 0 || nanos < 0) {
            throw new IllegalArgumentException(
                    "a copy cannot be negative: bytes=" + bytes + ", nanos=" + nanos);
        }
    }

    /// How fast it was, in bytes per second; 0 if it took no measurable time.
    public double bytesPerSecond() {
        return nanos == 0 ? 0 : bytes * NANOS_PER_SECOND / nanos;
    }
}
