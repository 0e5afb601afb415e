package dev.isobar.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.PressureTier;
import dev.isobar.broker.ReclaimRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What was invalidated or replaced never comes back from a tier, whatever is on its way at that moment.
/// Each test stops one thing on its way, changes the key, and lets it go on.
class InvalidationTest {

    private static final long BYTES = 100;

    /// Keeps copies by their text; tells somebody before it reads or writes.
    private static final class Shelf implements Tier<String, Block> {
        private final TreeMap<String, String> kept = new TreeMap<>();
        private Runnable beforeOffer = () -> {};
        private Runnable afterFetch = () -> {};

        @Override
        public String name() {
            return "shelf";
        }

        @Override
        public boolean holds(String key) {
            return kept.containsKey(key);
        }

        @Override
        public boolean offer(String key, Block value) {
            return offer(key, value, () -> true);
        }

        @Override
        public boolean offer(String key, Block value, BooleanSupplier wanted) {
            once(beforeOffer, () -> beforeOffer = () -> {});
            if (wanted.getAsBoolean()) {
                kept.put(key, value.read());
            }
            return wanted.getAsBoolean();
        }

        @Override
        public @Nullable Block fetch(String key) {
            String found = kept.get(key);
            once(afterFetch, () -> afterFetch = () -> {});
            return found == null ? null : new Block(found, BYTES);
        }

        @Override
        public void forget(String key) {
            kept.remove(key);
        }

        private static void once(Runnable event, Runnable disarm) {
            disarm.run();
            event.run();
        }
    }

    private final Shelf shelf = new Shelf();
    private final AtomicReference<PressureTier> pressure =
            new AtomicReference<>(PressureTier.HIGH); // nothing is copied before it is evicted
    private final TierChain<String, Block> chain = new TierChain<>(List.of(shelf), pressure::get);
    private Runnable beforeLeaving = () -> {};
    private final PoolFixture f =
            new PoolFixture(
                    3 * BYTES,
                    EvictionPriority.lru(),
                    builder ->
                            builder.demotion(
                                    new Demotion<>() {
                                        @Override
                                        public void leaving(
                                                String key, Block value, RemovalCause cause) {
                                            throw new AssertionError(
                                                    "the pool says what is wanted");
                                        }

                                        @Override
                                        public void leaving(
                                                String key,
                                                Block value,
                                                RemovalCause cause,
                                                BooleanSupplier wanted) {
                                            Runnable event = beforeLeaving;
                                            beforeLeaving = () -> {};
                                            event.run();
                                            chain.leaving(key, value, cause, wanted);
                                        }
                                    }));

    private boolean invalidate(String key) {
        return f.pool.invalidate(key, () -> chain.forget(key));
    }

    private void replace(String key, String text) {
        f.pool.change(
                key,
                () -> {
                    PutResult result = f.offer(key, new Block(text, BYTES));
                    chain.forget(key);
                    return result;
                });
    }

    private void evictAll() {
        f.pool.reclaim(ReclaimRequest.of(3 * BYTES));
    }

    private String value(String key) throws InterruptedException {
        try (Lease<Block> lease = f.pool.acquire(key, chain.over(_ -> new Block("model", BYTES)))) {
            return lease.value().read();
        }
    }

    @Test
    void invalidate_afterTheVictimLeft_beforeItIsOffered_keepsItFromBelow() throws Exception {
        f.put("a", BYTES);
        beforeLeaving = () -> invalidate("a");

        evictAll();

        assertThat(shelf.kept).isEmpty();
        assertThat(value("a")).isEqualTo("model");
        f.assertBalanced();
    }

    @Test
    void invalidate_asTheTierTakesTheVictim_keepsItFromBelow() throws Exception {
        f.put("a", BYTES);
        shelf.beforeOffer = () -> invalidate("a");

        evictAll();

        assertThat(shelf.kept).isEmpty();
        assertThat(value("a")).isEqualTo("model");
    }

    @Test
    void replace_whileTheOldOneLeaves_keepsTheOldOneFromBelow() throws Exception {
        f.put("a", BYTES);
        beforeLeaving = () -> replace("a", "second");

        evictAll();

        assertThat(value("a")).isEqualTo("second");
        evictAll();
        assertThat(shelf.kept).containsExactly(java.util.Map.entry("a", "second"));
    }

    @Test
    void putEvictPut_theLastOneIsBelow() {
        f.put("a", BYTES);
        evictAll();
        replace("a", "second");
        evictAll();

        assertThat(shelf.kept).containsExactly(java.util.Map.entry("a", "second"));
    }

