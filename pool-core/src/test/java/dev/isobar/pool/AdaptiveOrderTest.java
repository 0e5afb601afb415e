package dev.isobar.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.ReclaimRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdaptiveOrderTest {

    @Test
    void builder_statesNoPriority_isAdaptive() {
        var config =
                PoolConfig.<String, Block>builder("p").limitBytes(1).sizer(Block::bytes).build();
        assertThat(config.priority()).isEqualTo(EvictionPriority.adaptive());
    }

    @Test
    void newcomer_alwaysComesIn() {
        var f = fixture(100);
        for (int i = 0; i < 500; i++) {
            f.put("k" + i, 1 + i % 60);
            assertThat(f.keys()).contains("k" + i);
        }
        assertThat(f.pool.usedBytes()).isLessThanOrEqualTo(100);
    }

    @Test
    void scan_doesNotPushOutWhatIsUsed() {
        var f = fixture(100);
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < 50; i++) {
                ask(f, "hot" + i, 1);
            }
        }
        for (int i = 0; i < 1_000; i++) {
            f.put("scan" + i, 1);
        }
        assertThat(f.keys().stream().filter(key -> key.startsWith("hot")).count())
                .isGreaterThan(40);
    }

    @Test
    void leased_isNeverEvicted_andGoesWhenItIsIdle() {
        var f = fixture(100);
        for (int i = 0; i < 10; i++) {
            f.put("leased" + i, 5);
        }
        var leases = new ArrayList<Lease<Block>>();
        for (int i = 0; i < 10; i++) {
            leases.add(f.pool.acquire("leased" + i).orElseThrow());
        }
        for (int i = 0; i < 300; i++) {
            f.put("k" + i, 5);
        }
        assertThat(f.keys()).contains("leased0", "leased9");
        assertThat(f.pool.reclaim(ReclaimRequest.of(100)).freedBytes()).isEqualTo(50);
        leases.forEach(Lease::close);
        assertThat(f.pool.reclaim(ReclaimRequest.of(100)).freedBytes()).isEqualTo(50);
        assertThat(f.pool.usedBytes()).isZero();
    }

    @Test
    void allLeased_putIsRefused_andNothingGoes() {
        var f = fixture(100);
        f.put("a", 60);
        f.put("b", 40);
        f.lease("a");
        f.lease("b");
        assertThat(f.offer("c", new Block("c", 10)).stored()).isFalse();
        assertThat(f.keys()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void keeping_isNeverEvicted_untilItMay() {
        Set<String> kept = new HashSet<>(Set.of("critical"));
        var priority =
                EvictionPriority.<Block>adaptive().keeping(block -> kept.contains(block.read()));
        var f = new PoolFixture(100, priority, UnaryOperator.identity());
        f.put("critical", 30);
        for (int i = 0; i < 200; i++) {
            f.put("k" + i, 7);
        }
        assertThat(f.keys()).contains("critical");
        f.pool.reclaim(ReclaimRequest.of(100));
        assertThat(f.keys()).containsExactly("critical");
        kept.clear();
        assertThat(f.pool.reclaim(ReclaimRequest.of(100)).freedBytes()).isEqualTo(30);
    }

    @Test
    void costGoal_keepsWhatIsDear() {
        var f = fixture(100);
        for (int round = 0; round < 30; round++) {
            for (int i = 0; i < 200; i++) {
                String key = "k" + i;
                long cost = i % 10 == 0 ? 1_000_000 : 1_000;
                var lease = f.pool.acquire(key);
                lease.ifPresent(Lease::close);
                if (lease.isEmpty()) {
                    f.pool.put(key, new Block(key, 1), Duration.ofNanos(cost));
                }
            }
        }
        long dear = f.keys().stream().filter(key -> key.endsWith("0")).count();
        assertThat(dear).as("of 20").isGreaterThanOrEqualTo(18);
    }

    @Test
    void invalidatedEntries_leaveNothingInTheWindow() {
        var f = fixture(1_000);
        for (int i = 0; i < 5_000; i++) {
            f.put("k" + i, 1);
            f.pool.invalidate("k" + i);
        }
        assertThat(f.pool.usedBytes()).isZero();
        f.put("a", 1_000);
        f.put("b", 1_000);
        assertThat(f.keys()).containsExactly("b");
    }

    @Test
    void limit_followsUpAndDown() {
        var f = fixture(1_000);
        for (int i = 0; i < 1_000; i++) {
            ask(f, "k" + i % 600, 1 + i % 7);
        }
        assertThat(f.pool.limitBytes(100).overBytes()).isZero();
        assertThat(f.pool.usedBytes()).isLessThanOrEqualTo(100);
        f.pool.limitBytes(2_000);
        for (int i = 0; i < 3_000; i++) {
            ask(f, "k" + i % 900, 3);
        }
        assertThat(f.pool.usedBytes()).isBetween(1_900L, 2_000L);
    }

    @ParameterizedTest
    @EnumSource
    void severalThreads_theLedgerHolds(EvictionGoal goal) throws Exception {
        try (var pool = pool(2_000, goal);
                var threads = Executors.newFixedThreadPool(4)) {
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                long seed = t;
                tasks.add(() -> hammer(pool, new Random(seed)));
            }
            for (var done : threads.invokeAll(tasks)) {
                done.get();
            }
            PoolStats stats = pool.stats();
            assertThat(stats.pinnedCount()).isZero();
            assertThat(stats.usedBytes()).isBetween(0L, 2_000L);
            long sum = pool.snapshot().stream().mapToLong(EntrySnapshot::bytes).sum();
            assertThat(sum).isEqualTo(stats.usedBytes());
            pool.reclaim(ReclaimRequest.of(10_000));
            assertThat(pool.usedBytes()).as("every entry is found").isZero();
            assertThat(pool.stats().entryCount()).isZero();
        }
    }

    private static Void hammer(ValuePool<Integer, Integer> pool, Random random) {
        var leases = new ArrayList<Lease<Integer>>();
        for (int i = 0; i < 30_000; i++) {
            int key = (int) Math.exp(random.nextDouble() * 7);
            switch (random.nextInt(20)) {
                case 0 -> pool.invalidate(key);
                case 1 -> pool.reclaim(ReclaimRequest.of(1 + random.nextInt(50)));
                case 2, 3 -> pool.acquire(key).ifPresent(leases::add);
                case 4 -> pool.put(key, 1 + key % 17);
                default -> {
                    if (pool.get(key) == null) {
                        pool.put(key, 1 + key % 17, Duration.ofNanos(1 + key % 5));
                    }
                }
            }
            if (leases.size() > 8) {
                leases.remove(random.nextInt(leases.size())).close();
            }
        }
        leases.forEach(Lease::close);
        return null;
    }

    private static ValuePool<Integer, Integer> pool(long limitBytes, EvictionGoal goal) {
        return new ValuePool<>(
                PoolConfig.<Integer, Integer>builder("shared")
                        .limitBytes(limitBytes)
                        .sizer(bytes -> bytes)
                        .priority(EvictionPriority.adaptive(goal))
                        .leakDetection(LeakDetection.OFF)
                        .build());
    }

    private static void ask(PoolFixture f, String key, long bytes) {
        var lease = f.pool.acquire(key);
        lease.ifPresent(Lease::close);
        if (lease.isEmpty()) {
            f.put(key, bytes);
        }
    }

    private static PoolFixture fixture(long limitBytes) {
        return new PoolFixture(limitBytes, EvictionPriority.adaptive(), UnaryOperator.identity());
    }
}
