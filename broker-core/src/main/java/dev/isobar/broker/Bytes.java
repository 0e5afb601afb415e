package dev.isobar.broker;

/// Arithmetic of bytes that never overflows.
final class Bytes {

    private Bytes() {}

    /// The sum of two numbers that are at least 0, at most `Long.MAX_VALUE`.
    static long plus(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    /// A fraction of a capacity, rounded down.
    static long part(long capacityBytes, double fraction) {
        return (long) Math.floor(capacityBytes * fraction);
    }

    /// How far a use is above an aim; at least 0. Rounded up, so that giving this much back reaches
    /// the aim.
    static long above(long usedBytes, long capacityBytes, double aim) {
        return Math.max(0, usedBytes - part(capacityBytes, aim));
    }
}
