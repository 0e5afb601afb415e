package dev.isobar.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.BrokerSnapshot.QuarantineView;
import dev.isobar.broker.Decision.Outcome;
import dev.isobar.broker.PressureAlert.Quarantined;
import dev.isobar.broker.PressureAlert.Readmitted;
import dev.isobar.broker.ReliefPlan.Skipped;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sources and signals that misbehave are set aside, and let back in.
class QuarantineTest {

    private static final Duration FIRST = Duration.ofSeconds(1);

    @Test
    void usageThrows_setAsideAndOthersAreRelieved() {
        try (var f = BrokerFixture.create()) {
            FakeSource bad = f.source("bad", 990, 1000);
            f.broker.relieve();
            bad.reading(QuarantineTest::unreadable);
            FakeSource good = f.source("good", 900, 1000);
            f.pause();
            f.broker.relieve();
            assertThat(good.asks()).containsExactly(300L);
            assertThat(bad.asks()).hasSize(1);
            assertThat(f.alerts.of(Quarantined.class))
                    .extracting(Quarantined::name)
                    .containsExactly("bad");
            assertThat(f.alerts.of(Quarantined.class).getFirst().reason()).contains("boom");
        }
    }

    @Test
    void usageNegative_setAsideWithTheValueInTheReason() {
        try (var f = BrokerFixture.create()) {
            f.source("bad", 900, 1000).reading(() -> Usage.of(-5, 1000));
            f.broker.relieve();
            assertThat(f.alerts.of(Quarantined.class).getFirst().reason()).contains("-5");
        }
    }

    @Test
    void usageNull_setAside() {
        try (var f = BrokerFixture.create()) {
            f.source("bad", 900, 1000).reading(() -> null);
            f.broker.relieve();
            assertThat(names(f)).containsExactly("bad");
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, -0.1, Double.POSITIVE_INFINITY})
    void signalTalksNonsense_setAsideAndCountsNothing(double nonsense) {
        var signal = new FakeSignal("rss", Resource.HEAP, nonsense, 1000);
        try (var f = BrokerFixture.with(BrokerConfig.defaults(), b -> b.signal(signal))) {
            FakeSource source = f.source("a", 500, 1000);
            Decision decision = f.broker.relieve();
            assertThat(decision.pressure()).isEqualTo(0.5);
            assertThat(source.asks()).isEmpty();
            assertThat(f.alerts.of(Quarantined.class))
                    .extracting(Quarantined::name)
                    .containsExactly("rss");
            signal.pressure(0.1);
            f.clock.advance(FIRST);
            f.broker.relieve();
            assertThat(f.alerts.of(Readmitted.class))
                    .extracting(Readmitted::name)
                    .containsExactly("rss");
            assertThat(f.broker.snapshot().signals().getFirst().pressure()).isEqualTo(0.1);
        }
    }

    @Test
    void signalSilent_itsAgeIsInTheDecision() {
        var signal = new FakeSignal("rss", Resource.HEAP, 0.5, 1000);
        try (var f = BrokerFixture.with(BrokerConfig.defaults(), b -> b.signal(signal))) {
            f.broker.relieve();
            signal.reading(() -> {
                throw new IllegalStateException("gone");
            });
            f.clock.advance(Duration.ofSeconds(3));
            var said = f.broker.relieve().resources().getFirst().signals().getFirst();
            assertThat(said.quarantined()).isTrue();
            assertThat(said.ageNanos()).isEqualTo(Duration.ofSeconds(3).toNanos());
        }
    }

