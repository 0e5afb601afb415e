package dev.isobar.examples.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.Decision;
import dev.isobar.broker.Decision.Asked;
import dev.isobar.broker.Decision.Outcome;
import dev.isobar.broker.Decision.ResourceDecision;
import dev.isobar.broker.PressureTier;
import dev.isobar.broker.ReliefPlan.Mode;
import dev.isobar.broker.Resource;
import dev.isobar.examples.host.ReliefLog.Reliefs;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReliefLogTest {

    private final ReliefLog log = new ReliefLog();

    @Test
    void add_snapshotsThatOverlap_countsEachDecisionOnce() {
        Decision first = decision(1, relief(Resource.HOST, 100, 0.7));
        Decision second =
                decision(2, relief(Resource.HOST, 50, 0.6), relief(Resource.HEAP, 7, 0.5));

        log.add(List.of(first));
        log.add(List.of(second, first));
        log.add(List.of(second, first));

        assertThat(log.byResource())
                .isEqualTo(
                        Map.of(
                                "host", new Reliefs(2, 150, 0.7, List.of(0.7, 0.6)),
                                "heap", new Reliefs(1, 7, 0.5, List.of(0.5))));
    }

    @Test
    void add_many_keepsTheLastPressures() {
        for (int id = 1; id <= 7; id++) {
            log.add(List.of(decision(id, relief(Resource.HOST, 1, id / 10.0))));
        }

        Reliefs reliefs = log.byResource().get("host");
        assertThat(reliefs.lastPressuresAfter()).containsExactly(0.3, 0.4, 0.5, 0.6, 0.7);
        assertThat(reliefs.lowestLastPressureAfter()).isEqualTo(0.3);
    }

    @Test
    void add_decisionInWhichNobodyWasAsked_countsNothing() {
        log.add(List.of(decision(1, resource(Resource.HOST, 0.3, List.of()))));

        assertThat(log.byResource()).isEmpty();
    }

    private static ResourceDecision relief(Resource resource, long freedBytes, double after) {
        return resource(
                resource,
                after,
                List.of(
                        new Asked(
                                "source",
                                0.9,
                                freedBytes,
                                freedBytes,
                                0,
                                Outcome.RELEASED,
                                1,
                                "")));
    }

    private static ResourceDecision resource(Resource resource, double after, List<Asked> asked) {
        return new ResourceDecision(
                resource, PressureTier.HIGH, 0.9, after, Mode.WALK, 1, asked, List.of(), List.of());
    }

    private static Decision decision(long id, ResourceDecision... resources) {
        return new Decision(
                id,
                Instant.EPOCH,
                Decision.Trigger.TICK,
                "standard",
                0.9,
                PressureTier.HIGH,
                List.of(resources));
    }
}
