package dev.isobar.pool;

/// What every hit of an adaptive pool reads: which era it is, and which keys are sampled. Alone in its
/// cache lines, for what lies beside it may change with every eviction.
///
/// *Safe for several threads*; changed by one at a time.
final class Present extends PresentFacts {

    @SuppressWarnings("UnusedVariable") // keeps what comes behind apart
    private long a, b, c, d, e, f, g, h, i, j, k, l, m, n;

    /// The present era. Numbers wrap around.
    int era() {
        return era;
    }

    void era(int number) {
        era = number;
    }

    /// Whether a key is one of the sample.
    ///
    /// @param hash the key's, by [Entry#hashOf]
    boolean sampled(int hash) {
        return Integer.toUnsignedLong(hash * 0x9E3779B1) < sampleBound;
    }

    /// How many keys are sampled, in 2^32nds of all.
    long sampleBound() {
        return sampleBound;
    }

    void sampleBound(long bound) {
        sampleBound = bound;
    }
}

/// The fields, between what keeps them apart.
abstract sealed class PresentFacts extends Apart permits Present {
    volatile long sampleBound = 1L << 32;
    volatile int era;
}
