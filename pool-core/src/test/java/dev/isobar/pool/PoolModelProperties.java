package dev.isobar.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.ReclaimRequest;
import dev.isobar.pool.ModelPool.Item;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/// The pool against [ModelPool]: after every step of a random sequence, contents, victims in their
/// order, bytes and counters agree; at the end, bytes return to zero and every value was freed once.
class PoolModelProperties {

    private static final int STEPS = 200;
    private static final long LIMIT = 100;

    /// A ready-made priority, and the same said independently.
    enum Rule {
        LRU(EvictionPriority.lru(), item -> item.lastUse),
        SIZE_WEIGHTED(
                EvictionPriority.sizeWeightedLru(Duration.ofNanos(2 * 1024)),
                item -> item.lastUse - 2.0 * item.bytes),
        COST_AWARE(
                EvictionPriority.costAware(),
                item ->
                        item.inflation
                                + (item.uses + 1.0)
                                        * Math.max(1, item.costNanos)
                                        / Math.max(1, item.bytes));

        final EvictionPriority<Block> priority;
        final ToDoubleFunction<Item> loss;

        Rule(EvictionPriority<Block> priority, ToDoubleFunction<Item> loss) {
            this.priority = priority;
            this.loss = loss;
        }
    }

    enum Kind {
        PUT,
        LOAD,
        USE,
        HEAT,
        LEASE,
        RELEASE,
        INVALIDATE,
        RECLAIM,
        LIMIT,
        CLEAR,
        WAIT
    }

