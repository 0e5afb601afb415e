package dev.isobar.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SlimEntryTest {

    private final SlimEntry<String, String> entry = entry(0);

    @Test
    void touch_few_countsEach() {
        for (int use = 1; use <= SlimEntry.MAX_USES; use++) {
            assertThat(entry.touch(7, use)).isEqualTo(1);
            assertThat(entry.usesSincePlaced()).isEqualTo(use);
            assertThat(entry.hits()).isEqualTo(use);
        }
        assertThat(entry.era()).isEqualTo(7);
    }

    @Test
    void touch_many_notesOneInSixteenForAll() {
        int noted = 0;
        for (int use = 1; use <= 10_000; use++) {
            noted += entry.touch(7, use);
        }
        assertThat(noted).isEqualTo((int) entry.hits());
        assertThat(entry.hits()).isCloseTo(10_000, within(32L));
        assertThat(entry.usesSincePlaced()).isEqualTo(SlimEntry.MAX_USES);
    }

    @Test
    void touch_forEver_saturates() {
        for (int use = 0; use < 300_000_000; use += SlimEntry.NOTED) {
            entry.touch(7, use);
        }
        assertThat(entry.hits()).isPositive().isGreaterThan(100_000_000);
        assertThat(entry.usesSincePlaced()).isEqualTo(SlimEntry.MAX_USES);
    }

    @Test
    void countFrom_beginsAnew_andKeepsTheHits() {
        for (int use = 1; use <= 9; use++) {
            entry.touch(7, use);
        }
        entry.countFrom(2);
        assertThat(entry.usesSincePlaced()).isEqualTo(2);
        assertThat(entry.hits()).isEqualTo(9);
    }

    @Test
    void before_comparesAcrossTheWrap() {
        SlimEntry<String, String> low = entry((1L << 31) - 5);
        SlimEntry<String, String> high = entry((1L << 31) + 5);
        assertThat(low.before(high)).isTrue();
        assertThat(high.before(low)).isFalse();
        assertThat(low.hasRisenTo((1L << 31) + 5)).isTrue();
        assertThat(high.hasRisenTo((1L << 31) - 5)).isFalse();
        assertThat(low.hasRisenTo(Double.NEGATIVE_INFINITY)).isFalse();
    }

    @Test
    void rescale_keepsTheOrder() {
        long inflation = (1L << 32) - 3;
        SlimEntry<String, String> low = entry(inflation - 100);
        SlimEntry<String, String> high = entry(inflation + 1_000);
        low.rescale(inflation, 4);
        high.rescale(inflation, 4);
        assertThat(high.ticks() - low.ticks()).isEqualTo(4_400);
        assertThat(low.before(high)).isTrue();
    }

    @Test
    void large_knowsItsBytes() {
        var large = new LargeEntry<>("key", "value", 1L << 40, 5, 0, 0, 0);
        assertThat(large.bytes()).isEqualTo(1L << 40);
        assertThat(large.loadCostNanos()).isEqualTo(5);
    }

    @Test
    void largeEntries_arePooledToTheByte() {
        long bytes = (1L << 33) + 1;
        try (var pool =
                new ValuePool<>(
                        PoolConfig.<String, Long>builder("large")
                                .limitBytes(3 * bytes)
                                .sizer(value -> value)
                                .build())) {
            for (int i = 0; i < 10; i++) {
                pool.put("k" + i, bytes);
            }
            assertThat(pool.usedBytes()).isEqualTo(3 * bytes);
            assertThat(pool.stats().evictions()).isEqualTo(7);
        }
    }

    @Test
    void eras_rememberTheLastOnes() {
        var eras = new Eras(new Present(), () -> 42);
        eras.evicted(10, 0);
        int then = eras.now();
        assertThat(eras.inflation(then)).isEqualTo(10);
        for (int i = 0; i < 1_023; i++) {
            eras.evicted(11 + i, 0);
        }
        assertThat(eras.remembers(then)).isTrue();
        assertThat(eras.inflation(then)).isEqualTo(10);
        eras.evicted(5_000, 0);
        assertThat(eras.remembers(then)).isFalse();
        assertThat(eras.inflation(then)).as("of the oldest remembered").isEqualTo(11);
        assertThat(eras.startNanos(eras.now())).isEqualTo(42);
    }

    @Test
    void eras_unprovenVictims_sayNothing() {
        var eras = new Eras(new Present(), () -> 0);
        eras.passed(100, 64);
        assertThat(eras.inflation()).isZero();
        assertThat(eras.now()).isEqualTo(1);
    }

    @Test
    void eras_aTick_followsWhatIsTypical() {
        var eras = new Eras(new Present(), () -> 0);
        assertThat(eras.seen(1)).isNotEqualTo(1.0);
        assertThat(eras.ticks(1)).isEqualTo(1 << 14);
        assertThat(eras.seen(1.5)).isEqualTo(1.0);
        double factor = 1;
        for (int i = 0; i < 10_000; i++) {
            factor *= eras.seen(1024);
        }
        assertThat(factor).isBetween(1 / 1024.0, 1 / 512.0);
        assertThat(eras.ticks(1e300)).isEqualTo(1 << 28);
    }

    @Test
    void counter_severalThreads_losesNothing() throws Exception {
        var counter = new StripedCounter();
        try (var threads = Executors.newFixedThreadPool(100)) {
            for (int t = 0; t < 200; t++) {
                threads.execute(() -> {
                    for (int i = 0; i < 1_000; i++) {
                        counter.increment();
                    }
                });
            }
            threads.shutdown();
            assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        }
        assertThat(counter.sum()).isEqualTo(200_000);
        counter.reset();
        assertThat(counter.sum()).isZero();
        counter.increment();
        assertThat(counter.sum()).isEqualTo(1);
    }

    private static SlimEntry<String, String> entry(long ticks) {
        return new SlimEntry<>("key", "value", 10, 0, 0, ticks, 0);
    }
}
