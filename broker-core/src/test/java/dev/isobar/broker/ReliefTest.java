package dev.isobar.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.isobar.broker.Decision.Outcome;
import dev.isobar.broker.ReliefPlan.Skipped;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Who is asked for how many bytes, and who is not.
class ReliefTest {

    @Test
    void relieve_allNormal_nobodyIsAsked() {
        try (var f = BrokerFixture.create()) {
            FakeSource a = f.source("a", 300, 1000);
            FakeSource b = f.source("b", 590, 1000);
            Decision decision = f.broker.relieve();
            assertThat(decision.triggered()).isFalse();
            assertThat(decision.acted()).isFalse();
            assertThat(decision.bytesFreed()).isZero();
            assertThat(decision.sourcesActed()).isEmpty();
            assertThat(decision.tier()).isEqualTo(PressureTier.NORMAL);
            assertThat(a.asks()).isEmpty();
            assertThat(b.asks()).isEmpty();
            assertThat(f.alerts.reliefs()).isEmpty();
            assertThat(f.broker.snapshot().decisions()).isEmpty();
        }
    }

    @Test
    void relieve_high_asksOnlyTheWorstForExactlyItsDeficit() {
        try (var f = BrokerFixture.create()) {
            FakeSource mild = f.source("mild", 820, 1000);
            FakeSource worst = f.source("worst", 900, 1000);
            FakeSource calm = f.source("calm", 500, 1000);
            Decision decision = f.broker.relieve();
            assertThat(worst.asks()).containsExactly(300L);
            assertThat(mild.asks()).isEmpty();
            assertThat(calm.asks()).isEmpty();
            assertThat(decision.triggered()).isTrue();
            assertThat(decision.bytesFreed()).isEqualTo(300);
            assertThat(decision.sourcesActed()).containsExactly("worst");
            assertThat(decision.resources().getFirst().skipped())
                    .containsExactly(
                            new Skipped("calm", SkipReason.BELOW_THRESHOLD),
                            new Skipped("mild", SkipReason.NOT_NEEDED));
        }
    }

    @Test
    void relieve_critical_asksAllAboveThresholdForTheirOwnDeficits() {
        try (var f = BrokerFixture.create()) {
            FakeSource worst = f.source("worst", 970, 1000);
            FakeSource bad = f.source("bad", 960, 1000);
            FakeSource calm = f.source("calm", 500, 1000);
            Decision decision = f.broker.relieve();
            assertThat(worst.asks()).containsExactly(370L);
            assertThat(bad.asks()).containsExactly(360L);
            assertThat(calm.asks()).isEmpty();
            assertThat(decision.bytesFreed()).isEqualTo(730);
            assertThat(decision.sourcesActed()).containsExactly("worst", "bad");
            assertThat(decision.resources().getFirst().mode()).isEqualTo(ReliefPlan.Mode.PARALLEL);
        }
    }

    @Test
    void relieve_overCapacity_isCriticalAndFreesDownToTheAim() {
        try (var f = BrokerFixture.create()) {
            FakeSource source = f.source("a", 1500, 1000);
            Decision decision = f.broker.relieve();
            assertThat(decision.pressure()).isEqualTo(1.5);
            assertThat(decision.tier()).isEqualTo(PressureTier.CRITICAL);
            assertThat(source.asks()).containsExactly(900L);
            assertThat(source.used()).isEqualTo(600);
        }
    }

    @Test
    void relieve_afterRelief_reportsPressureBeforeAndAfter() {
        try (var f = BrokerFixture.create()) {
            f.source("a", 900, 1000);
            var resource = f.broker.relieve().resources().getFirst();
            assertThat(resource.pressureBefore()).isEqualTo(0.9);
            assertThat(resource.pressureAfter()).isEqualTo(0.6);
            assertThat(resource.deficitBytes()).isEqualTo(300);
            assertThat(f.broker.globalPressure()).isLessThan(0.8);
        }
    }

    @Test
    void relieve_worstIsStuck_walksDownAndStarvesNobody() {
        try (var f = BrokerFixture.create()) {
            FakeSource stuck = f.register(FakeSource.of("stuck", 930, 1000).stuck());
            FakeSource next = f.source("next", 900, 1000);
            FakeSource last = f.source("last", 850, 1000);
            Decision decision = f.broker.relieve();
            assertThat(stuck.asks()).containsExactly(330L);
            assertThat(next.asks()).containsExactly(300L);
            assertThat(last.asks()).containsExactly(30L);
            assertThat(decision.sourcesActed()).containsExactly("next", "last");
        }
    }

    @Test
    void relieve_worstDeliversPart_nextIsAskedForTheRemainder() {
        try (var f = BrokerFixture.create()) {
            FakeSource worst = f.register(FakeSource.of("worst", 900, 1000).pinned(700));
            FakeSource next = f.source("next", 850, 1000);
            f.broker.relieve();
            assertThat(worst.asks()).containsExactly(300L);
            assertThat(next.asks()).containsExactly(100L);
        }
    }