    record Step(Kind kind, String key, int number) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Kind> kinds =
                Arbitraries.frequency(
                        net.jqwik.api.Tuple.of(30, Kind.PUT),
                        net.jqwik.api.Tuple.of(10, Kind.LOAD),
                        net.jqwik.api.Tuple.of(20, Kind.USE),
                        net.jqwik.api.Tuple.of(5, Kind.HEAT),
                        net.jqwik.api.Tuple.of(10, Kind.LEASE),
                        net.jqwik.api.Tuple.of(12, Kind.RELEASE),
                        net.jqwik.api.Tuple.of(4, Kind.INVALIDATE),
                        net.jqwik.api.Tuple.of(6, Kind.RECLAIM),
                        net.jqwik.api.Tuple.of(3, Kind.LIMIT),
                        net.jqwik.api.Tuple.of(1, Kind.CLEAR),
                        net.jqwik.api.Tuple.of(10, Kind.WAIT));
        Arbitrary<String> keys = Arbitraries.integers().between(0, 11).map(i -> "k" + i);
        Arbitrary<Integer> numbers = Arbitraries.integers().between(0, 60);
        return Combinators.combine(kinds, keys, numbers).as(Step::new).list().ofSize(STEPS);
    }

    @Property(tries = 1_000, shrinking = ShrinkingMode.BOUNDED)
    void randomOperations_agreeWithTheModel(@ForAll Rule rule, @ForAll("steps") List<Step> steps) {
        try (var run = new Run(rule)) {
            for (Step step : steps) {
                run.step(step);
                run.assertSame();
            }
        }
    }

    /// To look at the figures moves the pins of hot entries to where they are counted: so here it is done
    /// now and then only.
    @Property(tries = 1_000, shrinking = ShrinkingMode.BOUNDED)
    void randomOperations_seldomLookedAt_agreeWithTheModel(
            @ForAll Rule rule, @ForAll("steps") List<Step> steps) {
        try (var run = new Run(rule)) {
            for (Step step : steps) {
                run.step(step);
                run.assertSameRemovals();
                if (step.number() % 16 == 0) {
                    run.assertSame();
                }
            }
            run.assertSame();
        }
    }

    /// One sequence, on both.
    private static final class Run implements AutoCloseable {

        record Held(Lease<Block> lease, Item item) {}

        private final PoolFixture real;
        private final ModelPool model;
        private final List<Block> made = new ArrayList<>();
        private final List<Block> refused = new ArrayList<>();
        private final List<Held> held = new ArrayList<>();
        private long now;

        Run(Rule rule) {
            real = new PoolFixture(LIMIT, rule.priority, UnaryOperator.identity());
            model = new ModelPool(LIMIT, rule.loss);
        }

        void step(Step step) {
            switch (step.kind()) {
                case PUT -> put(step.key(), step.number());
                case LOAD -> load(step.key(), step.number());
                case USE -> lease(step.key()).ifPresent(this::release);
                case LEASE -> lease(step.key()).ifPresent(held::add);
                case RELEASE -> {
                    if (!held.isEmpty()) {
                        release(held.remove(step.number() % held.size()));
                    }
                }
                case INVALIDATE ->
                        assertThat(real.pool.invalidate(step.key()))
                                .isEqualTo(model.invalidate(step.key()));
                case RECLAIM -> reclaim(step.number());
                case LIMIT -> limit(LIMIT - step.number());
                case CLEAR -> clear();
                case WAIT -> advance(step.number());
                case HEAT -> heat(step.key());
            }
        }

        /// Uses an entry so often that its pins go to slots.
        private void heat(String key) {
            for (int use = 0; use <= SlimEntry.MAX_USES; use++) {
                lease(key).ifPresent(this::release);
            }
        }

        private void advance(long nanos) {
            now += nanos;
            real.clock.advance(Duration.ofNanos(nanos));
        }

        private void put(String key, long bytes) {
            Block block = new Block(key, bytes);
            boolean expected = model.put(key, bytes, bytes * 3, now);
            boolean stored = real.pool.put(key, block, Duration.ofNanos(bytes * 3)).stored();
            assertThat(stored).isEqualTo(expected);
            (stored ? made : refused).add(block);
        }

        /// A load as the batch API does it; it fails when the number is odd.
        private void load(String key, long bytes) {
            try {
                switch (real.pool.join(key, bytes)) {
                    case Turn.Hit<Block>(Lease<Block> lease) ->
                            release(new Held(lease, model.acquire(key, now).orElseThrow()));
                    case Turn.Lead<Block>(LoadTicket<Block> ticket) -> {
                        model.misses++;
                        lead(ticket, key, bytes);
                    }
                    case Turn.Wait<Block> _ -> throw new AssertionError("nobody else loads");
                }
            } catch (dev.isobar.broker.ResourceRefusedException e) {
                model.misses++;
                assertThat(model.put(key, bytes, 0, now)).isFalse();
            }
        }

        private void lead(LoadTicket<Block> ticket, String key, long bytes) {
            boolean fails = bytes % 2 == 1;
            if (bytes <= model.limit) { // room is made before the load, whether it succeeds or not
                assertThat(model.load(key, bytes, now)).isTrue();
                if (fails) {
                    model.items.removeLast();
                }
            }
            if (fails) {
                ticket.close();
            } else {
                Block block = new Block(key, bytes);
                made.add(block);
                ticket.publish(block).close();
            }
        }

        private Optional<Held> lease(String key) {
            Optional<Lease<Block>> lease = real.pool.acquire(key);
            Optional<Item> item = model.acquire(key, now);
            assertThat(lease.isPresent()).isEqualTo(item.isPresent());
            return lease.map(l -> new Held(l, item.orElseThrow()));
        }

        private void release(Held h) {
            assertThat(h.lease().value().read()).isEqualTo(h.item().key);
            h.lease().close();
            model.release(h.item());
        }

        private void reclaim(long bytes) {
            if (bytes > 0) {
                assertThat(real.pool.reclaim(ReclaimRequest.of(bytes)).freedBytes())
                        .isEqualTo(model.free(bytes, "RECLAIM"));
            }
        }

        private void limit(long bytes) {
            model.limit = bytes;
            long freed = model.free(model.used() - bytes, "LIMIT");
            long over = Math.max(0, model.used() - bytes);
            assertThat(real.pool.limitBytes(bytes)).isEqualTo(new ResizeResult(bytes, freed, over));
        }

        private void clear() {
            // the order in which everything goes is not promised
            long before = model.items.size();
            List.copyOf(model.items).forEach(item -> model.invalidate(item.key));
            assertThat(real.pool.clear()).isEqualTo(before);
            model.hits = 0;
            model.misses = 0;
            model.evictions = 0;
            model.removed.clear();
            real.removals.clear();
        }

        void assertSameRemovals() {
            assertThat(real.removals.stream().map(r -> r.key() + " " + r.cause()).toList())
                    .isEqualTo(model.removed);
        }

        void assertSame() {
            assertSameRemovals();
            assertThat(real.keys())
                    .isEqualTo(model.items.stream().map(item -> item.key).sorted().toList());
            PoolStats stats = real.pool.stats();
            assertThat(stats.usedBytes()).isEqualTo(model.used());
            assertThat(stats.hits()).isEqualTo(model.hits);
            assertThat(stats.misses()).isEqualTo(model.misses);
            assertThat(stats.evictions()).isEqualTo(model.evictions);
            assertThat(stats.pinnedBytes())
                    .isEqualTo(
                            model.items.stream()
                                    .filter(item -> item.pins > 0)
                                    .mapToLong(item -> item.bytes)
                                    .sum());
            real.assertBalanced();
        }

        @Override
        public void close() {
            held.forEach(this::release);
            real.pool.close();
            assertThat(real.pool.usedBytes()).isZero();
            assertThat(made).allMatch(Block::freed);
            assertThat(refused).noneMatch(Block::freed);
        }
    }
}
