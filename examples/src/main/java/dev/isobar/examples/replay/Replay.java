package dev.isobar.examples.replay;

import dev.isobar.pool.EvictionGoal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/// Runs policies over a trace, each with each capacity, one after the other.
///
/// @param trace the requests
/// @param goal what the pool is told to save
public record Replay(Trace trace, EvictionGoal goal) {

    private static final int STEP = 1 << 12;

    /// What one policy did with one capacity.
    ///
    /// @param policy which
    /// @param capacityBytes how much it could keep
    /// @param tally what it found
    public record Result(PolicyKind policy, long capacityBytes, Tally tally) {}

    /// Runs them all.
    ///
    /// @param done is told now and then how many more requests were replayed
    public List<Result> run(List<Long> capacities, List<PolicyKind> policies, IntConsumer done) {
        var results = new ArrayList<Result>();
        for (long capacity : capacities) {
            for (PolicyKind policy : policies) {
                results.add(new Result(policy, capacity, run(capacity, policy, done)));
            }
        }
        return results;
    }

    /// Runs one policy with one capacity.
    Tally run(long capacityBytes, PolicyKind policy, IntConsumer done) {
        if (policy == PolicyKind.OPTIMUM) {
            Tally tally = new Optimum(trace).of(capacityBytes);
            done.accept(trace.requestCount());
            return tally;
        }
        try (ReplayPolicy cache = policy.open(capacityBytes, trace.unitBytes(), goal)) {
            return run(cache, done);
        }
    }

    private Tally run(ReplayPolicy cache, IntConsumer done) {
        long hits = 0;
        long hitBytes = 0;
        long savedCost = 0;
        for (int i = 0; i < trace.requests.length; i++) {
            int key = trace.requests[i];
            if (cache.request(key, trace.bytes[key], trace.costs[key])) {
                hits++;
                hitBytes += trace.bytes[key];
                savedCost += trace.costs[key];
            }
            if (i % STEP == STEP - 1) {
                done.accept(STEP);
            }
        }
        done.accept(trace.requests.length % STEP);
        return Tally.requested(trace).saved((double) hits, (double) hitBytes, (double) savedCost);
    }
}
