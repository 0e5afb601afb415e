package dev.isobar.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isobar.broker.ReclaimRequest;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class EvictionPriorityTest {

    @Test
    void lru_evictsTheOldestNotTheNewest() {
        var f = new PoolFixture(100);
        f.put("a", 30);
        f.put("b", 30);
        f.put("c", 30);
        f.put("d", 30);
        assertThat(f.evicted()).containsExactly("a");
    }

    @Test
    void lru_useMakesAnEntryYoung() {
        var f = new PoolFixture(100);
        f.put("a", 30);
        f.put("b", 30);
        f.put("c", 30);
        f.use("a");
        f.put("d", 30);
        f.use("c");
        f.put("e", 30);
        assertThat(f.evicted()).containsExactly("b", "a");
    }

    @Test
    void lru_sameInstant_evictsWhatCameFirst() {
        var f = new PoolFixture(100);
        for (String key : List.of("c", "a", "b")) {
            f.pool.put(key, new Block(key, 30));
        }
        f.pool.reclaim(ReclaimRequest.of(60));
        assertThat(f.evicted()).containsExactly("c", "a");
    }

    @Test
    void sizeWeightedLru_countsSizeAsAge() {
        var priority = EvictionPriority.<Block>sizeWeightedLru(Duration.ofMillis(1));
        var f = new PoolFixture(100 * 1024, priority, UnaryOperator.identity());
        f.put("old", 1024); // at 1 ms, looks 1 ms older
        f.put("large", 10 * 1024); // at 2 ms, looks 10 ms older
        f.put("young", 1024);
        f.pool.reclaim(ReclaimRequest.of(1));
        f.pool.reclaim(ReclaimRequest.of(1));
        assertThat(f.evicted()).containsExactly("large", "old");
    }

    @Test
    void costAware_keepsWhatIsDearPerByte() {
        var f = new PoolFixture(100, EvictionPriority.costAware(), UnaryOperator.identity());
        f.pool.put("cheap", new Block("cheap", 10), Duration.ofNanos(100));
        f.pool.put("dear", new Block("dear", 10), Duration.ofNanos(1_000));
        f.pool.put("dearButLarge", new Block("dearButLarge", 50), Duration.ofNanos(1_500));
        f.pool.reclaim(ReclaimRequest.of(60));
        assertThat(f.evicted()).containsExactly("cheap", "dearButLarge");
    }

    @Test
    void costAware_usesCount() {
        var f = new PoolFixture(100, EvictionPriority.costAware(), UnaryOperator.identity());
        f.pool.put("used", new Block("used", 10), Duration.ofNanos(100));
        f.pool.put("unused", new Block("unused", 10), Duration.ofNanos(150));
        f.use("used");
        f.pool.reclaim(ReclaimRequest.of(1));
        assertThat(f.evicted()).containsExactly("unused");
    }

    @Test
    void costAware_inflationAgesWhatWasOnceDear() {
        var f = new PoolFixture(20, EvictionPriority.costAware(), UnaryOperator.identity());
        f.pool.put("dear", new Block("dear", 10), Duration.ofNanos(45)); // 4.5 a byte
        for (int i = 0; i < 6; i++) {
            f.pool.put("c" + i, new Block("c" + i, 10), Duration.ofNanos(10)); // L + 1 a byte
        }
        // c0 to c3 go at 1, 2, 3, 4; then c4 stands at 5 and the dear one at 4.5
        assertThat(f.evicted()).containsExactly("c0", "c1", "c2", "c3", "dear");
    }

    @Test
    void keeping_isNeverEvicted_evenAsTheOldest() {
        Set<String> kept = new HashSet<>(Set.of("critical"));
        var priority = EvictionPriority.<Block>lru().keeping(block -> kept.contains(block.read()));
        var f = new PoolFixture(100, priority, UnaryOperator.identity());
        f.put("critical", 30);
        f.put("a", 30);
        f.put("b", 30);
        assertThat(f.pool.reclaim(ReclaimRequest.of(90)).freedBytes()).isEqualTo(60);
        assertThat(f.evicted()).containsExactly("a", "b");
        assertThat(f.offer("c", new Block("c", 80)).stored()).isFalse();
        assertThat(f.keys()).containsExactly("critical");
        kept.clear(); // it is asked again, so it can go now
        f.put("c", 80);
        assertThat(f.keys()).containsExactly("c");
    }

    @Test
    void keeping_manyKept_theOneThatMayGoIsFound() {
        Set<String> free = new HashSet<>();
        var priority = EvictionPriority.<Block>lru().keeping(block -> !free.contains(block.read()));
        var f = new PoolFixture(1_000, priority, UnaryOperator.identity());
        for (int i = 0; i < 200; i++) {
            f.put("k" + i, 5);
        }
        free.add("k150");
        for (int i = 0; i < 4; i++) {
            f.pool.reclaim(ReclaimRequest.of(5));
        }
        assertThat(f.evicted()).containsExactly("k150");
    }

    @Test
    void changingPriority_smallPool_evictsExactlyTheLeast() {
        // loses by the hour: what is small and idle long is worth least; changes with time
        EvictionPriority<Block> decaying =
                (entry, _) -> -entry.idleNanos() / (double) entry.bytes();
        var f = new PoolFixture(1_000, decaying, UnaryOperator.identity());
        f.put("a", 10);
        f.put("b", 1);
        f.put("c", 1);
        f.use("b");
        f.pool.reclaim(ReclaimRequest.of(1));
        assertThat(f.evicted()).containsExactly("c");
        f.clock.advance(Duration.ofMillis(20)); // now b, just used and small, is behind a
        f.pool.reclaim(ReclaimRequest.of(1));
        assertThat(f.evicted()).containsExactly("c", "b");
    }

    @Test
    void changingPriority_largePool_evictsAmongTheWorst() {
        EvictionPriority<Block> decaying = (entry, _) -> -entry.idleNanos();
        var f = new PoolFixture(10_000, decaying, UnaryOperator.identity());
        for (int i = 0; i < 1_000; i++) {
            f.put("%04d".formatted(i), 1);
        }
        f.pool.reclaim(ReclaimRequest.of(100));
        assertThat(f.evicted()).hasSize(100);
        double meanRank = f.evicted().stream().mapToInt(Integer::parseInt).average().orElseThrow();
        assertThat(meanRank).as("the worst tenth is around 50, chance is 500").isLessThan(150);
    }

    @Test
    void changingPriority_sampleAllPinned_stillFindsTheIdleOne() {
        EvictionPriority<Block> decaying = (entry, _) -> -entry.idleNanos();
        var f = new PoolFixture(10_000, decaying, UnaryOperator.identity());
        for (int i = 0; i < 500; i++) {
            f.put("k" + i, 1);
            if (i != 250) {
                f.lease("k" + i);
            }
        }
        assertThat(f.pool.reclaim(ReclaimRequest.of(1)).freedBytes()).isEqualTo(1);
        assertThat(f.evicted()).containsExactly("k250");
    }

    @Test
    void frequency_countsLookUpsBeforeTheEntryCameIn() {
        var seen = new java.util.HashMap<String, Integer>();
        EvictionPriority<Block> byFrequency =
                new EvictionPriority<>() {
                    @Override
                    public double loss(EntryView entry, Block block) {
                        seen.put(block.read(), entry.frequency());
                        return entry.frequency();
                    }

                    @Override
                    public boolean usesFrequency() {
                        return true;
                    }
                };
        var f = new PoolFixture(100, byFrequency, UnaryOperator.identity());
        f.pool.acquire("wanted");
        f.pool.acquire("wanted");
        f.put("wanted", 10);
        f.put("unwanted", 10);
        f.pool.reclaim(ReclaimRequest.of(1));
        assertThat(f.evicted()).containsExactly("unwanted");
        assertThat(seen).containsEntry("wanted", 2).containsEntry("unwanted", 0);
    }

    @Test
    void priority_throwsOrAnswersNaN_isJudgedByRecency() {
        EvictionPriority<Block> broken =
                (_, block) -> {
                    if (block.read().equals("bad")) {
                        throw new IllegalStateException("priority");
                    }
                    return Double.NaN;
                };
        var f = new PoolFixture(1_000, broken, UnaryOperator.identity());
        f.put("a", 10);
        f.put("bad", 10);
        f.put("c", 10);
        f.use("a");
        f.pool.reclaim(ReclaimRequest.of(11));
        assertThat(f.evicted()).containsExactly("bad", "c");
        assertThat(f.pool.stats().callbackFailures()).isPositive();
    }

    @Test
    void priority_thatCallsItselfSteadyAndIsNot_doesNotKeepTheEvictorForEver() {
        var rising = new java.util.concurrent.atomic.AtomicLong();
        EvictionPriority<Block> restless =
                new EvictionPriority<>() {
                    @Override
                    public double loss(EntryView entry, Block block) {
                        return rising.incrementAndGet();
                    }

                    @Override
                    public boolean steady() {
                        return true;
                    }
                };
        var f = new PoolFixture(1_000, restless, UnaryOperator.identity());
        for (int i = 0; i < 10; i++) {
            f.put("k" + i, 10);
        }
        assertThat(f.pool.reclaim(ReclaimRequest.of(30)).freedBytes()).isEqualTo(30);
        assertThat(rising.get()).as("judgements").isLessThan(10 + 3 * (2 * 10 + 64 + 2));
    }

    @Test
    void sizeWeightedLru_negativeAge_isRefused() {
        assertThatThrownBy(() -> EvictionPriority.sizeWeightedLru(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("agePerKibibyte");
    }
}
