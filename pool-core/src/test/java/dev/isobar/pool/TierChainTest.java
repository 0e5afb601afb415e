package dev.isobar.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isobar.broker.PressureSignal;
import dev.isobar.broker.PressureTier;
import dev.isobar.broker.ReclaimRequest;
import dev.isobar.broker.Resource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What goes down and comes up between a pool and the tiers below it.
class TierChainTest {

    private static final long BYTES = 100;

    /// A tier that keeps what it is offered, by size only.
    private static final class ShelfTier implements Tier<String, Block> {
        private final Map<String, Long> kept = new HashMap<>();
        private final AtomicInteger fetches = new AtomicInteger();
        private boolean open = true;

        @Override
        public String name() {
            return "shelf";
        }

        @Override
        public synchronized boolean holds(String key) {
            return kept.containsKey(key);
        }

        @Override
        public synchronized boolean offer(String key, Block value) {
            assertThat(value.freed()).as("what is offered can still be read").isFalse();
            if (open) {
                kept.put(key, value.bytes());
            }
            return open;
        }

        @Override
        public synchronized @Nullable Block fetch(String key) {
            fetches.incrementAndGet();
            Long bytes = kept.get(key);
            return bytes == null ? null : new Block(key, bytes);
        }

        @Override
        public synchronized void forget(String key) {
            kept.remove(key);
        }
    }

    private final ShelfTier shelf = new ShelfTier();
    private final AtomicReference<PressureTier> pressure =
            new AtomicReference<>(PressureTier.NORMAL);
    private final TierChain<String, Block> chain = new TierChain<>(List.of(shelf), pressure::get);
    private final PoolFixture f =
            new PoolFixture(3 * BYTES, EvictionPriority.lru(), builder -> builder.demotion(chain));
    private final List<String> loads = new ArrayList<>();

    private Lease<Block> acquire(String key) throws InterruptedException {
        f.tick();
        return f.pool.acquire(
                key,
                chain.over(each -> {
                    loads.add(each);
                    return new Block(each, BYTES);
                }));
    }

    @Test
    void loaded_isCopiedDownAtOnce_soThatTheVictimIsClean() throws InterruptedException {
        for (String key : List.of("a", "b", "c", "d")) {
            acquire(key).close();
        }

        assertThat(shelf.kept).containsOnlyKeys("a", "b", "c", "d");
        assertThat(f.evicted()).containsExactly("a");
        assertThat(chain.stats()).isEqualTo(new TierChain.Stats(0, 4, 1, 0, 0));
    }

    @Test
    void miss_isPromoted_andNotLoadedAgain() throws InterruptedException {
        for (String key : List.of("a", "b", "c", "d", "a")) {
            acquire(key).close();
        }

        assertThat(loads).containsExactly("a", "b", "c", "d");
        assertThat(chain.stats().promoted()).isEqualTo(1);
        assertThat(f.pool.contains("a")).isTrue();
    }

    @Test
    void underPressure_loadedIsNotCopied_andDemotedOnlyWhenItLeaves() throws InterruptedException {
        pressure.set(PressureTier.HIGH);
        for (String key : List.of("a", "b", "c")) {
            acquire(key).close();
        }
        assertThat(shelf.kept).isEmpty();

        acquire("d").close();

        assertThat(shelf.kept).containsOnlyKeys("a");
        assertThat(chain.stats()).isEqualTo(new TierChain.Stats(0, 4, 0, 1, 0));
    }

    @Test
    void atCritical_drops() {
        f.put("a", BYTES);
        f.put("b", BYTES);
        var request =
                new ReclaimRequest(
                        1, PressureTier.CRITICAL, Duration.ofSeconds(1), f.clock, _ -> {});

        f.pool.reclaim(request);
        pressure.set(PressureTier.CRITICAL);
        f.pool.reclaim(ReclaimRequest.of(1));

        assertThat(shelf.kept).isEmpty();
        assertThat(chain.stats()).isEqualTo(new TierChain.Stats(0, 0, 0, 0, 2));
        assertThat(f.pool.usedBytes()).isZero();
        assertThat(f.removals)
                .containsExactly(
                        new PoolFixture.Removal("a", RemovalCause.EMERGENCY),
                        new PoolFixture.Removal("b", RemovalCause.RECLAIM));
    }

    @Test
    void reclaimAndLimit_demote_otherRemovalsDoNot() {
        f.put("a", BYTES);
        f.put("b", BYTES);
        f.put("c", BYTES);
        f.pool.reclaim(ReclaimRequest.of(1));
        f.pool.limitBytes(BYTES);
        f.pool.invalidate("c");
        f.put("d", BYTES);
        f.pool.close();

        assertThat(shelf.kept).containsOnlyKeys("a", "b");
    }

