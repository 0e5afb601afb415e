package dev.isobar.examples.replay;

import dev.isobar.kv.KvPolicy;
import dev.isobar.kv.PrefixReplay;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;

/// Runs policies of the KV pool over a trace, each with each capacity, one after the other: one request at
/// a time, room before entry, only leaves go and nothing that the request found. FIFO and ARC are run as
/// caches run them that know nothing of prefixes, as published figures of them were made so.
///
/// @param trace the requests
public record KvReplay(KvTrace trace) {

    private static final int STEP = 64;

    /// What one policy did with one capacity.
    ///
    /// @param policy which
    /// @param blocks how many it could keep
    /// @param hits blocks found
    /// @param rate those by all blocks asked for, 0 to 1
    /// @param savedTime the share of all computation that was saved, 0 to 1, as
    ///     [dev.isobar.kv.PrefillCost#DEFAULT] tells it for blocks of 512 tokens
    /// @param nanosPerBlock how long it took by block asked for
    public record Result(
            String policy,
            int blocks,
            long hits,
            double rate,
            double savedTime,
            double nanosPerBlock) {}

    /// Runs them all.
    ///
    /// @param done is told now and then how many more requests were replayed
    public List<Result> run(List<Integer> capacities, List<KvPolicy> policies, IntConsumer done) {
        var results = new ArrayList<Result>();
        for (int capacity : capacities) {
            for (KvPolicy policy : policies) {
                results.add(run(policy, capacity, done));
            }
        }
        return results;
    }

    private Result run(KvPolicy policy, int capacity, IntConsumer done) {
        PrefixReplay replay =
                switch (policy) {
                    case FIFO, ARC -> PrefixReplay.flat(policy, capacity);
                    default -> PrefixReplay.of(policy, capacity);
                };
        long nanos = 0;
        int at = 0;
        while (at < trace.requests().size()) {
            int end = Math.min(at + STEP, trace.requests().size());
            long start = System.nanoTime();
            for (KvTrace.Request request : trace.requests().subList(at, end)) {
                replay.request(request.ids(), request.nanos());
            }
            nanos += System.nanoTime() - start;
            done.accept(end - at);
            at = end;
        }
        return new Result(
                policy.name().toLowerCase(Locale.ROOT),
                capacity,
                replay.hits(),
                replay.hitRate(),
                replay.savedRate(),
                (double) nanos / replay.blocks());
    }
}
