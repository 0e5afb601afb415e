package dev.isobar.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isobar.broker.ResourceRefusedException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Races, each played once in the order that hurts: what another thread would do at a bad moment is
/// done by foreign code that the pool calls at that moment.
@Timeout(30)
class PoolRaceTest {

    /// Least recently used goes first; whoever wants can act while a block is judged.
    private static final class Watched implements EvictionPriority<Block> {
        private Consumer<Block> whileJudged = _ -> {};

        @Override
        public double loss(EntryView entry, Block value) {
            whileJudged.accept(value);
            return entry.lastAccessNanos();
        }

        @Override
        public boolean steady() {
            return true;
        }
    }

    private final Watched priority = new Watched();
    private final PoolFixture f = new PoolFixture(100, priority, settings -> settings);

    @Test
    void join_victimLeasedMeanwhile_isRefusedAndTheLimitHolds() {
        f.put("a", 50);
        f.put("b", 50);
        List<Lease<Block>> leases = new ArrayList<>();
        priority.whileJudged =
                judged -> {
                    if (judged.read().equals("b") && leases.isEmpty()) {
                        leases.add(f.pool.acquire("a").orElseThrow());
                    }
                };
        assertThatThrownBy(() -> f.pool.join("c", 100).getClass())
                .isInstanceOf(ResourceRefusedException.class);
        assertThat(f.pool.usedBytes()).isLessThanOrEqualTo(100);
        assertThat(f.pool.stats().reservedBytes()).isZero();
        assertThat(leases.getFirst().value().read()).isEqualTo("a");
        leases.forEach(Lease::close);
        f.assertBalanced();
    }

    /// A key that does something when it is looked for.
    private record Trap(Runnable sprung) {
        @Override
        public int hashCode() {
            sprung.run();
            return 1;
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }
    }

    private final ValuePool<Trap, String> closing =
            new ValuePool<>(
                    PoolConfig.<Trap, String>builder("closing")
                            .limitBytes(100)
                            .sizer(String::length)
                            .build());

    @Test
    void acquire_poolClosedMeanwhile_saysSo() {
        var trap = new Trap(closing::close);
        assertThatThrownBy(() -> closing.acquire(trap)).isInstanceOf(PoolClosedException.class);
        assertThat(closing.stats().misses()).as("there was no answer").isZero();
    }

    @Test
    void get_poolClosedMeanwhile_saysSo() {
        var trap = new Trap(closing::close);
        assertThatThrownBy(() -> closing.get(trap)).isInstanceOf(PoolClosedException.class);
    }

    @Test
    void put_victimLeasedMeanwhile_takesAnotherVictim() {
        f.put("a", 40);
        f.put("b", 30);
        f.put("c", 30);
        List<Lease<Block>> leases = new ArrayList<>();
        priority.whileJudged =
                judged -> {
                    if (judged.read().equals("b") && leases.isEmpty()) {
                        leases.add(f.pool.acquire("a").orElseThrow());
                    }
                };
        assertThat(f.offer("d", new Block("d", 50)).stored()).isTrue();
        assertThat(f.keys()).containsExactly("a", "d");
        assertThat(f.pool.usedBytes()).isEqualTo(90);
        leases.forEach(Lease::close);
        f.assertBalanced();
    }

    @Test
    void close_loadWhoseKeyWasInvalidated_wakesItsWaiters() throws Exception {
        var started = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Lease<Block>> waiting =
                    callers.submit(() ->
                            f.pool.acquire(
                                    "a",
                                    key -> {
                                        started.countDown();
                                        release.await();
                                        return new Block(key, 10);
                                    }));
            started.await();
            f.pool.invalidate("a");
            assertThat(f.pool.stats().inFlightLoads()).isEqualTo(1);
            f.pool.close();
            try {
                assertThatThrownBy(() -> waiting.get(5, TimeUnit.SECONDS))
                        .hasCauseInstanceOf(PoolClosedException.class);
            } finally {
                release.countDown();
            }
        }
        Awaitility.await().until(() -> f.pool.usedBytes() == 0);
        assertThat(f.pool.stats().inFlightLoads()).isZero();
    }

    @Test
    void executor_throwsAnError_isAFailedLoadAndTheKeyStaysUsable() throws Exception {
        var broken = new boolean[] {true};
        var g =
                new PoolFixture(
                        100,
                        EvictionPriority.lru(),
                        settings ->
                                settings.estimate(_ -> 10)
                                        .loadExecutor(task -> {
                                            if (broken[0]) {
                                                throw new OutOfMemoryError("no thread");
                                            }
                                            task.run();
                                        }));
        assertThatThrownBy(() -> g.pool.acquire("a", key -> new Block(key, 10)))
                .hasRootCauseInstanceOf(OutOfMemoryError.class);
        assertThat(g.pool.stats().inFlightLoads()).isZero();
        assertThat(g.pool.usedBytes()).isZero();
        broken[0] = false;
        g.pool.acquire("a", key -> new Block(key, 10)).close();
        assertThat(g.keys()).containsExactly("a");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void evict_whilePutIsUnderWay_leavesNothingInTheVictimOrder(boolean steady) {
        var ledger = new ByteLedger(100);
        var callbacks = new Callbacks("table");
        EvictionPriority<Block> priority =
                steady ? EvictionPriority.lru() : (entry, _) -> entry.lastAccessNanos();
        var victims = new ArrayList<Entry<String, Block>>();
        var tables = new ArrayList<EntryTable<String, Block>>();
        PoolListener<String> listener =
                new PoolListener<>() {
                    @Override
                    public void removed(String key, long bytes, RemovalCause cause) {
                        if (cause == RemovalCause.REPLACED) {
                            Entry<String, Block> entry = tables.getFirst().find(key);
                            assertThat(tables.getFirst().holdVictim(entry)).isTrue();
                            victims.add(entry);
                        }
                    }
                };
        var table =
                new EntryTable<String, Block>(
                        ledger,
                        new Disposer<>(ledger, Block::free, callbacks),
                        new Losses<>(priority, () -> 0, callbacks, () -> 100),
                        new PoolCounters(),
                        Demotion.none(),
                        listener,
                        callbacks);
        tables.add(table);
        assertThat(ledger.tryReserve(20, 0)).isTrue();
        table.put(Entry.resident("a", new Block("old", 10), 10, table.birth(0, 0)));
        table.put(Entry.resident("a", new Block("new", 10), 10, table.birth(0, 0)));
        Entry<String, Block> victim = victims.removeFirst();
        table.unpin(table.pin("a"));
        assertThat(table.evict(victim, RemovalCause.ROOM)).isEqualTo(10);
        assertThat(ledger.usedBytes()).isZero();
        var reference = new WeakReference<>(victim);
        victim = null;
        Awaitility.await()
                .untilAsserted(() -> {
                    System.gc();
                    assertThat(reference.get()).as("an evicted entry").isNull();
                });
        assertThat(table.nextVictim(0)).isNull();
    }
}
