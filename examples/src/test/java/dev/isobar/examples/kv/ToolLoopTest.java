package dev.isobar.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.isobar.broker.admission.AdmissionConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ToolLoopTest {

    /// Eight agents, and a budget in which three requests fit at once.
    private static final ToolLoopPlan PLAN = new ToolLoopPlan(8, 2, 6, 500, 3_900, 4);

    @Test
    void eightAgents_budgetForThree_nobodyStarves_nothingIsLost() throws Exception {
        ToolLoopReport report = KvPressureCommand.run(PLAN);

        assertThat(report.requests()).isEqualTo(PLAN.requests());
        assertThat(report.slotFailures()).isZero();
        assertThat(report.lostTokens()).isZero();
        assertThat(report.waits()).isPositive();
        // The queue before it, those that may pass it, and what is admitted before it is in the
        // queue.
        assertThat(report.mostPassed())
                .isLessThanOrEqualTo(3 * PLAN.agents() + AdmissionConfig.DEFAULT_BYPASS_LIMIT);
        assertThat(report.reuse()).isGreaterThan(0.4);
        assertThat(report.reuse()).isGreaterThanOrEqualTo(report.patientLruReuse() - 0.02);
    }

    @Test
    void oneAgent_withRoomForAll_neverWaits_andComputesOnlyWhatIsNew() throws Exception {
        ToolLoopReport report = KvPressureCommand.run(new ToolLoopPlan(1, 3, 6, 500, 30_000, 4));

        assertThat(report.waits()).isZero();
        assertThat(report.evictedBlocks()).isZero();
        assertThat(report.reuse()).isGreaterThan(0.75);
    }

    @Test
    void plan_bad_namesTheNumber() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ToolLoopPlan(0, 1, 1, 1, 1, 1))
                .withMessageContaining("agents must be at least 1: 0");
    }
}
