package dev.isobar.examples.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.isobar.pool.EvictionGoal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ReplayTest {

    private static final double[] SHARES = {0.005, 0.02, 0.05, 0.10, 0.25};

    static Stream<Traces.Named> real() {
        return Traces.REAL.stream();
    }

    @ParameterizedTest
    @MethodSource("real")
    void lru_realTraces_asATenLineModelSays(Traces.Named named) throws IOException {
        Trace trace = Traces.real(named).withUnitBytes();
        for (double share : SHARES) {
            int capacity = (int) Math.max(1, Math.round(share * trace.keyCount()));
            assertThat(run(trace, capacity, PolicyKind.LRU).hits())
                    .as("%s with %d", named.name(), capacity)
                    .isEqualTo(lruHits(trace, capacity));
        }
    }

    /// Counted once by another program, in another language.
    @ParameterizedTest
    @CsvSource({
        "loop, 20, 0, 253, 0",
        "multi1, 52, 422, 652, 7492",
        "sprite, 142, 39947, 1769, 124950",
        "web07, 410, 33611, 5121, 47866",
        "gcc, 701, 475703, 8768, 479889",
        "adapt, 805, 15299, 10060, 23362"
    })
    void lru_realTraces_goldenCounts(
            String name, long small, long smallHits, long large, long largeHits)
            throws IOException {
        Traces.Named named =
                real().filter(trace -> trace.name().equals(name)).findFirst().orElseThrow();
        Trace trace = Traces.real(named).withUnitBytes();
        assertThat(run(trace, small, PolicyKind.LRU).hits()).isEqualTo(smallHits);
        assertThat(run(trace, large, PolicyKind.LRU).hits()).isEqualTo(largeHits);
    }

    private static long lruHits(Trace trace, int capacity) {
        var model =
                new LinkedHashMap<Integer, Boolean>(16, 0.75f, true) {
                    @Override
                    protected boolean removeEldestEntry(Map.Entry<Integer, Boolean> eldest) {
                        return size() > capacity;
                    }
                };
        long hits = 0;
        for (int key : trace.requests) {
            hits += model.put(key, true) == null ? 0 : 1;
        }
        return hits;
    }

    /// Caffeine throws dice: one run in many is half a point better than the others.
    private static double usualHitRateOfCaffeine(Trace trace, long capacity) {
        return IntStream.range(0, 5)
                .mapToDouble(_ -> run(trace, capacity, PolicyKind.CAFFEINE).hitRate())
                .sorted()
                .skip(2)
                .findFirst()
                .orElseThrow();
    }

    /// What the issue asks for, point by point.
    @ParameterizedTest
    @MethodSource("real")
    void pool_unitSizes_isNeverFarBehindTheBest(Traces.Named named) throws IOException {
        Trace trace = Traces.real(named).withUnitBytes().withUnitCosts();
        double allowed = trace.requestCount() >= 50_000 ? 1.5 : 3.0;
        for (double share : SHARES) {
            long capacity = Math.max(1, Math.round(share * trace.keyCount()));
            double best =
                    Stream.of(PolicyKind.LRU, PolicyKind.S3_FIFO)
                            .mapToDouble(policy -> run(trace, capacity, policy).hitRate())
                            .max()
                            .orElseThrow();
            best = Math.max(best, usualHitRateOfCaffeine(trace, capacity));
            assertThat(run(trace, capacity, PolicyKind.POOL).hitRate())
                    .as("%s with %d", named.name(), capacity)
                    .isGreaterThan(best - allowed);
        }
    }

    @ParameterizedTest
    @MethodSource("real")
    void pool_sizesAndCosts_savesWhatGreedyDualSaves(Traces.Named named) throws IOException {
        Trace trace = Traces.real(named).withSyntheticBytes().withSyntheticCosts();
        var ahead = new ArrayList<Double>();
        for (double share : SHARES) {
            long capacity = Math.round(share * trace.footprintBytes());
            double greedy = run(trace, capacity, PolicyKind.GDSF).costSaved();
            double pool = run(trace, capacity, PolicyKind.POOL).costSaved();
            assertThat(pool).as("%s with %d", named.name(), capacity).isGreaterThan(greedy - 1);
            ahead.add(pool - greedy);
        }
        assertThat(ahead.stream().mapToDouble(d -> d).average().orElseThrow()).isGreaterThan(-0.3);
    }

    @Test
    void pool_aLoopThatDoesNotFit_keepsAPartOfIt() {
        Trace loop = Traces.loop(1_000, 100_000);
        assertThat(run(loop, 500, PolicyKind.LRU).hits()).isZero();
        assertThat(run(loop, 500, PolicyKind.POOL).hitRate()).isGreaterThan(40);
    }

    @Test
    void pool_scans_doNotPushOutWhatIsUsed() {
        Trace trace = Traces.skewedWithScans(100_000, 1);
        assertThat(run(trace, 400, PolicyKind.POOL).hitRate())
                .isGreaterThan(run(trace, 400, PolicyKind.LRU).hitRate() + 2);
    }

    /// Whatever a policy does, it cannot know the future.
    @ParameterizedTest
    @EnumSource
    void everyPolicy_staysBelowTheOptimum(PolicyKind policy) {
        Trace unit = Traces.skewedWithScans(20_000, 2);
        Trace sized = unit.withSyntheticBytes().withSyntheticCosts();
        for (Trace trace : List.of(unit, sized)) {
            for (long capacity : List.of(1L, 7L, 100L, 5_000L)) {
                Tally best = run(trace, capacity, PolicyKind.OPTIMUM);
                Tally found = run(trace, capacity, policy);
                assertThat(found.hits()).isLessThanOrEqualTo(best.hits());
                assertThat(found.hitBytes()).isLessThanOrEqualTo(best.hitBytes());
                assertThat(found.savedCost()).isLessThanOrEqualTo(best.savedCost());
            }
        }
    }

    @Test
    void run_tellsHowMuchIsDone() {
        Trace trace = Traces.loop(10, 10_000);
        var done = new ArrayList<Integer>();
        new Replay(trace, EvictionGoal.HITS)
                .run(List.of(5L, 6L), List.of(PolicyKind.LRU, PolicyKind.OPTIMUM), done::add);
        assertThat(done.stream().mapToInt(i -> i).sum()).isEqualTo(4 * 10_000);
    }

    @Test
    void report_namesEveryPolicyAndEscapesTheTracesName() {
        Trace trace = Traces.loop(10, 100);
        var named = new Trace("a<b>\"&", trace.requests, trace.bytes, trace.costs);
        var policies = List.copyOf(EnumSet.allOf(PolicyKind.class));
        var results = new Replay(named, EvictionGoal.HITS).run(List.of(2L, 5L), policies, _ -> {});
        var report = new ReplayReport(named, results);
        String svg = new ReplayChart(report).svg();
        for (PolicyKind policy : policies) {
            assertThat(String.join("\n", report.lines())).contains(policy.toString());
            assertThat(report.csv()).contains("," + policy + ",5,");
            assertThat(report.json()).contains("\"policy\" : \"" + policy + "\"");
            assertThat(svg).contains(">" + policy + "<");
        }
        assertThat(svg).contains("a&lt;b&gt;\"&amp;");
        assertThat(report.csv()).contains("\"a<b>\"\"&\"");
        assertThat(report.json()).contains("a<b>\\\"&");
    }

    /// A part after which nothing comes again: what is found is found in its own part only, and not
    /// among the first requests.
    @Test
    void sequence_countsEachTraceByItself_afterFiveRequestsForEachEntry() {
        Trace loop = Traces.loop(10, 1_000);
        var replay = new SequenceReplay(List.of(loop, loop), EvictionGoal.HITS);
        var parts = replay.run(List.of(20L), List.of(PolicyKind.LRU), _ -> {});
        assertThat(parts)
                .extracting(SequenceReplay.Part::part, part -> part.tally().requests())
                .containsExactly(tuple(0, 900L), tuple(1, 900L));
        assertThat(parts).allSatisfy(part -> assertThat(part.tally().hitRate()).isEqualTo(100));
    }

    @Test
    void sequence_report_leavesOutRatesOfTracesThatAreTooShort() {
        var replay =
                new SequenceReplay(
                        List.of(Traces.loop(10, 1_000), Traces.loop(10, 50)), EvictionGoal.HITS);
        var parts = replay.run(List.of(10L), List.of(PolicyKind.LRU, PolicyKind.POOL), _ -> {});
        var report = new SequenceReport(replay, parts);
        assertThat(report.lines().getLast()).contains("2 made loop").endsWith(" ");
        assertThat(report.csv()).contains("2,\"made loop\",lru,10,0,,,");
        assertThat(report.json()).contains("\"hitRatePercent\" : null");
    }

    @Test
    void sequence_hasNoOptimum() {
        var replay = new SequenceReplay(List.of(Traces.loop(10, 100)), EvictionGoal.HITS);
        assertThatThrownBy(() -> replay.run(List.of(1L), List.of(PolicyKind.OPTIMUM), _ -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no optimum");
    }

    private static Tally run(Trace trace, long capacity, PolicyKind policy) {
        return new Replay(trace, EvictionGoal.COST).run(capacity, policy, _ -> {});
    }
}
