package dev.isobar.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isobar.broker.ResourceRefusedException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SingleFlightTest {

    private final PoolFixture f = new PoolFixture(100);

    @Test
    void acquire_concurrently_loadsOnceForAll() throws Exception {
        var started = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var loads = new AtomicInteger();
        Loader<String, Block> loader =
                key -> {
                    loads.incrementAndGet();
                    started.countDown();
                    release.await();
                    return new Block(key, 42);
                };
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Lease<Block>>> leases = new ArrayList<>();
            leases.add(callers.submit(() -> f.pool.acquire("a", loader)));
            started.await();
            leases.add(callers.submit(() -> f.pool.acquire("a", loader)));
            leases.add(callers.submit(() -> f.pool.acquire("a", loader)));
            while (f.pool.stats().sharedLoads() < 2) {
                Thread.onSpinWait();
            }
            release.countDown();
            for (var lease : leases) {
                assertThat(lease.get().bytes()).isEqualTo(42);
            }
            assertThat(loads).hasValue(1);
            assertThat(f.pool.snapshot().getFirst().pins()).isEqualTo(3);
            for (var lease : leases) {
                lease.get().close();
            }
        }
        assertThat(f.pool.stats().misses()).as("one miss, not three").isEqualTo(1);
        f.assertBalanced();
    }

    @Test
    void load_fails_isNotRememberedAndTheCauseArrives() throws Exception {
        assertThatThrownBy(() ->
                        f.pool.acquire(
                                "a",
                                _ -> {
                                    throw new IOException("disk on fire");
                                }))
                .isInstanceOf(LoadFailedException.class)
                .hasMessageContaining("pool blocks")
                .hasMessageContaining("loading a")
                .hasRootCauseMessage("disk on fire");
        assertThat(f.pool.usedBytes()).isZero();
        assertThat(f.pool.stats().inFlightLoads()).isZero();
        f.pool.acquire("a", key -> new Block(key, 1)).close();
        assertThat(f.pool.stats().loadFailures()).isEqualTo(1);
    }

    @SuppressWarnings("NullAway")
    @Test
    void load_returnsNull_fails() {
        assertThatThrownBy(() -> f.pool.acquire("a", _ -> null))
                .isInstanceOf(LoadFailedException.class);
        f.assertBalanced();
    }

    @Test
    void load_thatCannotBeSized_failsAndTheValueIsFreed() {
        Block odd = new Block("odd", -1);
        assertThatThrownBy(() -> f.pool.acquire("a", _ -> odd))
                .isInstanceOf(LoadFailedException.class)
                .hasRootCauseMessage("pool blocks: the sizer answered -1 bytes");
        assertThat(odd.freed()).isTrue();
        f.assertBalanced();
    }

    @Test
    void waiter_timesOut_theLoadGoesOn() throws Exception {
        var release = new CountDownLatch(1);
        assertThatThrownBy(() ->
                        f.pool.acquire(
                                "a",
                                key -> {
                                    release.await();
                                    return new Block(key, 10);
                                },
                                Duration.ofNanos(1)))
                .isInstanceOf(TimeoutException.class);
        try (var pending = ((Turn.Wait<Block>) f.pool.join("a", 0)).pending()) {
            release.countDown();
            pending.await().close();
        }
        assertThat(f.keys()).containsExactly("a");
        assertThat(f.pool.stats().pinnedCount()).isZero();
    }

    @Test
    void reservation_isMadeBeforeTheLoad() throws Exception {
        var pool = new PoolFixture(100, EvictionPriority.lru(), b -> b.estimate(_ -> 60));
        pool.put("old", 50);
        var usedDuringLoad = new ArrayList<Long>();
        pool.pool
                .acquire(
                        "new",
                        key -> {
                            usedDuringLoad.add(pool.pool.usedBytes());
                            return new Block(key, 40);
                        })
                .close();
        assertThat(usedDuringLoad).containsExactly(60L);
        assertThat(pool.evicted()).containsExactly("old");
        assertThat(pool.pool.usedBytes()).as("reconciled").isEqualTo(40);
        pool.assertBalanced();
    }

    @Test
    void reservation_refused_runsNoLoaderAndEvictsNothing() {
        var pool = new PoolFixture(100, EvictionPriority.lru(), b -> b.estimate(_ -> 60));
        pool.put("idle", 30);
        pool.put("pinned", 50);
        Lease<Block> lease = pool.lease("pinned");
        assertThatThrownBy(() ->
                        pool.pool.acquire(
                                "new",
                                _ -> {
                                    throw new AssertionError("must not be loaded");
                                }))
                .isInstanceOf(ResourceRefusedException.class)
                .hasMessageContaining("pool blocks: no 60 bytes")
                .hasMessageContaining("pinned=50");
        assertThat(pool.keys()).containsExactly("idle", "pinned");
        lease.close();
    }

    @Test
    void load_largerThanEstimated_makesMoreRoomOrIsRefused() throws Exception {
        var pool = new PoolFixture(100, EvictionPriority.lru(), b -> b.estimate(_ -> 10));
        pool.put("idle", 30);
        pool.put("pinned", 50);
        Lease<Block> lease = pool.lease("pinned");
        pool.pool.acquire("fits", key -> new Block(key, 50)).close();
        assertThat(pool.evicted()).containsExactly("idle");
        Block tooLarge = new Block("tooLarge", 60);
        assertThatThrownBy(() -> pool.pool.acquire("tooLarge", _ -> tooLarge))
                .isInstanceOf(ResourceRefusedException.class);
        assertThat(tooLarge.freed()).isTrue();
        lease.close();
        pool.assertBalanced();
    }

    @Test
    void invalidate_duringTheLoad_keepsTheStaleValueOut() throws Exception {
        var turn = (Turn.Lead<Block>) f.pool.join("a", 10);
        assertThat(f.pool.invalidate("a")).isFalse();
        Block stale = new Block("stale", 10);
        try (Lease<Block> lease = turn.ticket().publish(stale)) {
            assertThat(lease.value()).isSameAs(stale);
            assertThat(f.pool.acquire("a")).isEmpty();
        }
        assertThat(stale.freed()).isTrue();
        assertThat(f.pool.usedBytes()).isZero();
    }

    @Test
    void invalidate_duringTheLoad_theNewLoadIsLeftAlone() {
        var first = (Turn.Lead<Block>) f.pool.join("a", 10);
        f.pool.invalidate("a");
        var second = (Turn.Lead<Block>) f.pool.join("a", 10);
        first.ticket().publish(new Block("stale", 10)).close();
        assertThat(f.pool.join("a", 10)).as("joins the second").isInstanceOf(Turn.Wait.class);
        Block fresh = new Block("fresh", 10);
        second.ticket().publish(fresh).close();
        assertThat(f.lease("a").value()).isSameAs(fresh);
    }

    @Test
    void put_duringTheLoad_wins() {
        var turn = (Turn.Lead<Block>) f.pool.join("a", 10);
        Block put = f.put("a", 20);
        Block loaded = new Block("loaded", 10);
        try (Lease<Block> lease = turn.ticket().publish(loaded)) {
            assertThat(lease.value()).isSameAs(put);
        }
        assertThat(loaded.freed()).isTrue();
        assertThat(f.pool.usedBytes()).isEqualTo(20);
        f.assertBalanced();
    }

    @Test
    void ticket_usedUp_refusesAndTheValueStaysTheCallers() {
        var turn = (Turn.Lead<Block>) f.pool.join("a", 10);
        turn.ticket().close();
        turn.ticket().close();
        Block block = new Block("a", 10);
        assertThatThrownBy(() -> turn.ticket().publish(block))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("used up");
        assertThat(block.freed()).isFalse();
        assertThat(f.pool.usedBytes()).isZero();
        assertThat(f.pool.stats().inFlightLoads()).isZero();
    }

    @Test
    void loader_thatAsksForItsOwnKey_isToldSo() {
        assertThatThrownBy(() ->
                        f.pool.acquire(
                                "a",
                                _ -> {
                                    f.pool.acquire("a", k -> new Block(k, 1)).close();
                                    return new Block("a", 1);
                                }))
                .hasRootCauseInstanceOf(IllegalStateException.class)
                .hasRootCauseMessage("the loader of a waits for itself");
        f.assertBalanced();
    }

    @Test
    void loaders_thatWaitForEachOther_areToldSo() throws Exception {
        var both = new java.util.concurrent.CyclicBarrier(2);
        Loader<String, Block> crossed =
                key -> {
                    both.await();
                    String other = key.equals("a") ? "b" : "a";
                    f.pool.acquire(other, k -> new Block(k, 1)).close();
                    return new Block(key, 1);
                };
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var a = callers.submit(() -> f.pool.acquire("a", crossed));
            var b = callers.submit(() -> f.pool.acquire("b", crossed));
            for (var one : List.of(a, b)) {
                assertThatThrownBy(one::get)
                        .hasRootCauseInstanceOf(IllegalStateException.class)
                        .rootCause()
                        .hasMessageContaining("waits for itself");
            }
        }
        assertThat(f.pool.stats().inFlightLoads()).isZero();
        f.assertBalanced();
    }

    @Test
    void loader_mayLoadOtherKeys() throws Exception {
        f.pool.acquire(
                        "a",
                        key -> {
                            f.pool.acquire("b", k -> new Block(k, 1)).close();
                            return new Block(key, 1);
                        })
                .close();
        assertThat(f.keys()).containsExactly("a", "b");
    }

    @Test
    void close_duringTheLoad_wakesWaitersAndFreesWhatComes() throws Exception {
        var turn = (Turn.Lead<Block>) f.pool.join("a", 10);
        var waiting = (Turn.Wait<Block>) f.pool.join("a", 10);
        f.pool.close();
        assertThatThrownBy(waiting.pending()::await).isInstanceOf(PoolClosedException.class);
        Block late = new Block("late", 10);
        assertThatThrownBy(() -> turn.ticket().publish(late))
                .isInstanceOf(PoolClosedException.class);
        assertThat(late.freed()).isTrue();
        assertThat(f.pool.usedBytes()).isZero();
    }

    @Test
    void executor_refuses_isAFailedLoad() {
        var pool =
                new PoolFixture(
                        100,
                        EvictionPriority.lru(),
                        b ->
                                b.loadExecutor(_ -> {
                                    throw new java.util.concurrent.RejectedExecutionException(
                                            "shut down");
                                }));
        assertThatThrownBy(() -> pool.pool.acquire("a", k -> new Block(k, 1)))
                .isInstanceOf(LoadFailedException.class)
                .hasRootCauseMessage("shut down");
        pool.assertBalanced();
    }
}
