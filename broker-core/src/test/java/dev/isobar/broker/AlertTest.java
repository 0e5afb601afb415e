package dev.isobar.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.isobar.broker.PressureAlert.Relief;
import dev.isobar.broker.PressureAlert.TierChanged;
import dev.isobar.broker.jackson.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AlertTest {

    @Test
    void relieve_high_oneAlertForTheAskedSource() {
        try (var f = BrokerFixture.create()) {
            f.source("a", 900, 1000);
            f.source("b", 820, 1000);
            f.broker.relieve();
            assertThat(f.alerts.reliefs())
                    .containsExactly(
                            new Relief(
                                    "a",
                                    Resource.HEAP,
                                    0.9,
                                    PressureTier.HIGH,
                                    300,
                                    300,
                                    0,
                                    true,
                                    ManualClock.START));
        }
    }

    @Test
    void relieve_critical_oneAlertPerAskedSource() {
        try (var f = BrokerFixture.create()) {
            f.source("a", 970, 1000);
            f.source("b", 960, 1000);
            f.source("c", 500, 1000);
            f.broker.relieve();
            assertThat(f.alerts.reliefs())
                    .extracting(Relief::source)
                    .containsExactlyInAnyOrder("a", "b");
        }
    }

    @Test
    void relieve_belowTheThreshold_noReliefAlert() {
        try (var f = BrokerFixture.create()) {
            f.source("a", 700, 1000);
            f.broker.relieve();
            assertThat(f.alerts.reliefs()).isEmpty();
        }
    }

    @Test
    void relieve_stuck_alertWithZeroBytes_butNotTriggered() {
        try (var f = BrokerFixture.create()) {
            f.register(FakeSource.of("a", 900, 1000).stuck());
            Decision decision = f.broker.relieve();
            assertThat(decision.triggered()).isFalse();
            assertThat(decision.sourcesActed()).isEmpty();
            assertThat(f.alerts.reliefs()).hasSize(1);
            assertThat(f.alerts.reliefs().getFirst().bytesFreed()).isZero();
            assertThat(f.alerts.reliefs().getFirst().actionTaken()).isTrue();
            assertThat(f.broker.snapshot().totals().reliefsFired()).isZero();
        }
    }

    @Test
    void stuckTickAfterTick_announcedOnceAndThenAsAReminder() {
        try (var f = BrokerFixture.create()) {
            FakeSource stuck = f.register(FakeSource.of("a", 900, 1000).stuck());
            for (int i = 0; i < 60; i++) {
                f.broker.relieve();
                f.pause();
            }
            assertThat(stuck.asks()).hasSize(60);
            assertThat(f.alerts.reliefs()).hasSize(1);
            f.broker.relieve();
            assertThat(f.alerts.reliefs()).hasSize(2);
        }
    }

    @Test
    void stuckAndTheTierChanges_announcedAgain() {
        try (var f = BrokerFixture.create()) {
            FakeSource stuck = f.register(FakeSource.of("a", 900, 1000).stuck());
            f.broker.relieve();
            f.pause();
            stuck.used(960);
            f.broker.relieve();
            assertThat(f.alerts.reliefs())
                    .extracting(Relief::tier)
                    .containsExactly(PressureTier.HIGH, PressureTier.CRITICAL);
        }
    }

    @Test
    void stuckThenFreeThenStuck_announcedEachTime() {
        try (var f = BrokerFixture.create()) {
            FakeSource source = f.register(FakeSource.of("a", 900, 1000).stuck());
            f.broker.relieve();
            f.pause();
            source.pinned(0);
            f.broker.relieve();
            f.pause();
            source.used(900);
            source.stuck();
            f.broker.relieve();
            assertThat(f.alerts.reliefs())
                    .extracting(Relief::bytesFreed)
                    .containsExactly(0L, 300L, 0L);
        }
    }

    @Test
    void tierChanges_announcedInBothDirections() {
        try (var f = BrokerFixture.create()) {
            FakeSource source = f.source("a", 100, 1000);
            for (long used : List.of(100L, 650L, 960L, 100L, 100L)) {
                source.used(used);
                source.stuck();
                f.broker.relieve();
            }
            assertThat(f.alerts.of(TierChanged.class))
                    .extracting(TierChanged::from, TierChanged::to)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple(
                                    PressureTier.NORMAL, PressureTier.WARNING),
                            org.assertj.core.groups.Tuple.tuple(
                                    PressureTier.WARNING, PressureTier.CRITICAL),
                            org.assertj.core.groups.Tuple.tuple(
                                    PressureTier.CRITICAL, PressureTier.NORMAL));
        }
    }

    @Test
    void lastSourceLeaves_theResourceIsCalm_andThatIsAnnounced() {
        try (var f = BrokerFixture.create()) {
            f.register(FakeSource.of("a", 900, 1000).stuck());
            f.broker.relieve();
            f.broker.unregister("a");
            f.broker.relieve();
            assertThat(f.alerts.of(TierChanged.class).getLast().to())
                    .isEqualTo(PressureTier.NORMAL);
        }
    }

    @Test
    void listenerThrows_isCounted_andTheOthersHear() {
        AlertListener throwing =
                _ -> {
                    throw new IllegalStateException("no chat server");
                };
        try (var f = BrokerFixture.with(BrokerConfig.defaults(), b -> b.listener(throwing))) {
            FakeSource source = f.source("a", 900, 1000);
            f.broker.relieve();
            source.used(900);
            f.pause();
            f.broker.relieve();
            assertThat(source.asks()).hasSize(2);
            var totals = f.broker.snapshot().totals();
            assertThat(totals.alertsFailed()).isEqualTo(f.alerts.all().size());
            assertThat(totals.alertsDelivered()).isEqualTo(f.alerts.all().size());
        }
    }

    @Test
    void listenerHangs_missesAlerts_andTheOthersHear() {
        var fixture = new AtomicReference<BrokerFixture>();
        var calls = new ArrayList<PressureAlert>();
        AlertListener hanging =
                alert -> {
                    calls.add(alert);
                    fixture.get().hanging.hang();
                };
        try (var f = BrokerFixture.with(BrokerConfig.defaults(), b -> b.listener(hanging))) {
            fixture.set(f);
            FakeSource source = f.source("a", 900, 1000);
            f.broker.relieve();
            source.used(900);
            f.pause();
            f.broker.relieve();
            assertThat(source.asks()).hasSize(2);
            assertThat(calls).hasSize(1);
            assertThat(f.alerts.reliefs()).hasSize(2);
            assertThat(f.broker.snapshot().totals().alertsDropped()).isPositive();
        }
    }

    @Test
    void listenerRelieves_works() {
        var broker = new AtomicReference<PressureBroker>();
        var decisions = new ArrayList<Decision>();
        AlertListener relieves =
                alert -> {
                    if (alert instanceof Relief) {
                        decisions.add(broker.get().relieve());
                    }
                };
        try (var f = BrokerFixture.with(BrokerConfig.defaults(), b -> b.listener(relieves))) {
            broker.set(f.broker);
            f.source("a", 900, 1000);
            f.broker.relieve();
            assertThat(decisions).hasSize(1);
            assertThat(f.broker.snapshot().totals().passes()).isEqualTo(2);
        }
    }

    @Test
    void listenerCloses_worksWithoutDeadlock() {
        var broker = new AtomicReference<PressureBroker>();
        try (var f =
                BrokerFixture.with(
                        BrokerConfig.defaults(), b -> b.listener(_ -> broker.get().close()))) {
            broker.set(f.broker);
            f.source("a", 900, 1000);
            assertThat(f.broker.relieve().bytesFreed()).isEqualTo(300);
        }
    }

    @Test
    void addListener_sameTwice_hearsOnce_andRemoved_hearsNoMore() {
        try (var f = BrokerFixture.create()) {
            var another = new Alerts();
            f.broker.addListener(another);
            f.broker.addListener(another);
            FakeSource source = f.source("a", 900, 1000);
            f.broker.relieve();
            assertThat(another.reliefs()).hasSize(1);
            assertThat(f.broker.removeListener(another)).isTrue();
            assertThat(f.broker.removeListener(another)).isFalse();
            source.used(900);
            f.clock.advance(Duration.ofSeconds(1));
            f.broker.relieve();
            assertThat(another.reliefs()).hasSize(1);
        }
    }

    @Test
    void relief_asJson_keepsItsNames() throws Exception {
        var relief =
                new Relief(
                        "kv",
                        Resource.device(0),
                        0.97,
                        PressureTier.CRITICAL,
                        370,
                        300,
                        70,
                        true,
                        ManualClock.START);
        JsonNode node = Json.of(relief);
        assertThat(node.fieldNames())
                .toIterable()
                .containsExactly(
                        "source",
                        "resource",
                        "pressureBefore",
                        "tier",
                        "askedBytes",
                        "bytesFreed",
                        "pendingBytes",
                        "actionTaken",
                        "at");
        assertThat(node.get("source").asText()).isEqualTo("kv");
        assertThat(node.get("resource").asText()).isEqualTo("device:0");
        assertThat(node.get("pressureBefore").asDouble()).isEqualTo(0.97);
        assertThat(node.get("tier").asText()).isEqualTo("critical");
        assertThat(node.get("bytesFreed").asLong()).isEqualTo(300);
        assertThat(node.get("actionTaken").asBoolean()).isTrue();
        assertThat(node.get("at").asText()).isEqualTo("2026-03-01T12:00:00Z");
    }

    @Test
    void message_everyAlert_namesWhatMatters() {
        var at = ManualClock.START;
        assertThat(
                        List.of(
                                        new Relief(
                                                "kv",
                                                Resource.HEAP,
                                                0.9,
                                                PressureTier.HIGH,
                                                300,
                                                0,
                                                0,
                                                true,
                                                at),
                                        new TierChanged(
                                                Resource.HEAP,
                                                PressureTier.HIGH,
                                                PressureTier.NORMAL,
                                                0.4,
                                                at),
                                        new PressureAlert.Quarantined(
                                                "kv", Resource.HEAP, "boom", at, at),
                                        new PressureAlert.Readmitted("kv", Resource.HEAP, at))
                                .stream()
                                .map(PressureAlert::message))
                .containsExactly(
                        "kv of heap at 0.900 (high): asked for 300 bytes, freed 0, pending 0",
                        "heap: high -> normal at 0.400",
                        "kv of heap is set aside until 2026-03-01T12:00:00Z: boom",
                        "kv of heap is back");
    }
}
