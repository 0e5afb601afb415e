package dev.isobar.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isobar.broker.ReclaimRequest;
import dev.isobar.broker.Resource;
import dev.isobar.broker.ResourceRefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/// Many threads in one pool. After each scenario the whole pool is looked at: nothing was read after
/// it was freed or freed twice, the parts are the whole, and nothing is charged in the end.
@Timeout(60)
class PoolConcurrencyTest {

    private static final int READERS = 8;
    private static final int KEYS = 32;
    private static final long BLOCK_BYTES = 10;

    private final long seed = Long.getLong("isobar.seed", System.nanoTime());

    /// What the values take that have been made and not freed yet, and the most it ever was.
    private final AtomicLong liveBytes = new AtomicLong();

    private final AtomicLong mostLiveBytes = new AtomicLong();

    @BeforeEach
    void noteSeed(TestInfo test, TestReporter reporter) {
        reporter.publishEntry(test.getDisplayName() + " -Disobar.seed", String.valueOf(seed));
    }

    @Test
    void readers_whileOthersEvictAndInvalidate_neverReadAFreedValue() throws Exception {
        readWhileOthersDisturb(5_000);
    }

    @Test
    @Tag("stress")
    @Timeout(300)
    void readers_forLong_whileOthersEvictAndInvalidate_neverReadAFreedValue() throws Exception {
        readWhileOthersDisturb(500_000);
    }

    @Test
    void valuePool_whileOthersEvictAndInvalidate_givesTheKeysOwnValues() throws Exception {
        try (var pool =
                        new ValuePool<Integer, Block>(
                                PoolConfig.<Integer, Block>builder("values")
                                        .limitBytes(KEYS / 2 * BLOCK_BYTES)
                                        .sizer(Block::bytes)
                                        .priority(EvictionPriority.lru())
                                        .build());
                var threads = Executors.newFixedThreadPool(READERS + 1)) {
            Loader<Integer, Block> loader = key -> new Block(String.valueOf(key), BLOCK_BYTES);
            var work = new ArrayList<Callable<Void>>();
            for (int reader = 0; reader < READERS; reader++) {
                var random = new Random(seed + reader);
                work.add(() -> {
                    for (int i = 0; i < 5_000; i++) {
                        int key = random.nextInt(KEYS);
                        Block block = i % 8 == 0 ? getOrNull(pool, key, loader) : pool.get(key);
                        if (block != null) {
                            assertThat(block.read()).isEqualTo(String.valueOf(key));
                        }
                    }
                    return null;
                });
            }
            runWhileDisturbing(pool, threads, work);
            assertBalanced(pool);
            pool.close();
            assertThat(pool.usedBytes()).isZero();
        }
    }

