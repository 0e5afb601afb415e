package dev.isobar.examples.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.pool.EvictionGoal;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceSequenceTest {

    private final TraceSequence sequence =
            new TraceSequence(List.of(Traces.loop(10, 1_000), Traces.loop(20, 400)));

    @Test
    void whole_hasAllRequests_andNoSharedKey() {
        Trace whole = sequence.whole();
        assertThat(whole.requestCount()).isEqualTo(1_400);
        assertThat(whole.keyCount()).isEqualTo(30);
        assertThat(whole.footprintBytes()).isEqualTo(30);
        assertThat(whole.requests[0]).isLessThan(10);
        assertThat(whole.requests[1_000]).isBetween(10, 29);
    }

    @Test
    void run_judgesEachPart_afterItHasSettled() {
        List<ReplayReport> reports =
                sequence.run(
                        List.of(10L, 30L), List.of(PolicyKind.LRU), EvictionGoal.HITS, _ -> {});
        assertThat(reports).hasSize(2);
        assertThat(reports.get(0).tally(PolicyKind.LRU, 10).requests()).isEqualTo(950);
        assertThat(reports.get(0).tally(PolicyKind.LRU, 10).hits()).isEqualTo(950);
        assertThat(reports.get(1).tally(PolicyKind.LRU, 10).requests()).isEqualTo(350);
        assertThat(reports.get(1).tally(PolicyKind.LRU, 10).hits())
                .as("a loop that does not fit")
                .isZero();
        assertThat(reports.get(1).tally(PolicyKind.LRU, 30).hits()).isEqualTo(250);
    }

    @Test
    void run_aPartThatIsTooShort_isLeftOut() {
        List<ReplayReport> reports =
                sequence.run(List.of(100L), List.of(PolicyKind.POOL), EvictionGoal.HITS, _ -> {});
        assertThat(reports.get(0).capacities()).containsExactly(100L);
        assertThat(reports.get(1).capacities()).isEmpty();
    }
}
