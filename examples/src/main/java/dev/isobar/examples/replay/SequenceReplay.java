package dev.isobar.examples.replay;

import dev.isobar.pool.EvictionGoal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/// Runs policies over several traces, one after the other in the same cache, as when the work of a
/// service changes. No two traces have a key in common.
///
/// Of each trace the first requests are not counted: five for each entry that the cache can hold, so
/// that it has had time to turn round.
///
/// @param traces the requests, in their order
/// @param goal what the pool is told to save
public record SequenceReplay(List<Trace> traces, EvictionGoal goal) {

    private static final int STEP = 1 << 12;
    private static final int UNCOUNTED_PER_ENTRY = 5;

    /// What one policy found of one trace.
    ///
    /// @param policy which
    /// @param capacityBytes how much it could keep
    /// @param part the number of the trace, from 0
    /// @param tally of the requests that count: none, if the trace is too short for that capacity
    public record Part(PolicyKind policy, long capacityBytes, int part, Tally tally) {}

    public SequenceReplay {
        traces = List.copyOf(traces);
    }

    /// The bytes of all keys together.
    public long footprintBytes() {
        return traces.stream().mapToLong(Trace::footprintBytes).reduce(0, Math::addExact);
    }

    /// How many requests there are.
    public long requestCount() {
        return traces.stream().mapToLong(Trace::requestCount).sum();
    }

    /// Runs them all.
    ///
    /// @param policies without the optimum, which does not know what was in the cache before
    /// @param done is told now and then how many more requests were replayed
    /// @throws IllegalArgumentException if the optimum is among the policies
    public List<Part> run(List<Long> capacities, List<PolicyKind> policies, IntConsumer done) {
        if (policies.contains(PolicyKind.OPTIMUM)) {
            throw new IllegalArgumentException("there is no optimum of several traces in a row");
        }
        boolean unitBytes = traces.stream().allMatch(Trace::unitBytes);
        var results = new ArrayList<Part>();
        for (long capacity : capacities) {
            for (PolicyKind policy : policies) {
                try (ReplayPolicy cache = policy.open(capacity, unitBytes, goal)) {
                    results.addAll(run(cache, policy, capacity, done));
                }
            }
        }
        return results;
    }

    private List<Part> run(
            ReplayPolicy cache, PolicyKind policy, long capacityBytes, IntConsumer done) {
        var parts = new ArrayList<Part>();
        int firstKey = 0;
        for (Trace trace : traces) {
            int from = uncounted(trace, capacityBytes);
            parts.add(
                    new Part(
                            policy,
                            capacityBytes,
                            parts.size(),
                            run(cache, trace, firstKey, from, done)));
            firstKey = Math.addExact(firstKey, trace.keyCount());
        }
        return parts;
    }

    /// How many requests of a trace do not count.
    int uncounted(Trace trace, long capacityBytes) {
        double meanBytes = (double) trace.footprintBytes() / trace.keyCount();
        double uncounted = Math.ceil(UNCOUNTED_PER_ENTRY * capacityBytes / meanBytes);
        return (int) Math.min(trace.requestCount(), uncounted);
    }

    private static Tally run(
            ReplayPolicy cache, Trace trace, int firstKey, int from, IntConsumer done) {
        long hits = 0;
        long hitBytes = 0;
        long savedCost = 0;
        for (int i = 0; i < trace.requests.length; i++) {
            int key = trace.requests[i];
            boolean hit = cache.request(firstKey + key, trace.bytes[key], trace.costs[key]);
            if (hit && i >= from) {
                hits++;
                hitBytes += trace.bytes[key];
                savedCost += trace.costs[key];
            }
            if (i % STEP == STEP - 1) {
                done.accept(STEP);
            }
        }
        done.accept(trace.requests.length % STEP);
        return Tally.requested(trace, from)
                .saved((double) hits, (double) hitBytes, (double) savedCost);
    }
}
