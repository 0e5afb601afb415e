package dev.isobar.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.isobar.broker.admission.AdmissionConfig;
import dev.isobar.kv.KvPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class ToolLoopTest {

    /// Eight agents, and a budget in which three requests fit at once.
    private static final PressurePlan PLAN = PressurePlan.of(8, 2, 6, 500, 3_900, 4);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 16, 18, 48, 62, 87, 94, 132, 245})
    void eightAgents_budgetForThree_nobodyStarves_nothingIsLost(long seed) throws Exception {
        PhaseReport report = run(PLAN.seeded(seed));

        assertAllIsWell(report);
        assertThat(report.waits()).isPositive();
        assertThat(report.refusals()).isZero();
        // The others may all be in the queue before it.
        assertThat(report.mostPassed())
                .isLessThanOrEqualTo(PLAN.agents() - 1 + AdmissionConfig.DEFAULT_BYPASS_LIMIT);
        assertThat(report.reuse()).isGreaterThan(0.4);
        assertThat(report.reuse()).isGreaterThanOrEqualTo(report.patientLruReuse() - 0.02);
    }

    @Test
    void sameSeed_sameRun() throws Exception {
        assertThat(run(PLAN.seeded(7)))
                .isEqualTo(run(PLAN.seeded(7)))
                .isNotEqualTo(run(PLAN.seeded(8)));
    }

    /// What threads do not decide: that nobody loses anything, whoever comes first.
    @Test
    void eightAgents_inThreadsOfTheirOwn_nothingIsLost() throws Exception {
        assertAllIsWell(run(PLAN));
    }

    private static void assertAllIsWell(PhaseReport report) {
        assertThat(report.problems()).isEmpty();
        assertThat(report.requests()).isEqualTo(new ToolLoop(PLAN).requests());
        assertThat(report.slotFailures()).isZero();
        assertThat(report.lostTokens()).isZero();
        assertThat(report.bypasses())
                .isLessThanOrEqualTo((long) report.waits() * AdmissionConfig.DEFAULT_BYPASS_LIMIT);
    }

    /// With one lane, a pool with LRU is that LRU, but for the half full block that a request ends with.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void oneLane_findsWhatThePatientLruFinds(long seed) throws Exception {
        PressurePlan plan =
                PressurePlan.of(8, 2, 6, 500, 3_900, 1).evicting(KvPolicy.LRU).seeded(seed);
        PhaseReport report = run(plan);

        assertThat(report.patientLruTokens() - report.cachedTokens())
                .isBetween(0L, report.requests() * 16L);
    }

    @Test
    void oneAgent_withRoomForAll_neverWaits_andComputesOnlyWhatIsNew() throws Exception {
        PhaseReport report = run(PressurePlan.of(1, 3, 6, 500, 30_000, 4));

        assertThat(report.waits()).isZero();
        assertThat(report.evictedBlocks()).isZero();
        assertThat(report.reuse()).isGreaterThan(0.75);
    }

    @Test
    void plan_bad_namesTheNumber() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PressurePlan.of(0, 1, 1, 1, 1, 1))
                .withMessageContaining("agents must be at least 1: 0");
    }

    private static PhaseReport run(PressurePlan plan) throws Exception {
        return new PressureRun(plan, false).run(new ToolLoop(plan), () -> {});
    }
}
