package dev.isobar.lora;

/// What a byte of an adapter takes to bring: a moving mean of what was measured.
///
/// *Safe for several threads*; of two measurements at the same moment one may be lost.
final class ReloadCost {

    /// The weight of the newest measurement: {@value}.
    private static final double NEWEST = 0.25;

    /// Not 0, where nothing was measured yet.
    private static final double UNKNOWN = 1.0;

    private volatile double mean;

    /// Notes how long so many bytes took. What took no time says nothing.
    void learn(long nanos, long bytes) {
        if (nanos > 0 && bytes > 0) {
            double last = (double) nanos / bytes;
            double before = mean;
            mean = before == 0 ? last : before + (last - before) * NEWEST;
        }
    }

    /// In nanoseconds a byte; 1 as long as it is unknown.
    double nanosPerByte() {
        double now = mean;
        return now == 0 ? UNKNOWN : now;
    }
}
