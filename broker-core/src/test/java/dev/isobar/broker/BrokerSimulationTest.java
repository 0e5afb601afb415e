package dev.isobar.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.BrokerSnapshot.QuarantineView;
import dev.isobar.broker.BrokerSnapshot.Totals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.awaitility.Awaitility;

/// Whole brokers over sources that hang, lie, throw, call back and promise, as a seed says. Whatever
/// they do, the books balance, and when they come to their senses, everything is relieved.
class BrokerSimulationTest {

    private static final Resource[] RESOURCES = {Resource.HEAP, Resource.HOST, Resource.device(0)};
    private static final int STEPS = 60;
    private static final long CAPACITY = 1_000;

    /// A source that behaves differently each time.
    private static final class Moody implements PressureSource {

        private final String name;
        private final Resource resource;
        private final BrokerFixture fixture;
        private final SplittableRandom random;
        private final AtomicLong used = new AtomicLong(700);
        private final AtomicInteger inside = new AtomicInteger();
        private final List<ReclaimRequest> promises = new ArrayList<>();
        private volatile boolean sane;
        private volatile boolean overlapped;

        Moody(String name, Resource resource, BrokerFixture fixture, SplittableRandom random) {
            this.name = name;
            this.resource = resource;
            this.fixture = fixture;
            this.random = random;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Resource resource() {
            return resource;
        }

        @Override
        public Usage usage() {
            return Usage.of(used.get(), CAPACITY);
        }

        @Override
        public ReclaimResult reclaim(ReclaimRequest request) {
            overlapped |= inside.incrementAndGet() > 1;
            try {
                return sane ? free(request, request.bytes()) : asTheMoodIs(request);
            } finally {
                inside.decrementAndGet();
            }
        }

        private ReclaimResult asTheMoodIs(ReclaimRequest request) {
            long asked = request.bytes();
            return switch (random.nextInt(10)) {
                case 0 -> throw new IllegalStateException("moody");
                case 1 -> {
                    fixture.hanging.hang();
                    yield ReclaimResult.freed(asked, asked, "too late");
                }
                case 2 -> ReclaimResult.freed(asked, used.get() + 1, "more than there is");
                case 3 -> ReclaimResult.freed(asked, asked, "nothing of it true");
                case 4 -> ReclaimResult.refused("not today");
                case 5 -> free(request, Math.max(1, asked / 2));
                case 6 -> {
                    promises.add(request);
                    yield ReclaimResult.deferred(0, asked, "soon");
                }
                case 7 -> {
                    request.delivered(take(asked / 2));
                    promises.add(request);
                    yield ReclaimResult.deferred(0, asked, "half of it already");
                }
                case 8 -> {
                    fixture.broker.relieve();
                    yield ReclaimResult.refused("never reached");
                }
                default -> free(request, asked);
            };
        }

        private ReclaimResult free(ReclaimRequest request, long bytes) {
            return ReclaimResult.freed(request.bytes(), take(bytes), "part");
        }

        private long take(long bytes) {
            long taken = Math.min(bytes, used.get());
            used.addAndGet(-taken);
            return taken;
        }

        void keepAPromise() {
            if (!promises.isEmpty()) {
                ReclaimRequest request = promises.remove(random.nextInt(promises.size()));
                request.delivered(take(random.nextLong(request.bytes() * 2)));
            }
        }
    }

    @Property(tries = 150)
    void anyMoods_theBooksBalance_andSanityIsRewarded(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        try (var f = BrokerFixture.create()) {
            List<Moody> sources = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                var source = new Moody("s" + i, RESOURCES[i % 3], f, random.split());
                sources.add(source);
                f.broker.register(source);
            }
            for (int i = 0; i < STEPS; i++) {
                somethingHappens(f, sources, random);
                relieveAndCheck(f);
            }
            everybodyIsSane(f, sources);
            assertThat(f.broker.globalPressure()).isLessThan(0.80);
            assertThat(f.broker.snapshot().quarantined()).isEmpty();
            assertThat(sources).noneMatch(s -> s.overlapped);
        }
    }

    private static void somethingHappens(
            BrokerFixture f, List<Moody> sources, SplittableRandom random) {
        Moody one = sources.get(random.nextInt(sources.size()));
        switch (random.nextInt(6)) {
            case 0, 1, 2 -> one.used.set(random.nextLong(1_300));
            case 3 -> one.keepAPromise();
            case 4 -> f.hanging.release();
            default -> {
                f.broker.unregister(one.name());
                f.broker.register(one);
            }
        }
        f.clock.advance(Duration.ofMillis(random.nextLong(3_000)));
    }

    private static void relieveAndCheck(BrokerFixture f) {
        var setAside =
                f.broker.snapshot().quarantined().stream()
                        .filter(q -> q.until().isAfter(f.clock.instant()))
                        .map(QuarantineView::name)
                        .collect(Collectors.toSet());
        Decision decision = f.broker.relieve();
        decision.resources().stream()
                .flatMap(r -> r.asked().stream())
                .forEach(asked -> assertThat(setAside).doesNotContain(asked.source()));
        Totals totals = f.broker.snapshot().totals();
        assertThat(totals.bytesPromised())
                .isEqualTo(
                        totals.bytesDelivered() + totals.bytesExpired() + totals.inFlightBytes());
        assertThat(totals.bytesDelivered()).isLessThanOrEqualTo(totals.bytesFreed());
        assertThat(totals.bytesExpired()).isNotNegative();
        assertThat(totals.asks()).isGreaterThanOrEqualTo(totals.reliefsFired());
        assertThat(totals.alertsFailed()).isZero();
    }

    private static void everybodyIsSane(BrokerFixture f, List<Moody> sources) {
        sources.forEach(s -> s.sane = true);
        f.hanging.release();
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() ->
                        f.broker.snapshot().quarantined().stream()
                                .noneMatch(QuarantineView::hanging));
        for (int i = 0; i < 10; i++) {
            f.clock.advance(Duration.ofMinutes(6));
            f.broker.relieve();
        }
    }
}
