package dev.isobar.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A small trace of our own, and a model of ten lines that looks for the worst leaf each time: the
/// policies must find exactly as many blocks.
class OwnTraceTest {

    private static final int[] CAPACITIES = {5, 17, 40, 80, 150, 400};

    /// What the model knows of a block.
    private static final class Known {
        long parent;
        long created;
        long used;
        int hits;
        int depth;
        double worth;
    }

    @ParameterizedTest
    @CsvSource({"LRU", "FIFO", "LFU", "SLRU", "COST"})
    void hits_areThoseOfTheModel(KvPolicy policy) {
        List<long[]> trace = conversations(7, 900);
        long[] counts =
                Arrays.stream(CAPACITIES)
                        .mapToLong(each -> replay(PrefixReplay.of(policy, each), trace))
                        .toArray();
        assertThat(counts)
                .containsExactly(
                        Arrays.stream(CAPACITIES)
                                .mapToLong(each -> model(trace, each, rank(policy)))
                                .toArray());
        assertThat(counts[CAPACITIES.length - 1]).isGreaterThan(counts[0]);
    }

    @ParameterizedTest
    @CsvSource({"LRU", "FIFO", "LFU", "SLRU", "ARC", "PRIORITY", "COST"})
    void unlimitedCapacity_findsAllThatWasSeenBefore(KvPolicy policy) {
        List<long[]> trace = conversations(11, 300);
        Set<Long> seen = new HashSet<>();
        long again = 0;
        for (long[] request : trace) {
            again += Arrays.stream(request).filter(seen::contains).count();
            Arrays.stream(request).forEach(seen::add);
        }
        assertThat(replay(PrefixReplay.of(policy, seen.size()), trace)).isEqualTo(again);
    }

    private static long replay(PrefixReplay replay, List<long[]> trace) {
        trace.forEach(each -> replay.request(each, 0));
        return replay.hits();
    }

    private static Comparator<Known> rank(KvPolicy policy) {
        Comparator<Known> used = Comparator.comparingLong(each -> each.used);
        return switch (policy) {
            case FIFO -> Comparator.comparingLong(each -> each.created);
            case LFU -> Comparator.<Known>comparingInt(each -> each.hits).thenComparing(used);
            case SLRU ->
                    Comparator.<Known, Boolean>comparing(each -> each.hits >= 2)
                            .thenComparing(used);
            case COST -> Comparator.<Known>comparingDouble(each -> each.worth).thenComparing(used);
            default -> used;
        };
    }

    private static long model(List<long[]> trace, int capacity, Comparator<Known> rank) {
        Map<Long, Known> held = new HashMap<>();
        long hits = 0;
        long tick = 0;
        double floor = 0;
        for (long[] request : trace) {
            int found = 0;
            while (found < request.length && held.containsKey(request[found])) {
                held.get(request[found++]).hits++;
            }
            hits += found;
            Set<Long> running = new HashSet<>(Arrays.stream(request).boxed().toList());
            while (held.size() + request.length - found > capacity) {
                Set<Long> parents = new HashSet<>();
                held.values().forEach(each -> parents.add(each.parent));
                var worst =
                        held.entrySet().stream()
                                .filter(each -> !running.contains(each.getKey()))
                                .filter(each -> !parents.contains(each.getKey()))
                                .min(Map.Entry.comparingByValue(rank));
                if (worst.isEmpty()) {
                    break;
                }
                floor = Math.max(floor, held.remove(worst.get().getKey()).worth);
            }
            for (int at = found; at < request.length && held.size() < capacity; at++) {
                Known fresh = new Known();
                fresh.depth = at;
                fresh.parent = at == 0 ? -1 : request[at - 1];
                held.put(request[at], fresh);
            }
            for (int at = request.length - 1; at >= 0; at--) {
                Known one = held.get(request[at]);
                if (one != null) {
                    one.used = ++tick;
                    one.worth = floor + (1.0 + one.hits) * nanos(one.depth);
                    one.created = one.created == 0 ? tick : one.created;
                }
            }
        }
        return hits;
    }

    private static double nanos(int depth) {
        int tokens = PrefixReplay.TOKENS_PER_BLOCK;
        return PrefillCost.DEFAULT.nanos((long) depth * tokens, tokens);
    }

    /// Conversations that go on for some turns, in turn with others, all with one beginning.
    private static List<long[]> conversations(long seed, int requests) {
        Random random = new Random(seed);
        List<List<Long>> open = new ArrayList<>();
        long[] next = {1};
        List<long[]> trace = new ArrayList<>();
        while (trace.size() < requests) {
            if (open.size() < 12 || random.nextInt(5) == 0) {
                open.add(new ArrayList<>(List.of(0L)));
            }
            int which = (int) (open.size() * Math.sqrt(random.nextDouble()));
            List<Long> one = open.get(which);
            IntStream.range(0, 1 + random.nextInt(4)).forEach(_ -> one.add(next[0]++));
            trace.add(one.stream().mapToLong(Long::longValue).toArray());
            if (one.size() > 20) {
                open.remove(which);
            }
        }
        return trace;
    }
}