    @Test
    void acquire_byAThousandCallers_loadsOnce_andTheNextCallDoesNotLoadAgain() throws Exception {
        int callers = 1_000;
        var pool = pool(100);
        var release = new CountDownLatch(1);
        var loads = new AtomicInteger();
        var reloads = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> all = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                all.add(
                        threads.submit(() -> {
                            pool.acquire(
                                            1,
                                            key -> {
                                                loads.incrementAndGet();
                                                release.await();
                                                return make(key);
                                            })
                                    .close();
                            pool.acquire(
                                            1,
                                            key -> {
                                                reloads.incrementAndGet();
                                                return make(key);
                                            })
                                    .close();
                            return null;
                        }));
            }
            Awaitility.await().until(() -> pool.stats().sharedLoads() == callers - 1);
            release.countDown();
            getAll(all);
        }
        assertThat(loads).hasValue(1);
        assertThat(reloads).as("loads after the value was published").hasValue(0);
        assertThat(pool.stats().hits()).isEqualTo(callers);
        closeAndCheck(pool);
    }

    @Test
    void waiters_thatTimeOut_areInterruptedOrGiveUp_disturbNobody() throws Exception {
        var pool = pool(100);
        var started = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        Loader<Integer, Block> slow =
                key -> {
                    started.countDown();
                    release.await();
                    return make(key);
                };
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> pool.acquire(1, slow));
            started.await();
            List<Future<Lease<Block>>> patient = new ArrayList<>();
            List<Future<Lease<Block>>> hasty = new ArrayList<>();
            List<Future<Lease<Block>>> interrupted = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                patient.add(threads.submit(() -> pool.acquire(1, slow)));
                hasty.add(threads.submit(() -> pool.acquire(1, slow, Duration.ofMillis(1))));
                interrupted.add(threads.submit(() -> pool.acquire(1, slow)));
                threads.submit(() -> {
                    if (pool.join(1, 10) instanceof Turn.Wait<Block>(var pending)) {
                        pending.close();
                        pending.close();
                    }
                });
            }
            for (var future : hasty) {
                assertThatThrownBy(future::get).hasCauseInstanceOf(TimeoutException.class);
            }
            Awaitility.await().until(() -> pool.stats().sharedLoads() == 80);
            interrupted.forEach(future -> future.cancel(true));
            release.countDown();
            first.get().close();
            for (var future : patient) {
                try (var lease = future.get()) {
                    assertThat(lease.value().read()).isEqualTo("1");
                }
            }
        }
        assertThat(pool.stats().pinnedCount()).isZero();
        assertThat(pool.stats().loads()).isEqualTo(1);
        closeAndCheck(pool);
    }

    @Test
    void loader_throwsAnError_allWaitersGetItAndTheNextCallLoads() throws Exception {
        var pool = pool(100);
        var release = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Lease<Block>>> waiting = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                waiting.add(
                        threads.submit(() ->
                                pool.acquire(
                                        1,
                                        _ -> {
                                            release.await();
                                            throw new StackOverflowError("too deep");
                                        })));
            }
            Awaitility.await().until(() -> pool.stats().sharedLoads() == 19);
            release.countDown();
            for (var future : waiting) {
                assertThatThrownBy(future::get)
                        .hasCauseInstanceOf(LoadFailedException.class)
                        .hasRootCauseInstanceOf(StackOverflowError.class);
            }
        }
        assertThat(pool.stats().inFlightLoads()).isZero();
        assertThat(pool.usedBytes()).isZero();
        pool.acquire(1, this::make).close();
        closeAndCheck(pool);
    }

    @Test
    void close_whileLoadsAreInFlight_wakesAllWaitersAndFreesWhatComes() throws Exception {
        var pool = pool(1_000);
        var release = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Lease<Block>>> waiting = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                int key = i % 50;
                waiting.add(
                        threads.submit(() ->
                                pool.acquire(
                                        key,
                                        k -> {
                                            release.await();
                                            return make(k);
                                        })));
            }
            Awaitility.await().until(() -> pool.stats().sharedLoads() == 50);
            pool.close();
            for (var future : waiting) {
                assertThatThrownBy(future::get).hasCauseInstanceOf(PoolClosedException.class);
            }
            release.countDown();
        }
        Awaitility.await().until(() -> pool.stats().inFlightLoads() == 0);
        closeAndCheck(pool);
    }

    @Test
    void close_inTheMiddleOfEverything_leavesNothingBehind() throws Exception {
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (int round = 0; round < 300; round++) {
                var pool = pool(40);
                var random = new Random(seed + round);
                var start = new CyclicBarrier(4);
                var work = new ArrayList<Callable<Void>>();
                for (int i = 0; i < 3; i++) {
                    var own = new Random(random.nextLong());
                    work.add(() -> {
                        start.await();
                        step(pool, own, 3, 6);
                        return null;
                    });
                }
                work.add(() -> {
                    start.await();
                    pool.close();
                    return null;
                });
                runAll(threads, work);
                closeAndCheck(pool);
            }
        }
    }

    @Test
    void loads_ofMoreThanFits_neverTakeMoreThanTheLimit() throws Exception {
        long limitBytes = 5 * BLOCK_BYTES;
        var pool = pool(limitBytes);
        var refused = new AtomicInteger();
        try (var threads = Executors.newFixedThreadPool(READERS)) {
            var work = new ArrayList<Callable<Void>>();
            for (int i = 0; i < READERS; i++) {
                var random = new Random(seed + i);
                work.add(() -> {
                    for (int n = 0; n < 1_000; n++) {
                        try (var lease = pool.acquire(random.nextInt(KEYS), this::make)) {
                            lease.value().read();
                        } catch (ResourceRefusedException _) {
                            refused.incrementAndGet();
                        }
                    }
                    return null;
                });
            }
            runAll(threads, work);
        }
        assertThat(mostLiveBytes.get()).as("memory ever in use").isLessThanOrEqualTo(limitBytes);
        assertThat(pool.usedBytes()).isLessThanOrEqualTo(limitBytes);
        assertThat(pool.stats().refusals()).isLessThanOrEqualTo(refused.get());
        assertBalanced(pool);
        pool.limitBytes(0);
        assertThat(pool.usedBytes()).as("lost by the victim order").isZero();
        closeAndCheck(pool);
    }

    @Test
    void oneKey_invalidatedPutAndLoadedAtOnce_balancesEachTime() throws Exception {
        raceOnOneKey(1_500);
    }

    @Test
    @Tag("stress")
    @Timeout(300)
    void oneKey_forLong_invalidatedPutAndLoadedAtOnce_balancesEachTime() throws Exception {
        raceOnOneKey(100_000);
    }

    private void readWhileOthersDisturb(int reads) throws Exception {
        var pool = pool(KEYS / 2 * BLOCK_BYTES);
        try (var threads = Executors.newFixedThreadPool(READERS + 1)) {
            var work = new ArrayList<Callable<Void>>();
            for (int reader = 0; reader < READERS; reader++) {
                var random = new Random(seed + reader);
                work.add(() -> {
                    for (int i = 0; i < reads; i++) {
                        readOne(pool, random.nextInt(KEYS), i % 8 == 0);
                    }
                    return null;
                });
            }
            runWhileDisturbing(pool, threads, work);
        }
        assertBalanced(pool);
        assertThat(pool.stats().pinnedCount()).isZero();
        pool.reclaim(ReclaimRequest.of(Long.MAX_VALUE));
        assertThat(pool.usedBytes()).as("lost by the victim order").isZero();
        closeAndCheck(pool);
    }

    private void readOne(PagedResourcePool<Integer, Block> pool, int key, boolean load)
            throws InterruptedException {
        try (var lease = load ? pool.acquire(key, this::make) : pool.acquire(key).orElse(null)) {
            if (lease != null) {
                assertThat(lease.value().read()).isEqualTo(String.valueOf(key));
                Thread.onSpinWait();
                assertThat(lease.value().read()).isEqualTo(String.valueOf(key));
            }
        } catch (ResourceRefusedException _) {
            // all the others were pinned, or the limit was down
        }
    }

    /// Runs the readers while one more thread evicts, replaces, drops and shrinks.
    private void runWhileDisturbing(
            PagedResourcePool<Integer, Block> pool,
            ExecutorService threads,
            List<Callable<Void>> readers)
            throws Exception {
        var over = new AtomicBoolean();
        long limitBytes = pool.limitBytes();
        var random = new Random(~seed);
        Future<?> disturber =
                threads.submit(() -> {
                    while (!over.get()) {
                        disturb(pool, random, limitBytes);
                    }
                });
        try {
            runAll(threads, readers);
        } finally {
            over.set(true);
        }
        disturber.get();
        pool.limitBytes(limitBytes);
    }

    private void disturb(PagedResourcePool<Integer, Block> pool, Random random, long limitBytes) {
        int key = random.nextInt(KEYS);
        switch (random.nextInt(20)) {
            case 0 -> pool.clear();
            case 1, 2 -> pool.limitBytes(random.nextLong(limitBytes + 1));
            case 3, 4 -> pool.limitBytes(limitBytes);
            case 5, 6, 7, 8 -> pool.reclaim(ReclaimRequest.of(1 + random.nextLong(limitBytes)));
            case 9, 10, 11, 12 -> pool.invalidate(key);
            default -> putOne(pool, key);
        }
    }

    private void raceOnOneKey(int rounds) throws Exception {
        var pool = pool(3 * BLOCK_BYTES);
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (int round = 0; round < rounds; round++) {
                var start = new CyclicBarrier(4);
                var work = new ArrayList<Callable<Void>>();
                for (int i = 0; i < 4; i++) {
                    var random = new Random(seed + 4L * round + i);
                    work.add(() -> {
                        start.await();
                        step(pool, random, 1, 4);
                        return null;
                    });
                }
                runAll(threads, work);
                Awaitility.await()
                        .pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> pool.stats().inFlightLoads() == 0);
                assertBalanced(pool);
                assertThat(pool.usedBytes()).isLessThanOrEqualTo(pool.limitBytes());
                assertThat(liveBytes.get()).isEqualTo(pool.usedBytes());
            }
        }
        closeAndCheck(pool);
    }

    /// Some random operations, until the pool is closed.
    private void step(PagedResourcePool<Integer, Block> pool, Random random, int keys, int steps)
            throws InterruptedException {
        try {
            for (int i = 0; i < steps; i++) {
                int key = random.nextInt(keys);
                switch (random.nextInt(7)) {
                    case 0 -> putOne(pool, key);
                    case 1 -> pool.invalidate(key);
                    case 2 -> pool.reclaim(ReclaimRequest.of(BLOCK_BYTES));
                    case 3, 4 -> readOne(pool, key, false);
                    default -> readOne(pool, key, true);
                }
            }
        } catch (PoolClosedException _) {
            // that is how it ends
        }
    }

    private void putOne(PagedResourcePool<Integer, Block> pool, int key) {
        Block block = make(key);
        boolean stored = false;
        try {
            stored = pool.put(key, block).stored();
        } finally {
            if (!stored) {
                free(block);
            }
        }
    }

    private PagedResourcePool<Integer, Block> pool(long limitBytes) {
        return new PagedResourcePool<>(
                PoolConfig.<Integer, Block>builder("blocks")
                        .resource(Resource.HOST)
                        .limitBytes(limitBytes)
                        .sizer(Block::bytes)
                        .estimate(_ -> BLOCK_BYTES)
                        .priority(EvictionPriority.lru())
                        .closer(this::free)
                        .leakDetection(LeakDetection.OFF)
                        .build());
    }

    private static Block getOrNull(
            ValuePool<Integer, Block> pool, int key, Loader<Integer, Block> loader)
            throws InterruptedException {
        try {
            return pool.get(key, loader);
        } catch (ResourceRefusedException _) {
            return null;
        }
    }

    private Block make(Integer key) {
        long live = liveBytes.addAndGet(BLOCK_BYTES);
        mostLiveBytes.accumulateAndGet(live, Math::max);
        return new Block(String.valueOf(key), BLOCK_BYTES);
    }

    private void free(Block block) {
        block.free();
        liveBytes.addAndGet(-block.bytes());
    }

    private static void runAll(ExecutorService threads, List<Callable<Void>> work)
            throws Exception {
        List<Future<Void>> all = new ArrayList<>();
        for (var task : work) {
            all.add(threads.submit(task));
        }
        getAll(all);
    }

    private static void getAll(List<Future<Void>> all)
            throws InterruptedException, ExecutionException {
        for (var future : all) {
            future.get();
        }
    }

    private static void assertBalanced(PagedResourcePool<Integer, Block> pool) {
        PoolStats stats = pool.stats();
        long entries = pool.snapshot().stream().mapToLong(EntrySnapshot::bytes).sum();
        assertThat(entries + stats.detachedBytes() + stats.reservedBytes())
                .as("entries + detached + reserved")
                .isEqualTo(stats.usedBytes() - stats.bypassedBytes());
        assertThat(stats.reservedBytes()).isZero();
        assertThat(stats.failedCloses()).as("values that could not be freed").isZero();
        assertThat(stats.callbackFailures()).isZero();
    }

    private void closeAndCheck(PagedResourcePool<Integer, Block> pool) {
        pool.close();
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> pool.stats().inFlightLoads() == 0 && liveBytes.get() == 0);
        assertThat(pool.usedBytes()).isZero();
        assertBalanced(pool);
        assertThat(pool.stats().pinnedBytes()).isZero();
    }
}