    @Test
    void relieve_stuckTwice_sinksBehindThoseThatDeliver() {
        try (var f = BrokerFixture.create()) {
            FakeSource tiny = f.register(FakeSource.of("tiny", 93, 100).stuck());
            FakeSource big = f.source("big", 900_000, 1_000_000);
            f.broker.relieve();
            f.pause();
            f.broker.relieve();
            f.pause();
            f.broker.relieve();
            assertThat(tiny.asks()).containsExactly(33L, 33L);
            assertThat(big.asks()).containsExactly(33L, 33L, 299_934L);
        }
    }

    @Test
    void relieve_actAboveBelowHigh_actsAtItsThreshold() {
        var config = BrokerConfig.builder().actAbove(0.70).build();
        try (var f = BrokerFixture.with(config)) {
            FakeSource warm = f.source("warm", 750, 1000);
            FakeSource calm = f.source("calm", 690, 1000);
            Decision decision = f.broker.relieve();
            assertThat(decision.tier()).isEqualTo(PressureTier.WARNING);
            assertThat(warm.asks()).containsExactly(150L);
            assertThat(calm.asks()).isEmpty();
        }
    }

    @Test
    void relieve_actAboveAboveHigh_waitsForItsThreshold() {
        var config = BrokerConfig.builder().actAbove(0.90).build();
        try (var f = BrokerFixture.with(config)) {
            FakeSource source = f.source("a", 890, 1000);
            assertThat(f.broker.relieve().acted()).isFalse();
            source.used(900);
            assertThat(f.broker.relieve().acted()).isTrue();
        }
    }

    @Test
    void relieve_targetsPerTier_aimByTheTier() {
        var config = BrokerConfig.builder().targets(new TierTargets(0.70, 0.50)).build();
        try (var f = BrokerFixture.with(config)) {
            FakeSource high = f.register(new FakeSource("h", Resource.HOST, 900, 1000));
            FakeSource critical = f.source("c", 960, 1000);
            f.broker.relieve();
            assertThat(high.asks()).containsExactly(200L);
            assertThat(critical.asks()).containsExactly(460L);
        }
    }

    @Test
    void relieve_diskIsCritical_devicePoolIsLeftAlone() {
        try (var f = BrokerFixture.create()) {
            FakeSource disk =
                    f.register(new FakeSource("d", Resource.disk(Path.of("/data")), 990, 1000));
            FakeSource gpu = f.register(new FakeSource("g", Resource.device(0), 790, 1000));
            FakeSource other = f.register(new FakeSource("g1", Resource.device(1), 850, 1000));
            FakeSource mild = f.register(new FakeSource("g2", Resource.device(1), 810, 1000));
            Decision decision = f.broker.relieve();
            assertThat(decision.tier()).isEqualTo(PressureTier.CRITICAL);
            assertThat(disk.asks()).containsExactly(390L);
            assertThat(gpu.asks()).isEmpty();
            // High by itself: only its own worst, although another resource is critical.
            assertThat(other.asks()).containsExactly(250L);
            assertThat(mild.asks()).isEmpty();
        }
    }

    @Test
    void relieve_unmanagedSource_neverAsked() {
        try (var f = BrokerFixture.create()) {
            FakeSource unmanaged = f.source("unmanaged", 5000, 0);
            f.source("worst", 990, 1000);
            Decision decision = f.broker.relieve();
            assertThat(unmanaged.asks()).isEmpty();
            assertThat(decision.resources().getFirst().skipped())
                    .contains(new Skipped("unmanaged", SkipReason.UNMANAGED));
        }
    }

    @Test
    void relieve_justAsked_dwells() {
        try (var f = BrokerFixture.create()) {
            FakeSource source = f.source("a", 900, 1000);
            f.broker.relieve();
            source.used(900);
            Decision again = f.broker.relieve();
            assertThat(source.asks()).containsExactly(300L);
            assertThat(again.resources().getFirst().skipped())
                    .containsExactly(new Skipped("a", SkipReason.DWELLING));
            f.clock.advance(Duration.ofMillis(500));
            f.broker.relieve();
            assertThat(source.asks()).containsExactly(300L, 300L);
        }
    }

    @Test
    void relieve_maxBytesPerPass_capsTheWholePass() {
        var config = BrokerConfig.builder().maxBytesPerPass(400).build();
        try (var f = BrokerFixture.with(config)) {
            FakeSource a = f.source("a", 990, 1000);
            FakeSource b = f.source("b", 980, 1000);
            FakeSource other = f.register(new FakeSource("h", Resource.HOST, 900, 1000));
            Decision decision = f.broker.relieve();
            assertThat(a.asks()).containsExactly(390L);
            assertThat(b.asks()).containsExactly(10L);
            assertThat(other.asks()).isEmpty();
            assertThat(decision.resources().get(1).skipped())
                    .containsExactly(new Skipped("h", SkipReason.LIMIT));
        }
    }

