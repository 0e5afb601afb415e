package dev.isobar.examples.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class DemoPlanTest {

    private static final long GIB = 1 << 30;

    @Property
    void of_anyBudget_givesItAllAway(
            @ForAll @LongRange(min = 1 << 20, max = 1L << 50) long budget) {
        var plan = DemoPlan.of(budget, GIB);

        assertThat(plan.kvBytes() + plan.loraBytes() + plan.vectorBytes() + plan.heapBytes())
                .isEqualTo(budget);
        assertThat((double) plan.kvBytes() / budget).isCloseTo(0.5, within(1e-4));
        assertThat((double) plan.loraBytes() / budget).isCloseTo(0.125, within(1e-4));
        assertThat((double) plan.heapBytes() / budget).isCloseTo(0.125, within(1e-4));
        assertThat(plan.passages()).isPositive();
        assertThat(plan.requestsPerSecond()).isPositive().isLessThanOrEqualTo(4_000);
    }

    @Property
    void of_budgetThatTheHeapCanServe_wantsSeveralTimesAsMuchText(
            @ForAll @LongRange(min = 1 << 20, max = 128 << 20) long budget) {
        var plan = DemoPlan.of(budget, GIB);

        assertThat(plan.workingSet(plan.passages())).isCloseTo(4, within(0.03));
    }

    @Property
    void of_largerBudget_leavesMostOfTheHeapAlone(
            @ForAll @LongRange(min = 1 << 30, max = 1L << 50) long budget) {
        assertThat(DemoPlan.of(budget, GIB).passages()).isEqualTo(1 << 18);
    }

    @Property
    void suitingBudget_anyText_isFilledTwice(
            @ForAll @IntRange(min = 10_000, max = 1_000_000) int passages) {
        var plan = DemoPlan.of(1 << 20, GIB);

        assertThat(DemoPlan.of(plan.suitingBudgetBytes(passages), GIB).workingSet(passages))
                .isCloseTo(2, within(0.01));
    }
}