    @Test
    void tierThatTakesNothing_countsAsDropped() {
        shelf.open = false;
        f.put("a", BYTES);
        f.pool.reclaim(ReclaimRequest.of(1));

        assertThat(chain.stats()).isEqualTo(new TierChain.Stats(0, 0, 0, 0, 1));
    }

    @Test
    void tierThatThrows_stopsNeitherEvictionNorAccounts() {
        var broken =
                new PoolFixture(
                        3 * BYTES,
                        EvictionPriority.lru(),
                        builder ->
                                builder.demotion((_, _, _) -> {
                                    throw new IllegalStateException("broken");
                                }));
        Block block = broken.put("a", BYTES);

        assertThat(broken.pool.reclaim(ReclaimRequest.of(1)).freedBytes()).isEqualTo(BYTES);
        assertThat(block.freed()).isTrue();
        assertThat(broken.pool.usedBytes()).isZero();
        assertThat(broken.pool.stats().callbackFailures()).isEqualTo(1);
    }

    @Test
    void manyAskForOne_promotedOnce() throws Exception {
        shelf.kept.put("a", BYTES);
        var start = new CountDownLatch(1);
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            tasks.add(() -> {
                start.await();
                try (Lease<Block> lease = acquire("a")) {
                    return !lease.value().freed();
                }
            });
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = tasks.stream().map(threads::submit).toList();
            start.countDown();
            for (var each : all) {
                assertThat(each.get()).isTrue();
            }
        }

        assertThat(shelf.fetches).hasValue(1);
        assertThat(loads).isEmpty();
    }

    @Test
    void loaderThatFails_leavesNothingBelow() {
        Loader<String, Block> failing =
                chain.over(_ -> {
                    throw new IllegalStateException("no");
                });

        assertThatThrownBy(() -> f.pool.acquire("a", failing))
                .isInstanceOf(LoadFailedException.class);
        assertThat(shelf.kept).isEmpty();
        assertThat(chain.stats().loaded()).isZero();
    }

    @Test
    void forget_reachesAllTiers() throws InterruptedException {
        acquire("a").close();
        f.pool.invalidate("a", () -> chain.forget("a"));
        acquire("a").close();

        assertThat(loads).containsExactly("a", "a");
    }

    /// Device, host, shelf: what leaves the device goes to the host, what leaves the host to the shelf;
    /// and back.
    @Test
    void threeTiers_downAndUp() throws InterruptedException {
        PoolFixture host = f;
        var copies =
                new PoolTier.Codec<Block, Block>(
                        Block::bytes,
                        block -> new Block("host " + block.read(), block.bytes()),
                        block -> new Block("device " + block.read(), block.bytes()));
        var below = new PoolTier<>(host.pool, chain, copies);
        var deviceChain = new TierChain<>(List.of(below), () -> PressureTier.HIGH);
        var device = new PoolFixture(BYTES, EvictionPriority.lru(), b -> b.demotion(deviceChain));
        Loader<String, Block> loader = deviceChain.over(each -> new Block(each, BYTES));

        for (String key : List.of("a", "b", "c", "d", "e")) {
            device.pool.acquire(key, loader).close();
        }
        // The host has room for three, and makes none for what comes from above.
        assertThat(host.keys()).containsExactly("a", "b", "c");
        assertThat(deviceChain.stats()).isEqualTo(new TierChain.Stats(0, 5, 0, 3, 1));

        host.pool.reclaim(ReclaimRequest.of(1));
        assertThat(shelf.kept).containsOnlyKeys("a");
        try (Lease<Block> lease = device.pool.acquire("a", loader)) {
            assertThat(lease.value().read()).isEqualTo("device a");
        }
        assertThat(host.pool.contains("a")).isTrue();
        assertThat(deviceChain.stats().promoted()).isEqualTo(1);

        device.pool.close();
        host.pool.close();
        assertThat(device.pool.usedBytes()).isZero();
        assertThat(host.pool.usedBytes()).isZero();
    }

    @Test
    void sampledTier_looksNowAndThen() {
        var level = new AtomicReference<>(0.1);
        var clock = new FakeClock();
        var tier = new SampledTier(signal(level), Duration.ofSeconds(1), clock);

        level.set(0.99);
        assertThat(tier.get()).isEqualTo(PressureTier.NORMAL);
        clock.advance(Duration.ofSeconds(1));
        assertThat(tier.get()).isEqualTo(PressureTier.CRITICAL);
        level.set(Double.NaN);
        clock.advance(Duration.ofSeconds(1));
        assertThat(tier.get()).isEqualTo(PressureTier.NORMAL);
    }

    private static PressureSignal signal(AtomicReference<Double> level) {
        return new PressureSignal() {
            @Override
            public String name() {
                return "level";
            }

            @Override
            public Resource resource() {
                return Resource.HOST;
            }

            @Override
            public double pressure() {
                return level.get();
            }
        };
    }
}
