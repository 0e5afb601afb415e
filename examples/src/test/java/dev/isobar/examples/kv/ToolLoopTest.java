package dev.isobar.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.isobar.broker.admission.AdmissionConfig;
import dev.isobar.kv.KvPolicy;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class ToolLoopTest {

    /// Eight agents, and a budget in which three requests fit at once.
    private static final ToolLoopPlan PLAN = plan(8, 2, 3_900, 4, KvPolicy.ADAPTIVE);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 16, 18, 48, 62, 87, 94, 132, 245})
    void eightAgents_budgetForThree_nobodyStarves_nothingIsLost(long seed) throws Exception {
        ToolLoopReport report = KvPressureCommand.run(PLAN.seeded(seed));

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
        assertThat(KvPressureCommand.run(PLAN.seeded(7)))
                .isEqualTo(KvPressureCommand.run(PLAN.seeded(7)))
                .isNotEqualTo(KvPressureCommand.run(PLAN.seeded(8)));
    }

    /// What threads do not decide: that nobody loses anything, whoever comes first.
    @Test
    void eightAgents_inThreadsOfTheirOwn_nothingIsLost() throws Exception {
        assertAllIsWell(KvPressureCommand.run(PLAN));
    }

    private static void assertAllIsWell(ToolLoopReport report) {
        assertThat(report.requests()).isEqualTo(PLAN.requests());
        assertThat(report.slotFailures()).isZero();
        assertThat(report.lostTokens()).isZero();
        assertThat(report.bypasses())
                .isLessThanOrEqualTo((long) report.waits() * AdmissionConfig.DEFAULT_BYPASS_LIMIT);
    }

    /// With one lane, a pool with LRU is that LRU, but for the half full block that a request ends with.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void oneLane_findsWhatThePatientLruFinds(long seed) throws Exception {
        ToolLoopPlan plan = plan(8, 2, 3_900, 1, KvPolicy.LRU).seeded(seed);
        ToolLoopReport report = KvPressureCommand.run(plan);

        assertThat(report.patientLruTokens() - report.cachedTokens())
                .isBetween(0L, plan.requests() * 16L);
    }

    @Test
    void oneAgent_withRoomForAll_neverWaits_andComputesOnlyWhatIsNew() throws Exception {
        ToolLoopReport report = KvPressureCommand.run(plan(1, 3, 30_000, 4, KvPolicy.LRU));

        assertThat(report.waits()).isZero();
        assertThat(report.evictedBlocks()).isZero();
        assertThat(report.reuse()).isGreaterThan(0.75);
    }

    @Test
    void plan_bad_namesTheNumber() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan(0, 1, 1, 1, KvPolicy.LRU))
                .withMessageContaining("agents must be at least 1: 0");
    }

    private static ToolLoopPlan plan(
            int agents, int attempts, int budget, int lanes, KvPolicy policy) {
        return new ToolLoopPlan(
                agents, attempts, 6, 500, budget, lanes, policy, OptionalLong.empty());
    }
}
