package dev.isobar.examples.replay;

import dev.isobar.pool.EvictionGoal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/// Several traces, one after the other through one cache, as when the load of a service changes. Each
/// part is judged by itself, and only from when the cache has had time to follow the change.
///
/// @param parts the traces; no key of one is a key of another
public record TraceSequence(List<Trace> parts) {

    /// How many requests of a part are not judged, as a multiple of the entries that fit.
    static final int SETTLING = 5;

    public TraceSequence {
        parts = List.copyOf(parts);
    }

    /// The requests of all of them, as one trace.
    public Trace whole() {
        int keys = parts.stream().mapToInt(Trace::keyCount).sum();
        int count = parts.stream().mapToInt(Trace::requestCount).sum();
        int[] requests = new int[count];
        long[] bytes = new long[keys];
        long[] costs = new long[keys];
        int at = 0;
        int firstKey = 0;
        for (Trace part : parts) {
            for (int key : part.requests) {
                requests[at++] = firstKey + key;
            }
            System.arraycopy(part.bytes, 0, bytes, firstKey, part.keyCount());
            System.arraycopy(part.costs, 0, costs, firstKey, part.keyCount());
            firstKey += part.keyCount();
        }
        String names = String.join(" + ", parts.stream().map(Trace::name).toList());
        return new Trace(names, requests, bytes, costs);
    }

    /// Runs policies over the whole with each capacity.
    ///
    /// @param done is told now and then how many more requests were replayed
    /// @return a report for each part; a capacity is left out where a part is shorter than the settling
    public List<ReplayReport> run(
            List<Long> capacities, List<PolicyKind> policies, EvictionGoal goal, IntConsumer done) {
        Trace whole = whole();
        List<List<Replay.Result>> results = new ArrayList<>();
        parts.forEach(_ -> results.add(new ArrayList<>()));
        for (long capacity : capacities) {
            long entries = Math.max(1, capacity * whole.keyCount() / whole.footprintBytes());
            for (PolicyKind policy : policies) {
                try (ReplayPolicy cache = policy.open(capacity, whole.unitBytes(), goal)) {
                    run(
                            cache,
                            whole,
                            SETTLING * entries,
                            (part, tally) ->
                                    results.get(part)
                                            .add(new Replay.Result(policy, capacity, tally)));
                }
                done.accept(whole.requestCount());
            }
        }
        List<ReplayReport> reports = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            reports.add(new ReplayReport(parts.get(i), results.get(i)));
        }
        return reports;
    }

    /// Takes what a policy did in one part.
    private interface PartTally {
        void take(int part, Tally tally);
    }

    private void run(ReplayPolicy cache, Trace whole, long settling, PartTally out) {
        int at = 0;
        for (int part = 0; part < parts.size(); part++) {
            int end = at + parts.get(part).requestCount();
            int judged = (int) Math.min(end, at + settling);
            Tally tally = Tally.requested(whole.slice(judged, end));
            double hits = 0;
            double hitBytes = 0;
            double savedCost = 0;
            for (; at < end; at++) {
                int key = whole.requests[at];
                if (cache.request(key, whole.bytes[key], whole.costs[key]) && at >= judged) {
                    hits++;
                    hitBytes += whole.bytes[key];
                    savedCost += whole.costs[key];
                }
            }
            if (judged < end) {
                out.take(part, tally.saved(hits, hitBytes, savedCost));
            }
        }
    }
}
