package dev.isobar.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BrokerConfigTest {

    @Test
    void defaults_areThoseThatAreDocumented() {
        BrokerConfig config = BrokerConfig.defaults();
        assertThat(config.actAbove()).isEqualTo(0.80);
        assertThat(config.targets()).isEqualTo(new TierTargets(0.60, 0.60));
        assertThat(config.exitMargin()).isEqualTo(0.05);
        assertThat(config.dwell()).isEqualTo(Duration.ofMillis(500));
        assertThat(config.maxBytesPerPass()).isEqualTo(Long.MAX_VALUE);
        assertThat(config.minAskFraction()).isZero();
        assertThat(config.intervals().of(PressureTier.NORMAL)).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.intervals().of(PressureTier.WARNING)).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.intervals().of(PressureTier.HIGH)).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.intervals().of(PressureTier.CRITICAL)).isEqualTo(Duration.ofMillis(250));
        assertThat(config.callDeadline()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.pendingTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.backOff())
                .isEqualTo(new BackOff(Duration.ofSeconds(1), Duration.ofMinutes(5)));
        assertThat(config.stuckReminder()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.decisionsKept()).isEqualTo(64);
        assertThat(config.sharedCapacities()).isEmpty();
    }

    static Stream<Arguments> badSettings() {
        return Stream.of(
                bad("actAbove=NaN", b -> b.actAbove(Double.NaN)),
                bad("actAbove=0.0", b -> b.actAbove(0)),
                bad("actAbove=1.01", b -> b.actAbove(1.01)),
                bad(
                        "targets.high=0.7: must be at most actAbove=0.65",
                        b -> b.actAbove(0.65).aim(0.7)),
                bad(
                        "targets.critical=0.9: must be at most actAbove=0.8",
                        b -> b.targets(new TierTargets(0.6, 0.9))),
                bad("targets.high=NaN", b -> b.aim(Double.NaN)),
                bad("targets.critical=-0.1", b -> b.targets(new TierTargets(0.6, -0.1))),
                bad("exitMargin=0.15", b -> b.exitMargin(0.15)),
                bad("exitMargin=NaN", b -> b.exitMargin(Double.NaN)),
                bad("exitMargin=-0.01", b -> b.exitMargin(-0.01)),
                bad("dwell=PT-1S", b -> b.dwell(Duration.ofSeconds(-1))),
                bad("maxBytesPerPass=0", b -> b.maxBytesPerPass(0)),
                bad("minAskFraction=1.0", b -> b.minAskFraction(1)),
                bad("minAskFraction=NaN", b -> b.minAskFraction(Double.NaN)),
                bad("callDeadline=PT0S", b -> b.callDeadline(Duration.ZERO)),
                bad("pendingTimeout=PT-1S", b -> b.pendingTimeout(Duration.ofSeconds(-1))),
                bad("pendingTimeout", b -> b.pendingTimeout(Duration.ofSeconds(Long.MAX_VALUE))),
                bad("stuckReminder=PT0S", b -> b.stuckReminder(Duration.ZERO)),
                bad("decisionsKept=0", b -> b.decisionsKept(0)),
                bad("sharedCapacities[heap]=0", b -> b.sharedCapacities(Map.of(Resource.HEAP, 0L))),
                bad("intervals.normal=PT0S", b -> b.intervals(TickIntervals.of(Duration.ZERO))),
                bad(
                        "intervals.high=PT3S: must be at most PT2S",
                        b ->
                                b.intervals(
                                        new TickIntervals(
                                                Duration.ofSeconds(5),
                                                Duration.ofSeconds(2),
                                                Duration.ofSeconds(3),
                                                Duration.ofSeconds(1)))),
                bad(
                        "backOff.max=PT1S: must be at least backOff.first=PT2S",
                        b -> b.backOff(new BackOff(Duration.ofSeconds(2), Duration.ofSeconds(1)))),
                bad(
                        "backOff.first=PT0S",
                        b -> b.backOff(new BackOff(Duration.ZERO, Duration.ofSeconds(1)))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badSettings")
    void build_badSetting_refusedWithNameValueAndBounds(String message, ThrowingCallable build) {
        assertThatIllegalArgumentException()
                .isThrownBy(build)
                .withMessageContaining(message)
                .withMessageContaining("must be");
    }

    @Test
    void build_aimEqualsActAboveEqualsOne_allowed() {
        assertThat(BrokerConfig.builder().actAbove(1.0).aim(1.0).build().actAbove()).isEqualTo(1.0);
    }

    @Test
    void sharedCapacities_areCopied() {
        var capacities = new java.util.HashMap<>(Map.of(Resource.HEAP, 1L));
        BrokerConfig config = BrokerConfig.builder().sharedCapacities(capacities).build();
        capacities.clear();
        assertThat(config.sharedCapacityBytes(Resource.HEAP)).isEqualTo(1);
        assertThat(config.sharedCapacityBytes(Resource.HOST)).isZero();
    }

    private static Arguments bad(String message, Consumer<BrokerConfig.Builder> setting) {
        ThrowingCallable build =
                () -> {
                    BrokerConfig.Builder builder = BrokerConfig.builder();
                    setting.accept(builder);
                    builder.build();
                };
        return Arguments.of(message, build);
    }
}
