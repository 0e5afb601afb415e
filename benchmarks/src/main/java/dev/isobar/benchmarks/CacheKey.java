package dev.isobar.benchmarks;

import java.util.Arrays;

/// A key as pools have them: a name and a digest, as one record.
///
/// @param model a name that many keys share
/// @param digest 32 bytes; not to be changed
record CacheKey(String model, byte[] digest) {

    private static final String[] MODELS = {"small", "large", "multilingual", "code"};

    /// The key of a number. Keys of one number are equal, and never the same object.
    static CacheKey of(long number) {
        byte[] digest = new byte[32];
        long word = number;
        for (int i = 0; i < digest.length; i += Long.BYTES) {
            word = mixed(word);
            for (int b = 0; b < Long.BYTES; b++) {
                digest[i + b] = (byte) (word >>> (8 * b));
            }
        }
        return new CacheKey(MODELS[(int) (number & 3)], digest);
    }

    /// The finalizer of SplitMix64.
    private static long mixed(long number) {
        long z = number + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CacheKey(String otherModel, byte[] otherDigest)
                && model.equals(otherModel)
                && Arrays.equals(digest, otherDigest);
    }

    @Override
    public int hashCode() {
        return 31 * model.hashCode() + Arrays.hashCode(digest);
    }
}
