package dev.isobar.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.ReclaimRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StripedOrderTest {

    private static final int ENTRIES = 20_000;

    private final Losses<String, String> losses =
            new Losses<>(EvictionPriority.adaptive(), () -> 0, new Callbacks("test"), () -> 100);
    private final StripedOrder<String, String> order =
            new StripedOrder<>(
                    new AdaptiveOrder<>(
                            losses,
                            Objects.requireNonNull(losses.adaptation()),
                            () -> 100,
                            this::unhold),
                    () -> ENTRIES);

    @Test
    void newcomersAndVictims_ofOtherThreads_areFound() throws Exception {
        var added = new HashSet<Entry<String, String>>();
        try (var threads = Executors.newFixedThreadPool(3)) {
            for (int i = 0; i < 100; i++) {
                added.add(add("k" + i));
            }
            threads.submit(() -> order.giveBack(victim())).get();
            threads.submit(() -> order.giveBack(victim())).get();
            for (int i = 100; i < 110; i++) {
                String key = "k" + i;
                added.add(threads.submit(() -> add(key)).get());
            }
        }
        assertThat(drained()).containsExactlyInAnyOrderElementsOf(added);
    }

    @Test
    void waitingVictim_thatIsUsed_staysLongest() {
        for (int i = 0; i < 10; i++) {
            add("k" + i);
        }
        order.next(0);
        Entry<String, String> last = entryOf("k9");
        losses.found(last, 1);
        assertThat(drained()).hasSize(9).last().isEqualTo(last);
    }

    @Test
    void waitingVictim_thatIsRemoved_isNotFound() {
        for (int i = 0; i < 10; i++) {
            add("k" + i);
        }
        order.next(0);
        Entry<String, String> gone = entryOf("k5");
        gone.retire();
        order.remove(gone);
        assertThat(drained()).hasSize(8).doesNotContain(gone);
    }

    @Test
    void waitingVictim_thatIsLeased_isLeftOutUntilItIsIdle() {
        for (int i = 0; i < 10; i++) {
            add("k" + i);
        }
        order.next(0);
        Entry<String, String> leased = entryOf("k5");
        leased.tryPin();
        assertThat(drained()).hasSize(8).doesNotContain(leased);
        leased.unpin();
        order.idle(leased);
        assertThat(drained()).containsExactly(leased);
    }

    /// Threads put, look up, lease, remove and reclaim in a pool that is large enough for stripes.
    @Test
    void severalThreads_leasedStays_andEveryEntryIsFoundInTheEnd() throws Exception {
        var freed = new AtomicLong();
        var listener =
                new PoolListener<Integer>() {
                    @Override
                    public void removed(Integer key, long bytes, RemovalCause cause) {
                        freed.addAndGet(bytes);
                    }
                };
        try (var pool =
                        new ValuePool<>(
                                PoolConfig.<Integer, Long>builder("large")
                                        .limitBytes(ENTRIES)
                                        .sizer(_ -> 1)
                                        .listener(listener)
                                        .build());
                var threads = Executors.newFixedThreadPool(4)) {
            for (int key = 0; key < ENTRIES; key++) {
                pool.put(key, (long) key);
            }
            List<Callable<Integer>> tasks = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                long seed = t;
                tasks.add(() -> hammer(pool, new Random(seed)));
            }
            int puts = ENTRIES;
            for (var done : threads.invokeAll(tasks)) {
                puts += done.get();
            }
            PoolStats stats = pool.stats();
            assertThat(stats.pinnedCount()).isZero();
            assertThat(stats.usedBytes())
                    .isEqualTo(stats.entryCount())
                    .isLessThanOrEqualTo(ENTRIES);
            assertThat(stats.reservedBytes()).isZero();
            assertThat(freed.get() + stats.usedBytes()).isEqualTo(puts);
            assertThat(pool.reclaim(ReclaimRequest.of(ENTRIES)).freedBytes())
                    .isEqualTo(stats.usedBytes());
            assertThat(pool.usedBytes()).as("every entry is found").isZero();
        }
    }

    /// @return how many entries it has put in
    private static int hammer(ValuePool<Integer, Long> pool, Random random)
            throws InterruptedException {
        var leases = new HashMap<Integer, Lease<Long>>();
        int own = -1 - random.nextInt(1 << 30); // nobody else knows this key
        Lease<Long> kept = pool.acquire(own, _ -> 42L);
        int puts = 1;
        for (int i = 0; i < 40_000; i++) {
            int key = (int) Math.exp(random.nextDouble() * 11);
            switch (random.nextInt(100)) {
                case 0 -> pool.invalidate(key + 60_000);
                case 1 -> pool.reclaim(ReclaimRequest.of(1 + random.nextInt(50)));
                case 2, 3 -> pool.acquire(key).ifPresent(lease -> close(leases.put(key, lease)));
                case 4 -> close(leases.remove(key));
                default -> {
                    int wanted = random.nextInt(10) == 0 ? key + 60_000 : key;
                    if (pool.get(wanted) == null) {
                        assertThat(pool.put(wanted, 1_000L + i).stored()).isTrue();
                        puts++;
                    }
                }
            }
        }
        assertThat(pool.get(own)).as("leased, so it is here").isSameAs(kept.value());
        kept.close();
        leases.values().forEach(Lease::close);
        return puts;
    }

    private static void close(@Nullable Lease<Long> lease) {
        if (lease != null) {
            lease.close();
        }
    }

    private final Set<Entry<String, String>> all = new HashSet<>();

    private Entry<String, String> add(String key) {
        Entry<String, String> entry = losses.entry(key, "value", 1, new Entry.Birth(0, 0, 0, 0), 0);
        synchronized (all) {
            all.add(entry);
        }
        order.add(entry);
        return entry;
    }

    private Entry<String, String> entryOf(String key) {
        return all.stream().filter(entry -> entry.key.equals(key)).findFirst().orElseThrow();
    }

    private Entry<String, String> victim() {
        Entry<String, String> victim = Objects.requireNonNull(order.next(0));
        victim.unhold();
        return victim;
    }

    private List<Entry<String, String>> drained() {
        var victims = new ArrayList<Entry<String, String>>();
        for (var victim = order.next(0); victim != null; victim = order.next(0)) {
            victims.add(victim);
        }
        return victims;
    }

    /// As the table does it.
    private void unhold(Entry<String, String> held) {
        held.unhold();
        if (held.isIdle()) {
            order.idle(held);
        }
    }
}
