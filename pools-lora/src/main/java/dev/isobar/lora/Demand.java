package dev.isobar.lora;

import java.util.concurrent.atomic.AtomicLong;

/// How much an adapter is asked for: each request counts 1, and half as much after
/// [#HALF_LIFE] requests for any adapter. Goes on while the adapter is not loaded.
///
/// Requests are counted in eras of [#ERA]: inside one, counting is an addition. One word holds the era
/// of the last count and, as a float, the count.
///
/// *Safe for several threads*, without locks.
final class Demand {

    /// After so many requests to the pool, a request counts half: {@value}.
    static final int HALF_LIFE = 512;

    /// So many requests to the pool count alike: {@value}.
    static final int ERA = 16;

    private static final double ERAS_PER_HALF_LIFE = (double) HALF_LIFE / ERA;

    private final AtomicLong requests;
    private final AtomicLong word;

    /// @param requests the requests for all adapters; shared
    Demand(AtomicLong requests) {
        this.requests = requests;
        this.word = new AtomicLong(word(era(requests.get()), 0));
    }

    /// Somebody asks for the adapter.
    void asked() {
        int now = era(requests.incrementAndGet());
        long before = word.get();
        while (!word.compareAndSet(before, word(now, decayed(before, now) + 1))) {
            before = word.get();
        }
    }

    /// What the requests count now; at least 0.
    double now() {
        return decayed(word.get(), era(requests.get()));
    }

    private static float decayed(long word, int now) {
        float count = Float.intBitsToFloat((int) word);
        int age = now - (int) (word >>> 32);
        return age <= 0 ? count : (float) (count * Math.pow(0.5, age / ERAS_PER_HALF_LIFE));
    }

    private static int era(long requests) {
        return (int) (requests / ERA);
    }

    private static long word(int era, float count) {
        return ((long) era << 32) | (Float.floatToRawIntBits(count) & 0xFFFF_FFFFL);
    }
}
