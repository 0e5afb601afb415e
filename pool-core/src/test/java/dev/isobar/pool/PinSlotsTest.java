package dev.isobar.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isobar.broker.ReclaimRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Leases of hot entries, whose pins are in slots: everything that leases promise holds for them.
class PinSlotsTest {

    private static final long BYTES = 10;

    static List<EvictionPriority<Block>> priorities() {
        return List.of(EvictionPriority.adaptive(), EvictionPriority.lru());
    }

    private static PoolFixture pool(EvictionPriority<Block> priority) {
        return new PoolFixture(3 * BYTES, priority, UnaryOperator.identity());
    }

    private static Block hot(PoolFixture pool, String key) {
        Block block = pool.put(key, BYTES);
        for (int use = 0; use <= SlimEntry.MAX_USES; use++) {
            pool.use(key);
        }
        return block;
    }

    /// What the other tests rely on: else they would say nothing about slots.
    @Test
    void pinsOfAHotEntry_areInSlots_upToEightOfAThread() {
        var ledger = new ByteLedger(BYTES);
        var table = table(ledger);
        var entry = entry(table, ledger);
        assertThat(table.slotLease(entry)).as("of a cold entry").isNull();
        entry.uses(SlimEntry.MAX_USES);
        table.unpin(entry); // of the pin that it came with
        table.unpin(table.pin("a"));

        var leases = new ArrayList<Lease<Block>>();
        for (int slot = 0; slot < 8; slot++) {
            leases.add(table.slotLease(entry));
        }
        assertThat(leases).doesNotContainNull();
        assertThat(table.slotLease(entry)).as("the ninth").isNull();
        assertThat(entry.pins()).isZero();
        assertThat(ledger.pinnedBytes()).isZero();

        table.unslotAll();
        assertThat(entry.pins()).isEqualTo(8);
        assertThat(ledger.pinnedBytes()).isEqualTo(BYTES);
        assertThat(table.slotLease(entry)).as("until the next counted pin").isNull();

        leases.forEach(Lease::close);
        assertThat(entry.pins()).isZero();
        table.unpin(table.pin("a"));
        try (var again = table.slotLease(entry)) {
            assertThat(again).as("the slots are free again").isNotNull();
            assertThat(entry.pins()).isZero();
        }
    }

    /// A slot would keep it from the collector, which finds what is lost.
    @ParameterizedTest
    @MethodSource("priorities")
    void watchedLease_isSeenThoughTheEntryIsHot(EvictionPriority<Block> priority) {
        var pool =
                new PoolFixture(
                        3 * BYTES, priority, config -> config.leakDetection(LeakDetection.ALL));
        hot(pool, "a");
        try (var _ = pool.lease("a")) {
            assertThat(pool.pool.openLeases()).extracting(OpenLease::key).containsExactly("a");
        }
        assertThat(pool.pool.openLeases()).isEmpty();
    }

    private static EntryTable<String, Block> table(ByteLedger ledger) {
        var callbacks = new Callbacks("table");
        return new EntryTable<>(
                ledger,
                new Disposer<>(ledger, Block::free, callbacks),
                new Losses<>(EvictionPriority.lru(), () -> 0, callbacks, () -> BYTES),
                new PoolCounters(),
                Demotion.none(),
                PoolListener.none(),
                callbacks);
    }

    /// An entry in the table, with one pin.
    private static Entry<String, Block> entry(EntryTable<String, Block> table, ByteLedger ledger) {
        assertThat(ledger.tryReserve(BYTES, 0)).isTrue();
        var entry = Entry.pinned("a", new Block("a", BYTES), BYTES, table.birth(0, 0));
        assertThat(table.putIfAbsent(entry)).isNull();
        return entry;
    }

