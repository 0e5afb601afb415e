package dev.isobar.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.admission.AdmissionConfig;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class PressureRunTest {

    private static final PressurePlan PLAN = PressurePlan.of(8, 2, 3, 500, 3_900, 4);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void run_hard_allIsAsItShouldBe(long seed) throws Exception {
        var run = new PressureRun(PLAN.seeded(seed), true);
        var ended = new AtomicInteger();

        List<PhaseReport> reports = run.run(ended::incrementAndGet);

        assertThat(reports)
                .extracting(PhaseReport::phase)
                .containsExactly(
                        "tool loop",
                        "overlap of 2",
                        "same and exact prefix",
                        "overlap of 4",
                        "overlap of 8",
                        "overlap of 16",
                        "mixed sizes",
                        "given up at some point",
                        "memory that fails",
                        "one large request");
        assertThat(reports).allSatisfy(report -> assertThat(report.problems()).isEmpty());
        assertThat(ended).hasValue(run.requests());
        assertThat(reports.stream().mapToInt(r -> r.requests() + r.abandoned()).sum())
                .isEqualTo(run.requests());
    }

    /// In threads of their own: whoever comes first, nothing is lost and nothing is left.
    @Test
    void run_hardInThreads_allIsAsItShouldBe() throws Exception {
        List<PhaseReport> reports = new PressureRun(PLAN, true).run(() -> {});

        assertThat(reports).allSatisfy(report -> assertThat(report.problems()).isEmpty());
    }

    @Test
    void oneLargeRequest_isNotStarved() throws Exception {
        PressurePlan plan = PLAN.seeded(3);
        LargeRequest phase = LargeRequest.of(plan);

        PhaseReport report = new PressureRun(plan, false).run(phase, () -> {});

        assertThat(phase.tokens()).isGreaterThan((int) (0.9 * plan.budgetTokens()));
        assertThat(report.requests()).isEqualTo(phase.requests());
        assertThat(report.mostPassed())
                .isLessThanOrEqualTo(plan.agents() + AdmissionConfig.DEFAULT_BYPASS_LIMIT);
    }

    @Test
    void memoryThatFails_reallyFails_andAllComesBack() throws Exception {
        var faults = new FreeFaults(100);
        PressurePlan plan = PLAN.seeded(3);

        PhaseReport report =
                new PressureRun(plan, false)
                        .run(new FailingMemory(new ToolLoop(plan), faults), () -> {});

        assertThat(faults.count()).isPositive();
        assertThat(report.problems()).isEmpty();
    }

    @Test
    void givenUp_someAre_andOthersComputeWhatTheyWaitedFor() throws Exception {
        PhaseReport report =
                new PressureRun(PLAN.seeded(3), false).run(new LeavingAgents(PLAN), () -> {});

        assertThat(report.abandoned()).isBetween(20, 80);
        assertThat(report.problems()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"501, 256, at least 501 found", "0, 10, at most 10 left"})
    void thresholds_notMet_areProblems(int minCached, int suffixLimit, String words)
            throws Exception {
        var plan =
                new PressurePlan(
                        1,
                        1,
                        0,
                        2,
                        500,
                        minCached,
                        suffixLimit,
                        3_900,
                        4,
                        PLAN.policy(),
                        PLAN.seed());

        List<PhaseReport> reports = new PressureRun(plan, false).run(() -> {});

        assertThat(reports.getFirst().problems()).isEmpty();
        assertThat(reports.get(1).problems())
                .singleElement()
                .asString()
                .startsWith("attempt 0: 496 of 531 tokens found, 35 left")
                .contains(words);
        assertThat(reports.get(2).problems().getFirst()).startsWith("same prefix: ");
    }
}