    @Test
    void relieve_sharedCapacityIsTight_takesFromTheFullestThoughNoneIsAboveItsOwnThreshold() {
        var config =
                BrokerConfig.builder().sharedCapacities(Map.of(Resource.HEAP, 1000L)).build();
        try (var f = BrokerFixture.with(config)) {
            FakeSource full = f.source("full", 490, 700);
            FakeSource half = f.source("half", 410, 800);
            Decision decision = f.broker.relieve();
            assertThat(decision.pressure()).isEqualTo(0.9);
            assertThat(full.asks()).containsExactly(300L);
            assertThat(half.asks()).isEmpty();
            assertThat(decision.resources().getFirst().pressureAfter()).isEqualTo(0.6);
        }
    }

    @Test
    void relieve_sharedCapacityIsTight_walksOnWhereTheFullestIsPinned() {
        var config =
                BrokerConfig.builder().sharedCapacities(Map.of(Resource.HEAP, 1000L)).build();
        try (var f = BrokerFixture.with(config)) {
            FakeSource full = f.register(FakeSource.of("full", 490, 700).pinned(400));
            FakeSource half = f.source("half", 410, 800);
            f.broker.relieve();
            assertThat(full.asks()).containsExactly(300L);
            assertThat(half.asks()).containsExactly(210L);
        }
    }

    @Test
    void relieve_signalRaisesPressure_walksByTheSignalsCapacity() {
        var signal = new FakeSignal("rss", Resource.HEAP, 0.90, 10_000);
        try (var f = BrokerFixture.with(BrokerConfig.defaults(), b -> b.signal(signal))) {
            FakeSource a = f.source("a", 5_000, 10_000);
            FakeSource b = f.source("b", 4_000, 10_000);
            Decision decision = f.broker.relieve();
            assertThat(decision.pressure()).isEqualTo(0.9);
            assertThat(a.asks()).hasSize(1);
            assertThat(a.asks().getFirst()).isCloseTo(3_000, within(1L));
            assertThat(b.asks()).isEmpty();
            var said = decision.resources().getFirst().signals();
            assertThat(said).containsExactly(new SignalState("rss", 0.90, 10_000, 0, false));
        }
    }

    @Test
    void relieve_signalOfAnotherResource_changesNothing() {
        var signal = new FakeSignal("disk", Resource.disk(Path.of("/")), 0.99, 10_000);
        try (var f = BrokerFixture.with(BrokerConfig.defaults(), b -> b.signal(signal))) {
            FakeSource a = f.source("a", 500, 1_000);
            assertThat(f.broker.relieve().acted()).isFalse();
            assertThat(a.asks()).isEmpty();
        }
    }

    @Test
    void relieve_criticalSignalBesideStuckSource_isNotHeldUpByIt() {
        var signal = new FakeSignal("rss", Resource.HEAP, 0.97, 10_000);
        try (var f = BrokerFixture.with(BrokerConfig.defaults(), b -> b.signal(signal))) {
            FakeSource stuck = f.register(FakeSource.of("stuck", 85, 100).stuck());
            FakeSource calm = f.source("calm", 5_000, 10_000);
            f.broker.relieve();
            assertThat(stuck.asks()).hasSize(1);
            assertThat(calm.asks()).hasSize(1);
            assertThat(calm.asks().getFirst() + stuck.asks().getFirst())
                    .isCloseTo(3_700, within(1L));
        }
    }

    @Test
    void relieve_minAskFraction_asksForAtLeastThat() {
        var config =
                BrokerConfig.builder().actAbove(1.0).aim(1.0).minAskFraction(0.10).build();
        try (var f = BrokerFixture.with(config)) {
            FakeSource full = f.source("full", 1000, 1000);
            f.broker.relieve();
            assertThat(full.asks()).containsExactly(100L);
        }
    }

    @Test
    void relieve_aimIsTheCapacity_asksForTheOvershoot() {
        var config = BrokerConfig.builder().actAbove(1.0).aim(1.0).build();
        try (var f = BrokerFixture.with(config)) {
            FakeSource over = f.source("over", 1500, 1000);
            f.broker.relieve();
            assertThat(over.asks()).containsExactly(500L);
        }
    }

    @Test
    void relieve_sourceFreesMoreOrLess_reportsWhatItFreed() {
        try (var f = BrokerFixture.create()) {
            FakeSource source = FakeSource.of("a", 900, 1000);
            source.reclaiming(
                    request -> {
                        source.drop(321);
                        return ReclaimResult.freed(request.bytes(), 321, "");
                    });
            f.register(source);
            var asked = f.broker.relieve().resources().getFirst().asked().getFirst();
            assertThat(asked.askedBytes()).isEqualTo(300);
            assertThat(asked.freedBytes()).isEqualTo(321);
            assertThat(asked.outcome()).isEqualTo(Outcome.RELEASED);
        }
    }

