package dev.isobar.lora;

import java.util.concurrent.atomic.AtomicLong;

/// How much an adapter is asked for: each request counts 1, and half as much after
/// [#HALF_LIFE] requests for any adapter. Goes on while the adapter is not loaded.
///
/// *Safe for several threads.*
final class Demand {

    /// After so many requests to the pool, a request counts half: {@value}.
    static final int HALF_LIFE = 512;

    private final AtomicLong requests;
    private double count;
    private long countedAt;

    /// @param requests the requests for all adapters; shared
    Demand(AtomicLong requests) {
        this.requests = requests;
        this.countedAt = requests.get();
    }

    /// Somebody asks for the adapter.
    synchronized void asked() {
        long now = requests.incrementAndGet();
        count = decayed(now) + 1;
        countedAt = now;
    }

    /// What the requests count now; at least 0.
    synchronized double now() {
        return decayed(requests.get());
    }

    private double decayed(long now) {
        return count * Math.pow(0.5, Math.max(0, now - countedAt) / (double) HALF_LIFE);
    }
}