    @ParameterizedTest
    @MethodSource("priorities")
    void evictionPassesBy(EvictionPriority<Block> priority) {
        var pool = pool(priority);
        Block a = hot(pool, "a");
        Block b = hot(pool, "b");
        var lease = pool.lease("a");

        assertThat(pool.pool.reclaim(ReclaimRequest.of(3 * BYTES)).freedBytes()).isEqualTo(BYTES);
        assertThat(pool.evicted()).containsExactly("b");
        assertThat(b.freed()).isTrue();
        assertThat(a.freed()).isFalse();
        assertThat(pool.pool.evict("a")).isZero();
        assertThat(lease.value().read()).isEqualTo("a");

        lease.close();
        assertThat(pool.pool.reclaim(ReclaimRequest.of(BYTES)).freedBytes()).isEqualTo(BYTES);
        assertThat(pool.evicted()).containsExactly("b", "a");
        assertThat(a.freed()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("priorities")
    void figuresCountThem_eachEntryOnce(EvictionPriority<Block> priority) {
        var pool = pool(priority);
        hot(pool, "a");
        hot(pool, "b");
        var leases = List.of(pool.lease("a"), pool.lease("a"), pool.lease("b"));

        assertThat(pool.pool.usage().pinnedBytes()).isEqualTo(2 * BYTES);
        assertThat(pool.pool.usage().reclaimableBytes()).isZero();
        assertThat(pool.pool.stats().pinnedCount()).isEqualTo(2);
        assertThat(pool.pool.snapshot())
                .extracting(EntrySnapshot::key, EntrySnapshot::pins)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("a", 2),
                        org.assertj.core.groups.Tuple.tuple("b", 1));

        leases.forEach(Lease::close);
        assertThat(pool.pool.usage().pinnedBytes()).isZero();
        assertThat(pool.pool.stats().pinnedCount()).isZero();
        pool.assertBalanced();
    }

    @ParameterizedTest
    @MethodSource("priorities")
    void invalidated_theValueIsFreedWithTheLastLease(EvictionPriority<Block> priority) {
        var pool = pool(priority);
        Block old = hot(pool, "a");
        var first = pool.lease("a");
        var second = pool.lease("a");

        assertThat(pool.pool.invalidate("a")).isTrue();
        assertThat(pool.pool.stats().detachedBytes()).isEqualTo(BYTES);
        first.close();
        first.close();
        assertThat(old.freed()).isFalse();
        assertThat(second.value().read()).isEqualTo("a");
        second.close();
        assertThat(old.freed()).isTrue();
        assertThat(pool.pool.usedBytes()).isZero();
    }

    @ParameterizedTest
    @MethodSource("priorities")
    void replaced_theOldLeaseReadsTheOldValue(EvictionPriority<Block> priority) {
        var pool = pool(priority);
        Block old = hot(pool, "a");
        var lease = pool.lease("a");
        Block fresh = pool.put("a", BYTES);

        assertThat(pool.lease("a").value()).isSameAs(fresh);
        assertThat(lease.value()).isSameAs(old);
        lease.close();
        assertThat(old.freed()).isTrue();
        assertThat(fresh.freed()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("priorities")
    void closedTwice_takesNobodyElsesPin(EvictionPriority<Block> priority) {
        var pool = pool(priority);
        hot(pool, "a");
        var first = pool.lease("a");
        first.close();
        var second = pool.lease("a"); // in the same slot
        first.close();

        assertThatThrownBy(first::value).isInstanceOf(IllegalStateException.class);
        assertThat(second.value().read()).isEqualTo("a");
        assertThat(pool.pool.reclaim(ReclaimRequest.of(BYTES)).freedBytes()).isZero();
        second.close();
        assertThat(pool.pool.usage().pinnedBytes()).isZero();
    }

    @ParameterizedTest
    @MethodSource("priorities")
    void closedAfterItWasCounted_givesItsPinBack(EvictionPriority<Block> priority) {
        var pool = pool(priority);
        hot(pool, "a");
        var lease = pool.lease("a");
        assertThat(pool.pool.usage().pinnedBytes()).isEqualTo(BYTES);

        lease.close();
        lease.close();
        assertThat(pool.pool.usage().pinnedBytes()).isZero();
        assertThat(pool.pool.reclaim(ReclaimRequest.of(BYTES)).freedBytes()).isEqualTo(BYTES);
    }

    @ParameterizedTest
    @MethodSource("priorities")
    void moreThanThereAreSlots_allHold(EvictionPriority<Block> priority) {
        var pool = pool(priority);
        Block block = hot(pool, "a");
        var leases = new ArrayList<Lease<Block>>();
        for (int i = 0; i < 20; i++) {
            leases.add(pool.lease("a"));
        }
        while (!leases.isEmpty()) {
            assertThat(pool.pool.evict("a")).isZero();
            leases.remove(leases.size() / 2).close();
        }
        assertThat(pool.pool.evict("a")).isEqualTo(BYTES);
        assertThat(block.freed()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("priorities")
    void handedToAnotherThread_isClosedThere(EvictionPriority<Block> priority) throws Exception {
        var pool = pool(priority);
        hot(pool, "a");
        var lease = pool.lease("a");
        Thread.ofPlatform().start(lease::close).join();

        assertThat(pool.pool.usage().pinnedBytes()).isZero();
        assertThat(pool.pool.evict("a")).isEqualTo(BYTES);
    }

    @ParameterizedTest
    @MethodSource("priorities")
    void share_findsThem(EvictionPriority<Block> priority) {
        var pool = pool(priority);
        hot(pool, "a");
        assertThat(pool.pool.share("a")).isEmpty();
        var lease = pool.lease("a");
        var shared = pool.pool.share("a").orElseThrow();
        lease.close();

        assertThat(pool.pool.evict("a")).isZero();
        shared.close();
        assertThat(pool.pool.evict("a")).isEqualTo(BYTES);
    }

    @ParameterizedTest
    @MethodSource("priorities")
    void poolClosed_theValueIsFreedWithTheLease(EvictionPriority<Block> priority) {
        var pool = pool(priority);
        Block block = hot(pool, "a");
        var lease = pool.lease("a");
        pool.pool.close();

        assertThat(lease.value().read()).isEqualTo("a");
        assertThat(pool.pool.usedBytes()).isEqualTo(BYTES);
        lease.close();
        assertThat(block.freed()).isTrue();
        assertThat(pool.pool.usedBytes()).isZero();
    }

    @ParameterizedTest
    @MethodSource("priorities")
    void allPinned_isRefused_withWhatIsPinned(EvictionPriority<Block> priority) {
        var pool = pool(priority);
        for (String key : List.of("a", "b", "c")) {
            hot(pool, key);
            pool.lease(key);
        }
        assertThat(pool.offer("d", new Block("d", BYTES)).toString()).contains("pinned=30");
        assertThat(pool.keys()).containsExactly("a", "b", "c");
        assertThat(pool.evicted()).isEmpty();
    }
}
