package dev.isobar.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/// A tenth of a million entries is taken back while another thread goes on with nine look-ups and an
/// insert in turn: how long it takes, and how long single calls take meanwhile.
///
/// `ReclaimPauses [--quick | --tiny]`: with fewer rounds, or with few entries, to see that it runs.
final class ReclaimPauses {

    private static final int MAX_SAMPLES = 1 << 23;

    private final long[] samples = new long[MAX_SAMPLES];
    private final CacheState state;
    private final String peer;
    private final int reclaimed;
    private int count;
    private long refilled;

    private ReclaimPauses(String peer, int entries) {
        this.peer = peer;
        this.reclaimed = entries / 10;
        this.state = CacheState.of(peer, entries, entries);
    }

    public static void main(String[] args) throws Exception {
        int entries = List.of(args).contains("--tiny") ? 10_000 : 1_000_000;
        for (String peer : List.of("pool", "caffeine")) {
            var pauses = new ReclaimPauses(peer, entries);
            int rounds = args.length > 0 || peer.equals("caffeine") ? 3 : 10;
            try (ExecutorService worker = Executors.newSingleThreadExecutor()) {
                pauses.round(worker, false);
                for (int i = 1; i < rounds; i++) {
                    pauses.round(worker, true);
                }
            }
        }
    }

    private void round(ExecutorService worker, boolean counts)
            throws InterruptedException, ExecutionException {
        var running = new CountDownLatch(1);
        var stop = new AtomicBoolean();
        Future<?> work = worker.submit(() -> work(running, stop));
        running.await();
        long before = System.nanoTime();
        state.cache.reclaim(reclaimed);
        long nanos = System.nanoTime() - before;
        stop.set(true);
        work.get();
        if (counts) {
            report(nanos);
        }
        refill();
    }

    private void work(CountDownLatch running, AtomicBoolean stop) {
        CacheState.Reader reader = state.reader();
        for (int i = 0; i < 100_000; i++) {
            reader.getOrInsert();
        }
        running.countDown();
        count = 0;
        do {
            long before = System.nanoTime();
            reader.getOrInsert();
            samples[count++ & (MAX_SAMPLES - 1)] = System.nanoTime() - before;
        } while (!stop.get());
    }

    private void report(long nanos) {
        int taken = Math.min(count, MAX_SAMPLES);
        Arrays.sort(samples, 0, taken);
        new Measurement("reclaim, ms", peer, nanos / 1e6).print();
        new Measurement("p99.9 of a call meanwhile, us", peer, quantile(taken, 0.999)).print();
        new Measurement("p99.99, us", peer, quantile(taken, 0.9999)).print();
        new Measurement("longest, us", peer, samples[taken - 1] / 1e3).print();
        new Measurement("calls meanwhile, thousands", peer, taken / 1e3).print();
    }

    private double quantile(int taken, double share) {
        return samples[(int) (share * (taken - 1))] / 1e3;
    }

    private void refill() {
        for (int i = 0; i < reclaimed; i++) {
            long number = Long.MIN_VALUE + refilled++;
            state.cache.put(CacheKey.of(number), new Peer.Value(number));
        }
    }
}
