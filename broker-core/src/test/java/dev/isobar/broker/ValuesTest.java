package dev.isobar.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.isobar.broker.ReclaimResult.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Resources, usages, requests and results.
class ValuesTest {

    @Test
    void usage_pressure_isUsedOverCapacity() {
        assertThat(Usage.of(250, 1000).pressure()).isEqualTo(0.25);
        assertThat(Usage.of(1500, 1000).pressure()).isEqualTo(1.5);
    }

    @Test
    void usage_capacityUnknown_isUnmanagedAndWithoutPressure() {
        assertThat(Usage.of(1000, 0).pressure()).isZero();
        assertThat(Usage.of(1000, 0).managed()).isFalse();
    }

    @Test
    void usage_negative_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Usage(-1, 0, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Usage(0, -1, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Usage(0, 0, -1, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Usage(0, 0, 0, -1))
                .withMessage("reclaimableBytes must be at least 0: -1");
    }

    @Test
    void resource_names_areStableAndUnique() {
        assertThat(Resource.HEAP).hasToString("heap");
        assertThat(Resource.HOST).hasToString("host");
        assertThat(Resource.device(2)).hasToString("device:2").isEqualTo(Resource.device(2));
        assertThat(Resource.disk(Path.of("/data/../data/x"))).hasToString("disk:/data/x");
        assertThat(Resource.custom("tokens").kind()).isEqualTo(Resource.Kind.CUSTOM);
    }

    @Test
    void resource_bad_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Resource.device(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> Resource.custom(" "));
    }

    @Test
    void result_fromNumbers_hasTheOutcomeThatFollows() {
        assertThat(ReclaimResult.freed(100, 100, "x"))
                .isEqualTo(new ReclaimResult(100, 0, Outcome.RELEASED, ""));
        assertThat(ReclaimResult.freed(100, 40, "pinned"))
                .isEqualTo(new ReclaimResult(40, 0, Outcome.PARTIAL, "pinned"));
        assertThat(ReclaimResult.freed(100, 0, "pinned"))
                .isEqualTo(ReclaimResult.refused("pinned"));
    }

    @Test
    void result_contradictsItself_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ReclaimResult(-1, 0, Outcome.PARTIAL, ""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ReclaimResult(0, 5, Outcome.RELEASED, ""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ReclaimResult(0, 0, Outcome.DEFERRED, ""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ReclaimResult(5, 0, Outcome.REFUSED, ""));
    }

    @Test
    void request_withoutTime_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new ReclaimRequest(1, PressureTier.HIGH, Duration.ZERO, () -> 0L, _ -> {}));
        assertThat(ReclaimRequest.of(7)).hasToString(ReclaimRequest.of(7).toString());
        assertThat(ReclaimRequest.of(7).expired()).isFalse();
    }

    @Test
    void states_bad_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SignalState("s", Double.NaN, 0, 0, false));
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new SourceState("s", 0, Usage.of(0, 0), 0, 1.1, SourceState.Standing.READY))
                .withMessageContaining("deliveryScore=1.1");
        assertThatIllegalArgumentException().isThrownBy(() -> new ReliefPlan.Step("s", 0));
    }
}
