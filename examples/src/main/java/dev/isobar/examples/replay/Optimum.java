package dev.isobar.examples.replay;

import java.util.Arrays;
import java.util.Comparator;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// What no cache can exceed, computed with the whole trace in hand. A cache may decline to keep what
/// it was asked for.
///
/// Where all sizes and costs are 1, this is exact: L. Belady's rule to drop what is used again last
/// (*A study of replacement algorithms for a virtual-storage computer*, IBM Systems Journal 1966).
/// Otherwise it is an upper bound: keeping a key from one request to the next takes its size times
/// the requests between them, and a cache has its capacity times the length of the trace to give;
/// whoever gives it to the dearest per unit first, and a part to the last, gets at least what any
/// cache can (the relaxation of D. Berger, N. Beckmann, M. Harchol-Balter, *Practical Bounds on
/// Optimal Caching with Variable Object Sizes*, SIGMETRICS 2018). Hits, bytes and cost are bounded
/// each for itself.
final class Optimum {

    private static final int NEVER = Integer.MAX_VALUE;

    private final Trace trace;
    private final int[] nextUse;

    Optimum(Trace trace) {
        this.trace = trace;
        this.nextUse = nextUses(trace.requests, trace.keyCount());
    }

    /// The most hits, bytes and cost for a capacity.
    Tally of(long capacityBytes) {
        Tally total = Tally.requested(trace);
        if (trace.unitBytes() && trace.unitCosts()) {
            long hits = belady(capacityBytes);
            return total.saved((double) hits, (double) hits, (double) hits);
        }
        return total.saved(
                bound(capacityBytes, _ -> 1),
                bound(capacityBytes, key -> trace.bytes[key]),
                bound(capacityBytes, key -> trace.costs[key]));
    }

    private interface Worth {
        long of(int key);
    }

    /// Keeps, of the keys seen so far, those that are used again soonest.
    private long belady(long capacity) {
        int[] requests = trace.requests;
        var kept = new TreeSet<Integer>(); // positions of the next uses
        long hits = 0;
        for (int i = 0; i < requests.length; i++) {
            if (kept.remove(i)) {
                hits++;
            }
            if (nextUse[i] != NEVER) {
                kept.add(nextUse[i]);
                if (kept.size() > capacity) {
                    kept.pollLast();
                }
            }
        }
        return hits;
    }

    private double bound(long capacityBytes, Worth worth) {
        int[] requests = trace.requests;
        int[] kept =
                IntStream.range(0, requests.length)
                        .filter(i -> nextUse[i] != NEVER)
                        .filter(i -> trace.bytes[requests[i]] <= capacityBytes)
                        .toArray();
        double[] density = new double[requests.length];
        for (int i : kept) {
            density[i] = worth.of(requests[i]) / volume(i);
        }
        double room = (double) capacityBytes * requests.length;
        double sum = 0;
        for (int i : sortedDown(kept, density)) {
            double share = Math.min(1, room / volume(i));
            sum += share * worth.of(requests[i]);
            room -= share * volume(i);
            if (room <= 0) {
                break;
            }
        }
        return sum;
    }

    private double volume(int i) {
        return (double) trace.bytes[trace.requests[i]] * (nextUse[i] - i);
    }

    private static int[] sortedDown(int[] positions, double[] by) {
        return Arrays.stream(positions)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -by[i]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static int[] nextUses(int[] requests, int keys) {
        int[] next = new int[requests.length];
        int[] last = new int[keys];
        Arrays.fill(last, NEVER);
        for (int i = requests.length - 1; i >= 0; i--) {
            next[i] = last[requests[i]];
            last[requests[i]] = i;
        }
        return next;
    }
}