    @Test
    void invalidate_whileItIsLoaded_keepsTheLoadedOneFromBelow() throws Exception {
        pressure.set(PressureTier.NORMAL);
        shelf.beforeOffer = () -> invalidate("a");

        assertThat(value("a")).isEqualTo("model");

        assertThat(shelf.kept).isEmpty();
        assertThat(f.pool.contains("a")).isFalse();
    }

    @Test
    void invalidate_whileItIsPromoted_keepsItOut() throws Exception {
        shelf.kept.put("a", "old");
        shelf.afterFetch = () -> invalidate("a");

        assertThat(value("a")).as("whoever asked before may get it").isEqualTo("old");

        assertThat(f.pool.contains("a")).isFalse();
        assertThat(value("a")).isEqualTo("model");
    }

    @Test
    void promotion_thatBeginsBetweenPoolAndTiers_keepsNothing() throws Exception {
        shelf.kept.put("a", "old");
        List<String> got = new ArrayList<>();
        f.pool.invalidate(
                "a",
                () -> {
                    f.pool.bring("a", () -> chain.promote("a"))
                            .ifPresent(lease -> {
                                got.add(lease.value().read());
                                lease.close();
                            });
                    got.add(valueNow("a"));
                    chain.forget("a");
                });

        assertThat(got).containsExactly("old", "old");
        assertThat(f.pool.contains("a")).isFalse();
        assertThat(value("a")).isEqualTo("model");
        f.assertBalanced();
    }

    private String valueNow(String key) {
        try {
            return value(key);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void bring_whileItIsInvalidated_keepsItOut() throws Exception {
        shelf.kept.put("a", "old");
        shelf.afterFetch = () -> invalidate("a");

        f.pool.bring("a", () -> chain.promote("a")).orElseThrow().close();

        assertThat(f.pool.contains("a")).isFalse();
        assertThat(f.pool.usedBytes()).isZero();
        assertThat(value("a")).isEqualTo("model");
    }

    @Test
    void bring_whileAnotherIsPut_theNewerStays() throws Exception {
        shelf.kept.put("a", "old");
        shelf.afterFetch = () -> replace("a", "second");

        try (Lease<Block> lease = f.pool.bring("a", () -> chain.promote("a")).orElseThrow()) {
            assertThat(lease.value().read()).isIn("old", "second");
        }

        assertThat(value("a")).isEqualTo("second");
        f.assertBalanced();
    }

    @Test
    void bring_whileAnotherIsPutAndEvicted_theOldOneDoesNotComeBack() throws Exception {
        shelf.kept.put("a", "old");
        shelf.afterFetch =
                () -> {
                    replace("a", "second");
                    evictAll();
                };

        f.pool.bring("a", () -> chain.promote("a")).orElseThrow().close();

        assertThat(value("a")).isEqualTo("second");
    }

    @Test
    void bring_countsNothing_andIsChargedLikeAnyEntry() {
        shelf.kept.put("a", "old");

        f.pool.bring("a", () -> chain.promote("a")).orElseThrow().close();
        assertThat(f.pool.bring("b", () -> chain.promote("b"))).isEmpty();

        PoolStats stats = f.pool.stats();
        assertThat(stats.hits() + stats.misses() + stats.loads()).isZero();
        assertThat(stats.usedBytes()).isEqualTo(BYTES);
        assertThat(stats.inFlightLoads()).isZero();
        f.assertBalanced();
    }

    @Test
    void bring_withoutRoom_isALeaseOnly() {
        List<Lease<Block>> pins = new ArrayList<>();
        for (String key : List.of("a", "b", "c")) {
            f.put(key, BYTES);
            pins.add(f.lease(key));
        }

        Lease<Block> lease = f.pool.bring("d", () -> new Block("d", BYTES)).orElseThrow();
        assertThat(f.pool.contains("d")).isFalse();
        Block block = lease.value();
        lease.close();

        assertThat(block.freed()).isTrue();
        pins.forEach(Lease::close);
        f.assertBalanced();
    }

    /// The middle pool of three: what it is offered after it was told to forget does not stay.
    @Test
    void poolTier_forgets_whatIsOnItsWay() {
        var below = new TierChain<String, Block>(List.of(), pressure::get);
        var copies =
                new PoolTier.Codec<Block, Block>(
                        Block::bytes,
                        block -> new Block(block.read(), block.bytes()),
                        block -> new Block(block.read(), block.bytes()));
        var middle = new PoolTier<>(f.pool, below, copies);
        boolean[] wanted = {true};

        boolean taken =
                middle.offer(
                        "a",
                        new Block("old", BYTES),
                        () -> {
                            boolean now = wanted[0];
                            wanted[0] = false;
                            middle.forget("a");
                            return now;
                        });

        assertThat(taken).isFalse();
        assertThat(f.pool.contains("a")).isFalse();
        f.assertBalanced();
    }
}
