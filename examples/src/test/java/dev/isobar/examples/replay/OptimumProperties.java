package dev.isobar.examples.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/// The optimum against trying everything.
class OptimumProperties {

    @Property(tries = 300)
    void unitSizes_equalsBruteForce(
            @ForAll @Size(min = 1, max = 14) List<@IntRange(max = 5) Integer> keys,
            @ForAll @IntRange(min = 1, max = 4) int capacity) {
        Trace trace = trace(keys, false);
        assertThat(new Optimum(trace).of(capacity).hits())
                .isEqualTo(bruteForce(trace, capacity, false));
    }

    @Property(tries = 300)
    void sizesAndCosts_isAtLeastBruteForce(
            @ForAll @Size(min = 1, max = 12) List<@IntRange(max = 5) Integer> keys,
            @ForAll @IntRange(min = 1, max = 20) int capacity) {
        Trace trace = trace(keys, true);
        Tally bound = new Optimum(trace).of(capacity);
        double most = bruteForce(trace, capacity, true);
        assertThat(bound.savedCost()).isGreaterThan(most - 1e-9);
        assertThat(bound.hits()).isGreaterThan(bruteForce(trace, capacity, false) - 1e-9);
    }

    @Property(tries = 50)
    void everythingFits_isAllButTheFirstRequests(
            @ForAll @Size(min = 1, max = 30) List<@IntRange(max = 9) Integer> keys) {
        Trace trace = trace(keys, true);
        Tally bound = new Optimum(trace).of(1_000);
        assertThat(bound.hits()).isEqualTo(keys.size() - trace.keyCount(), offset(1e-9));
    }

    private static Trace trace(List<Integer> keys, boolean weighed) {
        var builder = new TraceBuilder();
        for (int key : keys) {
            builder.add(key, weighed ? 1 + key * 3 % 7 : 1, weighed ? 1 + key * 5 % 11 : 1);
        }
        return builder.build("random");
    }

    /// The most that can be found: after each request any part of what is there may be kept.
    private static double bruteForce(Trace trace, long capacity, boolean cost) {
        Map<Integer, Double> best = new HashMap<>(Map.of(0, 0.0));
        for (int key : trace.requests) {
            Map<Integer, Double> next = new HashMap<>();
            best.forEach((held, value) -> {
                boolean hit = (held & (1 << key)) != 0;
                double now = value + (hit ? cost ? trace.costs[key] : 1 : 0);
                int all = held | (1 << key);
                for (int kept = all; ; kept = (kept - 1) & all) {
                    if (bytes(trace, kept) <= capacity) {
                        next.merge(kept, now, Math::max);
                    }
                    if (kept == 0) {
                        break;
                    }
                }
            });
            best = next;
        }
        return best.values().stream().mapToDouble(d -> d).max().orElse(0);
    }

    private static long bytes(Trace trace, int held) {
        long sum = 0;
        for (int key = 0; key < trace.keyCount(); key++) {
            sum += (held & (1 << key)) != 0 ? trace.bytes[key] : 0;
        }
        return sum;
    }
}