    @Test
    void relieve_underRefill_doesNotOscillate() {
        try (var f = BrokerFixture.create()) {
            FakeSource source = f.source("a", 900, 1000);
            int asks = 0;
            for (int i = 0; i < 100; i++) {
                f.broker.relieve();
                asks = source.asks().size();
                source.used(Math.min(1000, source.used() + 10));
                f.pause();
            }
            // 10 bytes a second refill what one relief frees (200 bytes) in 20 s: 100 s, 6 reliefs.
            assertThat(asks).isBetween(4, 6);
            assertThat(source.asks()).allMatch(bytes -> bytes >= 200 && bytes <= 310);
            assertThat(f.alerts.of(PressureAlert.TierChanged.class).size())
                    .isLessThanOrEqualTo(3 * asks);
        }
    }

    @Test
    void relieve_onTheEdgeOfATier_doesNotFlap() {
        try (var f = BrokerFixture.create()) {
            FakeSource source = f.source("a", 610, 1000);
            for (int i = 0; i < 20; i++) {
                source.used(i % 2 == 0 ? 610 : 590);
                f.broker.relieve();
            }
            assertThat(f.alerts.of(PressureAlert.TierChanged.class)).hasSize(1);
            assertThat(f.broker.globalTier()).isEqualTo(PressureTier.WARNING);
        }
    }

    @Test
    void relieve_critical_leavesTheTierOnlyBelowTheExit() {
        try (var f = BrokerFixture.create()) {
            FakeSource source = f.register(FakeSource.of("a", 950, 1000).stuck());
            f.broker.relieve();
            source.used(901);
            assertThat(f.broker.relieve().tier()).isEqualTo(PressureTier.CRITICAL);
            source.used(899);
            assertThat(f.broker.relieve().tier()).isEqualTo(PressureTier.HIGH);
            source.used(100);
            assertThat(f.broker.relieve().tier()).isEqualTo(PressureTier.NORMAL);
        }
    }

    @Test
    void preview_showsThePlan_andAsksNobody() {
        try (var f = BrokerFixture.create()) {
            FakeSource source = f.source("a", 900, 1000);
            ReliefPlan plan = f.broker.preview();
            assertThat(plan.acts()).isTrue();
            assertThat(plan.resources().getFirst().steps())
                    .containsExactly(new ReliefPlan.Step("a", 300));
            assertThat(source.asks()).isEmpty();
            assertThat(f.alerts.all()).isEmpty();
            assertThat(f.broker.snapshot().totals().passes()).isZero();
            assertThat(f.broker.preview()).isEqualTo(plan);
        }
    }

    @Test
    void relieve_customPolicyThrows_standardTakesItsPlace() {
        ReliefPolicy broken =
                _ -> {
                    throw new IllegalStateException("model not loaded");
                };
        try (var f = BrokerFixture.with(BrokerConfig.defaults(), b -> b.policy(broken))) {
            FakeSource source = f.source("a", 900, 1000);
            Decision decision = f.broker.relieve();
            assertThat(source.asks()).containsExactly(300L);
            assertThat(decision.policy()).startsWith("standard: ").contains("model not loaded");
        }
    }

    @Test
    void relieve_customPolicyAsksTooMuch_theStepIsLeftOut() {
        ReliefPolicy greedy =
                state ->
                        new ReliefPlan(
                                state.resources().stream()
                                        .map(ReliefTest::everythingAndMore)
                                        .toList());
        try (var f = BrokerFixture.with(BrokerConfig.defaults(), b -> b.policy(greedy))) {
            FakeSource source = f.source("a", 900, 1000);
            FakeSource other = f.register(new FakeSource("other", Resource.HOST, 900, 1000));
            Decision decision = f.broker.relieve();
            assertThat(source.asks()).isEmpty();
            assertThat(other.asks()).isEmpty();
            assertThat(decision.policy()).isEqualTo("custom");
            assertThat(decision.resources().getFirst().skipped())
                    .extracting(Skipped::reason)
                    .containsOnly(SkipReason.INVALID_STEP);
        }
    }

    private static ReliefPlan.ResourcePlan everythingAndMore(ResourceState resource) {
        return new ReliefPlan.ResourcePlan(
                resource.resource(),
                ReliefPlan.Mode.PARALLEL,
                1,
                1,
                java.util.List.of(
                        new ReliefPlan.Step("a", 901),
                        new ReliefPlan.Step("other", 901),
                        new ReliefPlan.Step("nobody", 1)),
                java.util.List.of());
    }
}
