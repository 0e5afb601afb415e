package dev.isobar.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.isobar.broker.PressureSource;
import dev.isobar.broker.ReclaimRequest;
import dev.isobar.broker.ReclaimResult;
import dev.isobar.broker.ReclaimResult.Outcome;
import dev.isobar.broker.Resource;
import dev.isobar.broker.ResourceRefusal.TierExhausted;
import dev.isobar.broker.Usage;
import dev.isobar.pool.PoolFixture.Removal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class PagedResourcePoolTest {

    @Test
    void acquire_isEmptyOnMissAndLeasesOnHit() {
        var f = new PoolFixture(100);
        assertThat(f.pool.acquire("a")).isEmpty();
        f.put("a", 10);
        try (Lease<Block> lease = f.lease("a")) {
            assertThat(lease.value().read()).isEqualTo("a");
            assertThat(lease.bytes()).isEqualTo(10);
        }
        assertThat(f.pool.stats().hits()).isEqualTo(1);
        assertThat(f.pool.stats().misses()).isEqualTo(1);
    }

    @Test
    void put_beyondTheLimit_staysWithinItAndEvictsTheOldest() {
        var f = new PoolFixture(100);
        for (String key : List.of("a", "b", "c", "d", "e")) {
            f.put(key, 30);
        }
        assertThat(f.pool.usedBytes()).isEqualTo(90);
        assertThat(f.evicted()).containsExactly("a", "b");
        f.assertBalanced();
    }

    @Test
    void put_withLowWater_emptiesToIt() {
        var f = new PoolFixture(100, EvictionPriority.lru(), b -> b.lowWater(0.75));
        f.put("a", 30);
        f.put("b", 30);
        f.put("c", 30);
        f.put("big", 50);
        assertThat(f.pool.usedBytes()).isLessThanOrEqualTo(75);
        assertThat(f.keys()).containsExactly("big");
    }

    @Test
    void put_aboveTheLowWaterMark_evictsOnlyWhatIsInItsWay() {
        var f = new PoolFixture(100, EvictionPriority.lru(), b -> b.lowWater(0.5));
        f.put("a", 20);
        f.put("b", 20);
        f.put("big", 70);
        assertThat(f.keys()).containsExactly("b", "big");
    }

    @Test
    void put_exactlyTheLimit_fits() {
        var f = new PoolFixture(100);
        f.put("all", 100);
        assertThat(f.pool.usage().pressure()).isEqualTo(1.0);
        f.put("next", 1);
        assertThat(f.keys()).containsExactly("next");
    }

    @Test
    void reclaim_freesAtLeastWhatWasAsked_andLeavesPinnedEntries() {
        var f = new PoolFixture(1_000);
        f.put("pinned", 50);
        f.put("old", 50);
        f.put("mid", 50);
        f.put("young", 50);
        Lease<Block> lease = f.lease("pinned");
        ReclaimResult result = f.pool.reclaim(ReclaimRequest.of(75));
        assertThat(result).isEqualTo(new ReclaimResult(100, 0, Outcome.RELEASED, ""));
        assertThat(f.evicted()).containsExactly("old", "mid");
        assertThat(f.pool.stats().evictions()).isEqualTo(2);
        assertThat(lease.value().read()).isEqualTo("pinned");
        lease.close();
    }

    @Test
    void reclaim_moreThanThereIs_isPartial() {
        var f = new PoolFixture(1_000);
        f.put("a", 50);
        f.put("b", 50);
        Lease<Block> lease = f.lease("b");
        ReclaimResult result = f.pool.reclaim(ReclaimRequest.of(500));
        assertThat(result.outcome()).isEqualTo(Outcome.PARTIAL);
        assertThat(result.freedBytes()).isEqualTo(50);
        lease.close();
        assertThat(f.pool.reclaim(ReclaimRequest.of(500)).freedBytes()).isEqualTo(50);
        assertThat(f.pool.reclaim(ReclaimRequest.of(500)).outcome()).isEqualTo(Outcome.REFUSED);
    }

    @Test
    void pool_isASource() {
        var f = new PoolFixture(100);
        PressureSource source = f.pool;
        assertThat(source.name()).isEqualTo("blocks");
        assertThat(source.resource()).isEqualTo(Resource.HOST);
        f.put("a", 25);
        f.put("b", 5);
        Lease<Block> lease = f.lease("b");
        assertThat(source.usage()).isEqualTo(new Usage(30, 100, 5, 25));
        assertThat(source.closed()).isFalse();
        lease.close();
        f.pool.close();
        assertThat(source.closed()).isTrue();
    }

    @Test
    void stats_pressureTracksOccupancy() {
        var f = new PoolFixture(100);
        f.put("a", 25);
        assertThat(f.pool.stats().pressure()).isEqualTo(0.25, within(1e-9));
    }

    @Test
    void lease_closed_unpinsOnce() {
        var f = new PoolFixture(100);
        f.put("a", 10);
        Lease<Block> one = f.lease("a");
        Lease<Block> two = f.lease("a");
        assertThat(f.pool.snapshot().getFirst().pins()).isEqualTo(2);
        one.close();
        one.close();
        assertThat(f.pool.snapshot().getFirst().pins()).isEqualTo(1);
        assertThat(f.pool.stats().pinnedCount()).isEqualTo(1);
        two.close();
        assertThat(f.pool.stats().pinnedCount()).isZero();
        assertThat(f.pool.stats().pinnedBytes()).isZero();
        assertThatThrownBy(one::value)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("lease on a is closed");
    }

    @Test
    void replace_leased_leavesTheOldLeaseOnTheOldValue() {
        var f = new PoolFixture(100);
        Block old = f.put("a", 10);
        Lease<Block> oldLease = f.lease("a");
        Block fresh = f.put("a", 20);
        assertThat(f.pool.usedBytes()).as("both are charged").isEqualTo(30);
        assertThat(f.pool.stats().detachedBytes()).isEqualTo(10);
        Lease<Block> newLease = f.lease("a");
        oldLease.close();
        oldLease.close();
        assertThat(old.freed()).isTrue();
        assertThat(f.pool.snapshot().getFirst().pins()).as("pins of the new one").isEqualTo(1);
        assertThat(newLease.value()).isSameAs(fresh);
        assertThat(f.pool.usedBytes()).isEqualTo(20);
        newLease.close();
        f.assertBalanced();
    }

    @Test
    void replace_inAFullPool_evictsTheOldValueAndNobodyElse() {
        var f = new PoolFixture(100);
        f.put("other", 50);
        Block old = f.put("a", 50);
        f.put("a", 50);
        assertThat(f.keys()).containsExactly("a", "other");
        assertThat(old.freed()).isTrue();
        assertThat(f.removals).containsExactly(new Removal("a", RemovalCause.REPLACED));
        assertThat(f.pool.stats().evictions()).isZero();
        f.assertBalanced();
    }

    @Test
    void replace_refused_leavesTheOldValue() {
        var f = new PoolFixture(100);
        f.put("pinned", 60);
        Lease<Block> lease = f.lease("pinned");
        Block old = f.put("a", 30);
        PutResult result = f.offer("a", new Block("a2", 50));
        assertThat(result.stored()).isFalse();
        assertThat(old.freed()).isFalse();
        assertThat(f.keys()).containsExactly("a", "pinned");
        assertThat(f.removals).isEmpty();
        lease.close();
    }

    @Test
    void put_theVeryValueThatIsThere_changesNothing() {
        var f = new PoolFixture(100);
        Block block = f.put("a", 10);
        assertThat(f.offer("a", block)).isEqualTo(new PutResult.Stored(10));
        assertThat(block.freed()).isFalse();
        assertThat(f.pool.usedBytes()).isEqualTo(10);
    }

    @Test
    void invalidate_leased_isChargedUntilTheLastLeaseEnds() {
        var f = new PoolFixture(100);
        Block block = f.put("a", 10);
        Lease<Block> one = f.lease("a");
        Lease<Block> two = f.lease("a");
        assertThat(f.pool.invalidate("a")).isTrue();
        assertThat(f.pool.invalidate("a")).isFalse();
        assertThat(f.pool.acquire("a")).isEmpty();
        one.close();
        assertThat(block.freed()).isFalse();
        assertThat(one).isNotEqualTo(two);
        assertThat(two.value().read()).isEqualTo("a");
        assertThat(f.pool.usage()).isEqualTo(new Usage(10, 100, 10, 0));
        two.close();
        assertThat(block.freed()).isTrue();
        assertThat(f.pool.usedBytes()).isZero();
    }

    @Test
    void clear_dropsEverythingAndResetsTheCounters() {
        var f = new PoolFixture(100);
        f.put("a", 10);
        f.put("b", 10);
        f.use("a");
        f.pool.acquire("missing");
        Lease<Block> lease = f.lease("b");
        assertThat(f.pool.clear()).isEqualTo(2);
        assertThat(f.keys()).isEmpty();
        PoolStats stats = f.pool.stats();
        assertThat(stats.hits() + stats.misses() + stats.evictions()).isZero();
        assertThat(stats.usedBytes()).as("the leased one").isEqualTo(10);
        lease.close();
        assertThat(f.pool.usedBytes()).isZero();
    }

    @Test
    void put_largerThanThePool_isRefusedAndLeavesTheOthers() {
        var f = new PoolFixture(100);
        f.put("a", 60);
        Block huge = new Block("huge", 101);
        PutResult result = f.offer("huge", huge);
        assertThat(result).isInstanceOf(PutResult.Refused.class);
        assertThat(huge.freed()).as("stays the caller's").isFalse();
        assertThat(f.keys()).containsExactly("a");
        assertThat(f.removals).isEmpty();
        assertThat(f.pool.stats().refusals()).isEqualTo(1);
    }

    @Test
    void load_largerThanThePool_bypassesItAndLeavesTheOthers() throws Exception {
        var f = new PoolFixture(100, EvictionPriority.lru(), b -> b.estimate(_ -> 200));
        f.put("a", 60);
        Block huge = new Block("huge", 200);
        try (Lease<Block> lease = f.pool.acquire("huge", _ -> huge)) {
            assertThat(lease.value().read()).isEqualTo("huge");
            assertThat(f.pool.usedBytes()).isEqualTo(260);
            assertThat(f.put("b", 40).freed()).as("it pushes nobody out").isFalse();
            assertThat(f.keys()).containsExactly("a", "b");
            f.assertBalanced();
        }
        assertThat(huge.freed()).isTrue();
        assertThat(f.pool.usedBytes()).isEqualTo(100);
        assertThat(f.removals).isEmpty();
        assertThat(f.pool.stats().bypasses()).isEqualTo(1);
    }

    @Test
    void put_allPinned_isRefusedWithTheNumbersAndEvictsNothing() {
        var f = new PoolFixture(100);
        f.put("a", 40);
        f.put("b", 30);
        Lease<Block> lease = f.lease("a");
        PutResult result = f.offer("c", new Block("c", 80));
        assertThat(result)
                .isEqualTo(
                        new PutResult.Refused(
                                new TierExhausted(
                                        "pool blocks",
                                        80,
                                        60,
                                        0,
                                        "limit=100, used=70, pinned=40, detached=0, reserved=0")));
        assertThat(f.keys()).containsExactly("a", "b");
        assertThat(f.removals).isEmpty();
        lease.close();
        f.put("c", 80);
    }

    @Test
    void put_allPinned_takesTheOverdraftIfThereIsOne() {
        var f = new PoolFixture(100, EvictionPriority.lru(), b -> b.overdraftBytes(50));
        f.put("a", 100);
        Lease<Block> lease = f.lease("a");
        f.put("b", 40);
        assertThat(f.pool.usage().pressure()).isEqualTo(1.4, within(1e-9));
        Lease<Block> other = f.lease("b");
        assertThat(f.offer("c", new Block("c", 11)).stored()).isFalse();
        lease.close();
        other.close();
        f.put("c", 10);
        assertThat(f.pool.usedBytes()).as("back within the limit").isLessThanOrEqualTo(100);
    }

    @Test
    void limitBytes_lowered_evictsTheLeastValuableAndReportsTheRest() {
        var f = new PoolFixture(100);
        f.put("a", 30);
        f.put("b", 30);
        f.put("c", 30);
        Lease<Block> lease = f.lease("a");
        assertThat(f.pool.limitBytes(40)).isEqualTo(new ResizeResult(40, 60, 0));
        assertThat(f.removals)
                .containsExactly(
                        new Removal("b", RemovalCause.LIMIT), new Removal("c", RemovalCause.LIMIT));
        assertThat(f.pool.limitBytes(10)).isEqualTo(new ResizeResult(10, 0, 20));
        assertThat(f.pool.usage().pressure()).isEqualTo(3.0, within(1e-9));
        lease.close();
        assertThat(f.pool.limitBytes(10)).isEqualTo(new ResizeResult(10, 30, 0));
        assertThat(f.pool.limitBytes(100)).isEqualTo(new ResizeResult(100, 0, 0));
        f.put("d", 90);
    }

    @Test
    void limitBytes_zero_letsNothingIn() {
        var f = new PoolFixture(100);
        f.put("a", 30);
        assertThat(f.pool.limitBytes(0)).isEqualTo(new ResizeResult(0, 30, 0));
        assertThat(f.offer("b", new Block("b", 1)).stored()).isFalse();
        assertThat(f.pool.usage().managed()).isFalse();
    }

    @Test
    void closer_throws_staysChargedAndIsTriedAgain() {
        var broken = new AtomicBoolean(true);
        var f =
                new PoolFixture(
                        100,
                        EvictionPriority.lru(),
                        b ->
                                b.closer(block -> {
                                    if (broken.get()) {
                                        throw new IllegalStateException("device busy");
                                    }
                                    block.free();
                                }));
        Block stuck = f.put("stuck", 40);
        f.pool.invalidate("stuck");
        assertThat(f.pool.usedBytes()).isEqualTo(40);
        assertThat(f.pool.stats().failedCloses()).isEqualTo(1);
        f.assertBalanced();
        assertThat(f.pool.reclaim(ReclaimRequest.of(1)).freedBytes()).isZero();
        broken.set(false);
        assertThat(f.pool.reclaim(ReclaimRequest.of(1)).freedBytes()).isEqualTo(40);
        assertThat(stuck.freed()).isTrue();
        assertThat(f.pool.usedBytes()).isZero();
        assertThat(f.pool.stats().failedCloses()).isZero();
    }

    @Test
    void listener_throws_disturbsNothing() {
        var f =
                new PoolFixture(
                        100,
                        EvictionPriority.lru(),
                        b ->
                                b.listener(
                                        new PoolListener<>() {
                                            @Override
                                            public void removed(
                                                    String key, long bytes, RemovalCause cause) {
                                                throw new IllegalStateException("listener");
                                            }
                                        }));
        f.put("a", 60);
        f.put("b", 60);
        assertThat(f.keys()).containsExactly("b");
        assertThat(f.pool.stats().callbackFailures()).isEqualTo(1);
    }

    @Test
    void callbacks_runWithNoLockHeld() {
        var seen = new ArrayList<String>();
        var self = new ArrayList<PagedResourcePool<String, Block>>();
        UnaryOperator<PoolConfigBuilder<String, Block>> reentrant =
                b ->
                        b.closer(block -> {
                            // a lock held by the pool would be held by this thread, too:
                            // so another one must get through
                            Thread other =
                                    Thread.ofVirtual()
                                            .start(() -> self.getFirst().put("z", block("z")));
                            join(other);
                            seen.add(block.read());
                        });
        var f = new PoolFixture(100, EvictionPriority.lru(), reentrant);
        self.add(f.pool);
        f.put("a", 60);
        f.put("b", 60);
        assertThat(seen).contains("a");
        f.assertBalanced();
    }

    @Test
    void close_freesEverythingOnceAndLeavesOpenLeases() {
        var f = new PoolFixture(100);
        Block idle = f.put("idle", 10);
        Block leased = f.put("leased", 20);
        Lease<Block> lease = f.lease("leased");
        f.pool.close();
        f.pool.close();
        assertThat(idle.freed()).isTrue();
        assertThat(lease.value().read()).isEqualTo("leased");
        assertThat(f.pool.usedBytes()).isEqualTo(20);
        assertThatThrownBy(() -> f.pool.acquire("idle"))
                .isInstanceOf(PoolClosedException.class)
                .hasMessage("pool blocks is closed");
        assertThatThrownBy(() -> f.pool.put("x", new Block("x", 1)))
                .isInstanceOf(PoolClosedException.class);
        lease.close();
        assertThat(leased.freed()).isTrue();
        assertThat(f.pool.usedBytes()).isZero();
    }

    private static Block block(String content) {
        return new Block(content, 1);
    }

    private static void join(Thread thread) {
        try {
            if (!thread.join(java.time.Duration.ofSeconds(10))) {
                throw new AssertionError("another thread is locked out");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
