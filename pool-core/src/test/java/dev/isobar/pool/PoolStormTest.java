package dev.isobar.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.ReclaimRequest;
import dev.isobar.broker.ResourceRefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Many threads at once on real clocks: no value is used after it was freed, none is freed twice, no
/// byte is lost.
@Timeout(120)
class PoolStormTest {

    private static final int READERS = 8;
    private static final int KEYS = 64;
    private static final long BYTES = 10;

    private final Queue<Block> made = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> misuses = new ConcurrentLinkedQueue<>();
    private final PagedResourcePool<Integer, Block> pool =
            new PagedResourcePool<>(
                    PoolConfig.<Integer, Block>builder("storm")
                            .limitBytes(KEYS * BYTES / 2)
                            .sizer(Block::bytes)
                            .estimate(_ -> BYTES)
                            .closer(this::free)
                            .build());

    @Test
    void readersWhileAnotherEvicts_readTheirOwnValues() throws Exception {
        storm(20_000);
    }

    @Tag("stress")
    @Test
    void readersWhileAnotherEvicts_readTheirOwnValues_forLong() throws Exception {
        storm(2_000_000);
    }

    @Test
    void thousandCallers_oneLoad_andTheNextCallerHits() throws Exception {
        var loads = new AtomicInteger();
        var go = new CountDownLatch(1);
        Loader<Integer, Block> loader =
                key -> {
                    loads.incrementAndGet();
                    return make(key);
                };
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                all.add(
                        callers.submit(() -> {
                            go.await();
                            try (var lease = pool.acquire(7, loader)) {
                                return lease.value().read();
                            }
                        }));
            }
            go.countDown();
            for (Future<?> one : all) {
                assertThat(one.get()).isEqualTo("7");
            }
        }
        pool.acquire(7, loader).close();
        assertThat(loads).hasValue(1);
        assertThat(pool.stats().misses()).isEqualTo(1);
        finish();
    }

    private void storm(int operations) throws Exception {
        long seed = System.nanoTime();
        var stop = new CountDownLatch(READERS);
        try (var threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                RandomGenerator random = random(seed + i);
                all.add(
                        threads.submit(() -> {
                            try {
                                read(operations, random);
                                return null;
                            } finally {
                                stop.countDown();
                            }
                        }));
            }
            all.add(threads.submit(() -> disturb(stop, random(seed - 1))));
            for (Future<?> one : all) {
                one.get();
            }
        } catch (Exception e) {
            throw new AssertionError("seed " + seed, e);
        }
        finish();
    }

    /// Half of the time a leased read, half a load; a few are kept open for a while.
    private Void read(int operations, RandomGenerator random) throws InterruptedException {
        var kept = new ArrayList<Lease<Block>>();
        for (int i = 0; i < operations; i++) {
            int key = random.nextInt(KEYS);
            try {
                Lease<Block> lease =
                        random.nextBoolean()
                                ? pool.acquire(key).orElse(null)
                                : pool.acquire(key, this::make);
                if (lease != null) {
                    assertThat(lease.value().read()).isEqualTo(String.valueOf(key));
                    kept.add(lease);
                }
            } catch (ResourceRefusedException e) {
                assertThat(e.refusal().message()).contains("pool storm");
            }
            if (kept.size() > 2) {
                Lease<Block> oldest = kept.removeFirst();
                oldest.value().read();
                oldest.close();
                oldest.close();
            }
        }
        kept.forEach(Lease::close);
        return null;
    }

    private Void disturb(CountDownLatch stop, RandomGenerator random) {
        while (stop.getCount() > 0) {
            int key = random.nextInt(KEYS);
            switch (random.nextInt(5)) {
                case 0 -> pool.reclaim(ReclaimRequest.of(BYTES * (1 + random.nextInt(8))));
                case 1 -> pool.invalidate(key);
                case 2 -> {
                    pool.limitBytes(BYTES * (READERS * 4L + random.nextInt(8)));
                    pool.limitBytes(KEYS * BYTES / 2);
                }
                case 3 -> {
                    Block block = make(key);
                    if (!pool.put(key, block, Duration.ofNanos(100)).stored()) {
                        block.free();
                    }
                }
                default -> assertThat(pool.usage().usedBytes()).isNotNegative();
            }
        }
        return null;
    }

    /// With everything let go, the parts are the whole; after close, nothing is charged, and every
    /// value was freed.
    private void finish() {
        assertThat(misuses).isEmpty();
        PoolStats stats = pool.stats();
        long entries = pool.snapshot().stream().mapToLong(EntrySnapshot::bytes).sum();
        assertThat(stats.usedBytes()).isEqualTo(entries);
        assertThat(stats.pinnedCount()).isZero();
        assertThat(stats.pinnedBytes()).isZero();
        assertThat(stats.usedBytes()).isLessThanOrEqualTo(stats.limitBytes());
        pool.close();
        assertThat(pool.usedBytes()).isZero();
        assertThat(made).allMatch(Block::freed);
    }

    private Block make(int key) {
        Block block = new Block(String.valueOf(key), BYTES);
        made.add(block);
        return block;
    }

    private void free(Block block) {
        try {
            block.free();
        } catch (AssertionError e) {
            misuses.add(e);
        }
    }

    private static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }
}
