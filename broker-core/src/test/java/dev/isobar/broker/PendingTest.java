package dev.isobar.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.isobar.broker.Decision.Outcome;
import dev.isobar.broker.ReliefPlan.Skipped;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Bytes that are promised now and free later.
class PendingTest {

    @Test
    void deferred_creditedSoThatNobodyIsAskedAgainForThem() {
        try (var f = BrokerFixture.create()) {
            FakeSource later = f.source("later", 900, 1000).reclaiming(PendingTest::promiseAll);
            FakeSource next = f.source("next", 850, 1000);
            Decision decision = f.broker.relieve();
            assertThat(later.asks()).containsExactly(300L);
            assertThat(next.asks()).isEmpty();
            assertThat(decision.triggered()).isFalse();
            var asked = decision.resources().getFirst().asked().getFirst();
            assertThat(asked.outcome()).isEqualTo(Outcome.DEFERRED);
            assertThat(asked.pendingBytes()).isEqualTo(300);
        }
    }

    @Test
    void inFlightCoversTheDeficit_notAskedAgain() {
        try (var f = BrokerFixture.create()) {
            FakeSource later = f.source("later", 900, 1000).reclaiming(PendingTest::promiseAll);
            f.broker.relieve();
            f.pause();
            Decision again = f.broker.relieve();
            assertThat(later.asks()).hasSize(1);
            assertThat(again.resources().getFirst().skipped())
                    .containsExactly(new Skipped("later", SkipReason.IN_FLIGHT));
            assertThat(f.broker.snapshot().sources().getFirst().inFlightBytes()).isEqualTo(300);
        }
    }

    @Test
    void inFlightCoversPart_askedForTheRest() {
        try (var f = BrokerFixture.create()) {
            FakeSource later = f.source("later", 900, 1000).reclaiming(PendingTest::promiseAll);
            f.broker.relieve();
            later.used(940);
            f.pause();
            f.broker.relieve();
            assertThat(later.asks()).containsExactly(300L, 40L);
        }
    }

    @Test
    void delivered_countedExactlyOnce_andTheExcessIsIgnored() {
        try (var f = BrokerFixture.create()) {
            FakeSource later = f.source("later", 900, 1000).reclaiming(PendingTest::promiseAll);
            f.broker.relieve();
            ReclaimRequest request = later.lastRequest();
            later.drop(100);
            request.delivered(100);
            assertThat(f.broker.snapshot().totals().bytesFreed()).isEqualTo(100);
            assertThat(f.broker.snapshot().totals().inFlightBytes()).isEqualTo(200);
            later.drop(200);
            request.delivered(5_000);
            request.delivered(300);
            assertThat(f.broker.snapshot().totals().bytesFreed()).isEqualTo(300);
            assertThat(f.broker.snapshot().totals().inFlightBytes()).isZero();
            assertThat(f.broker.snapshot().sources().getFirst().bytesFreed()).isEqualTo(300);
        }
    }

    @Test
    void deliveredBeforeTheAnswer_countedOnce() {
        try (var f = BrokerFixture.create()) {
            FakeSource quick = FakeSource.of("quick", 900, 1000);
            quick.reclaiming(request -> {
                quick.drop(300);
                request.delivered(300);
                return promiseAll(request);
            });
            f.register(quick);
            f.broker.relieve();
            assertThat(f.broker.snapshot().totals().bytesFreed()).isEqualTo(300);
            assertThat(f.broker.snapshot().totals().inFlightBytes()).isZero();
        }
    }

    @Test
    void neverDelivered_expiresAndTheSourceSinks() {
        try (var f = BrokerFixture.create()) {
            FakeSource liar = f.source("liar", 900, 1000).reclaiming(PendingTest::promiseAll);
            FakeSource honest = f.source("honest", 850, 1000);
            for (int i = 0; i < 2; i++) {
                f.broker.relieve();
                f.clock.advance(Duration.ofSeconds(30));
                honest.used(850);
            }
            assertThat(liar.asks()).hasSize(2);
            int asksOfHonest = honest.asks().size();
            f.broker.relieve();
            SourceView view = view(f, "liar");
            assertThat(view.deliveryScore()).isLessThan(0.5);
            assertThat(view.inFlightBytes()).isZero();
            assertThat(honest.asks()).hasSize(asksOfHonest + 1);
            assertThat(honest.asks().getLast()).isEqualTo(250L);
        }
    }

    @Test
    void deliveredAfterExpiry_countedOnceAndNotTwice() {
        try (var f = BrokerFixture.create()) {
            FakeSource late = f.source("late", 900, 1000).reclaiming(PendingTest::promiseAll);
            f.broker.relieve();
            ReclaimRequest request = late.lastRequest();
            f.clock.advance(Duration.ofSeconds(30));
            late.used(700);
            f.broker.relieve();
            assertThat(f.broker.snapshot().totals().bytesExpired()).isEqualTo(300);
            request.delivered(300);
            request.delivered(300);
            var totals = f.broker.snapshot().totals();
            assertThat(totals.bytesFreed()).isEqualTo(300);
            assertThat(totals.bytesExpired()).isZero();
            assertThat(totals.bytesDelivered()).isEqualTo(totals.bytesPromised());
        }
    }

    @Test
    void unregistered_itsPromisesAreGivenUp() {
        try (var f = BrokerFixture.create()) {
            f.source("later", 900, 1000).reclaiming(PendingTest::promiseAll);
            f.broker.relieve();
            f.broker.unregister("later");
            var totals = f.broker.snapshot().totals();
            assertThat(totals.inFlightBytes()).isZero();
            assertThat(totals.bytesExpired()).isEqualTo(300);
        }
    }

    @Test
    void freedAndPending_bothCount() {
        try (var f = BrokerFixture.create()) {
            FakeSource mixed = FakeSource.of("mixed", 900, 1000);
            mixed.reclaiming(_ -> {
                mixed.drop(100);
                return ReclaimResult.deferred(100, 150, "writing");
            });
            f.register(mixed);
            FakeSource next = f.source("next", 850, 1000);
            Decision decision = f.broker.relieve();
            assertThat(decision.bytesFreed()).isEqualTo(150);
            assertThat(next.asks()).containsExactly(50L);
        }
    }

    @Test
    void request_badBytes_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReclaimRequest.of(0))
                .withMessageContaining("0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReclaimRequest.of(1).delivered(-1))
                .withMessageContaining("-1");
    }

    @Test
    void request_expires_byTheBrokersClock() {
        try (var f = BrokerFixture.create()) {
            FakeSource source = f.source("a", 900, 1000);
            f.broker.relieve();
            ReclaimRequest request = source.lastRequest();
            assertThat(request.expired()).isFalse();
            f.clock.advance(Duration.ofMillis(800));
            assertThat(request.expired()).isTrue();
            assertThat(request.tier()).isEqualTo(PressureTier.HIGH);
        }
    }

    private static ReclaimResult promiseAll(ReclaimRequest request) {
        return ReclaimResult.deferred(0, request.bytes(), "writing to disk");
    }

    private static SourceView view(BrokerFixture f, String name) {
        return f.broker.snapshot().sources().stream()
                .filter(s -> s.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