    @Test
    void reclaimThrows_setAsideAndTheWalkGoesOn() {
        try (var f = BrokerFixture.create()) {
            FakeSource bad = f.source("bad", 930, 1000).reclaiming(QuarantineTest::fail);
            FakeSource good = f.source("good", 900, 1000);
            Decision decision = f.broker.relieve();
            assertThat(good.asks()).containsExactly(300L);
            var asked = decision.resources().getFirst().asked().getFirst();
            assertThat(asked.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(asked.detail()).contains("boom");
            assertThat(bad.asks()).hasSize(1);
            assertThat(names(f)).containsExactly("bad");
        }
    }

    @Test
    void reclaimThrowsAnError_contained() {
        try (var f = BrokerFixture.create()) {
            f.source("bad", 900, 1000)
                    .reclaiming(_ -> {
                        throw new StackOverflowError();
                    });
            f.broker.relieve();
            assertThat(names(f)).containsExactly("bad");
        }
    }

    @Test
    void reclaimHangs_othersAreRelieved_andItIsNeverCalledTwiceAtOnce() {
        try (var f = BrokerFixture.create()) {
            var inside = new AtomicInteger();
            FakeSource bad = FakeSource.of("bad", 930, 1000);
            bad.reclaiming(_ -> {
                inside.incrementAndGet();
                f.hanging.hang();
                inside.decrementAndGet();
                return ReclaimResult.refused("");
            });
            f.register(bad);
            FakeSource good = f.source("good", 900, 1000);
            f.broker.relieve();
            assertThat(good.asks()).containsExactly(300L);
            for (int i = 0; i < 5; i++) {
                f.clock.advance(Duration.ofMinutes(10));
                f.broker.relieve();
            }
            assertThat(bad.asks()).hasSize(1);
            assertThat(inside).hasValue(1);
            QuarantineView view = f.broker.snapshot().quarantined().getFirst();
            assertThat(view.hanging()).isTrue();
            assertThat(view.reason()).contains("did not return within PT1S");
        }
    }

    @Test
    void reclaimHangs_whenItComesBack_isLetInAgain() throws InterruptedException {
        try (var f = BrokerFixture.create()) {
            FakeSource bad = FakeSource.of("bad", 930, 1000);
            bad.reclaiming(_ -> {
                f.hanging.hang();
                return ReclaimResult.refused("");
            });
            f.register(bad);
            f.broker.relieve();
            bad.honest();
            f.hanging.release();
            org.awaitility.Awaitility.await()
                    .until(() -> !f.broker.snapshot().quarantined().getFirst().hanging());
            f.clock.advance(FIRST);
            f.broker.relieve();
            assertThat(f.alerts.of(Readmitted.class)).hasSize(1);
            assertThat(bad.used()).isEqualTo(600);
        }
    }

    @Test
    void reclaimHangs_registeredAgain_isStillNotCalledBeforeItComesBack() {
        try (var f = BrokerFixture.create()) {
            FakeSource bad = FakeSource.of("bad", 930, 1000);
            bad.reclaiming(_ -> {
                f.hanging.hang();
                return ReclaimResult.refused("");
            });
            f.register(bad);
            f.broker.relieve();
            f.broker.unregister("bad");
            f.register(bad);
            f.pause();
            f.broker.relieve();
            assertThat(bad.asks()).hasSize(1);
            assertThat(f.broker.snapshot().quarantined().getFirst().reason())
                    .contains("an earlier call still hangs");
        }
    }

    @Test
    void usageHangs_setAside_andSnapshotStillWorks() {
        try (var f = BrokerFixture.create()) {
            FakeSource bad = f.source("bad", 700, 1000);
            f.broker.relieve();
            bad.reading(() -> {
                f.hanging.hang();
                return Usage.of(0, 0);
            });
            f.broker.relieve();
            // Its bytes do not vanish because it does not answer.
            assertThat(f.broker.snapshot().globalPressure()).isEqualTo(0.7);
            assertThat(names(f)).containsExactly("bad");
        }
    }

    @Test
    void claimsMoreThanItHeld_setAsideAndNothingCounts() {
        try (var f = BrokerFixture.create()) {
            f.source("liar", 900, 1000)
                    .reclaiming(r -> ReclaimResult.freed(r.bytes(), 1_000_000, ""));
            Decision decision = f.broker.relieve();
            assertThat(decision.bytesFreed()).isZero();
            assertThat(f.broker.snapshot().totals().bytesFreed()).isZero();
            assertThat(f.alerts.of(Quarantined.class).getFirst().reason())
                    .contains("1000000")
                    .contains("900");
        }
    }

    @Test
    void promisesMoreThanItHeld_setAsideAndNothingIsInFlight() {
        try (var f = BrokerFixture.create()) {
            f.source("liar", 900, 1000)
                    .reclaiming(_ -> ReclaimResult.deferred(0, Long.MAX_VALUE, "soon"));
            f.broker.relieve();
            assertThat(f.broker.snapshot().totals().inFlightBytes()).isZero();
            assertThat(names(f)).containsExactly("liar");
        }
    }

    @Test
    void claimsThreeTimesWithoutMoving_setAside() {
        try (var f = BrokerFixture.create()) {
            FakeSource liar =
                    f.source("liar", 900, 1000)
                            .reclaiming(r -> ReclaimResult.freed(r.bytes(), r.bytes(), ""));
            for (int i = 0; i < 2; i++) {
                f.broker.relieve();
                f.pause();
            }
            assertThat(names(f)).isEmpty();
            f.broker.relieve();
            assertThat(liar.asks()).hasSize(3);
            assertThat(f.alerts.of(Quarantined.class).getFirst().reason())
                    .contains("again and again");
        }
    }

    @Test
    void honestInBetween_clearsTheSuspicion() {
        try (var f = BrokerFixture.create()) {
            FakeSource source = f.source("a", 900, 1000);
            for (int i = 0; i < 9; i++) {
                if (i % 3 == 2) {
                    source.honest();
                } else {
                    source.reclaiming(r -> ReclaimResult.freed(r.bytes(), r.bytes(), ""));
                }
                f.broker.relieve();
                source.used(900);
                f.pause();
            }
            assertThat(source.asks()).hasSize(9);
            assertThat(names(f)).isEmpty();
        }
    }

    @Test
    void setAside_isSkippedUntilItsTimeIsUp_thenProbed() {
        try (var f = BrokerFixture.create()) {
            FakeSource bad = f.source("bad", 900, 1000).reclaiming(QuarantineTest::fail);
            f.broker.relieve();
            bad.honest();
            f.clock.advance(FIRST.minusNanos(1));
            Decision before = f.broker.relieve();
            assertThat(before.resources().getFirst().skipped())
                    .containsExactly(new Skipped("bad", SkipReason.QUARANTINED));
            f.clock.advance(Duration.ofNanos(1));
            f.broker.relieve();
            assertThat(bad.asks()).containsExactly(300L, 300L);
            assertThat(f.alerts.of(Readmitted.class))
                    .extracting(Readmitted::name)
                    .containsExactly("bad");
            assertThat(names(f)).isEmpty();
        }
    }

    @Test
    void failsAgain_isSetAsideTwiceAsLong_upToTheLimit() {
        try (var f = BrokerFixture.create()) {
            f.source("bad", 900, 1000).reclaiming(QuarantineTest::fail);
            for (long seconds : List.of(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 300L, 300L)) {
                f.broker.relieve();
                QuarantineView view = f.broker.snapshot().quarantined().getFirst();
                assertThat(Duration.between(f.clock.instant(), view.until()))
                        .isEqualTo(Duration.ofSeconds(seconds));
                f.clock.advance(Duration.ofSeconds(seconds));
            }
        }
    }

    @Test
    void worksAgain_forgetsItsFailures() {
        try (var f = BrokerFixture.create()) {
            FakeSource bad = f.source("bad", 900, 1000);
            for (int i = 0; i < 3; i++) {
                bad.reclaiming(QuarantineTest::fail);
                f.broker.relieve();
                assertThat(f.broker.snapshot().quarantined().getFirst().failures()).isEqualTo(1);
                f.clock.advance(FIRST);
                bad.honest();
                f.broker.relieve();
                bad.used(900);
                f.pause();
            }
        }
    }

    @Test
    void probeFails_isNotAnnouncedAgain() {
        try (var f = BrokerFixture.create()) {
            f.source("bad", 900, 1000).reading(QuarantineTest::unreadable);
            f.broker.relieve();
            f.clock.advance(FIRST);
            f.broker.relieve();
            assertThat(f.alerts.of(Quarantined.class)).hasSize(1);
            assertThat(f.broker.snapshot().quarantined().getFirst().failures()).isEqualTo(2);
        }
    }

    private static List<String> names(BrokerFixture f) {
        return f.broker.snapshot().quarantined().stream().map(QuarantineView::name).toList();
    }

    private static ReclaimResult fail(ReclaimRequest request) {
        throw new IllegalStateException("boom");
    }

    private static Usage unreadable() {
        throw new IllegalStateException("boom");
    }
}
