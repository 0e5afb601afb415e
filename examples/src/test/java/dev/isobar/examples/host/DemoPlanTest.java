package dev.isobar.examples.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class DemoPlanTest {

    private static final long GIB = 1 << 30;

    @Property
    void of_anyBudget_givesItAllAway(
            @ForAll @LongRange(min = 1 << 20, max = 1L << 50) long budget) {
        var plan = DemoPlan.of(budget, GIB);

        assertThat(plan.hostBytes() + plan.heapBytes()).isEqualTo(budget);
        assertThat((double) plan.hostBytes() / budget).isCloseTo(0.75, within(1e-5));
        assertThat(plan.passages()).isPositive();
        assertThat(plan.requestsPerSecond()).isPositive().isLessThanOrEqualTo(4_000);
    }

    @Property
    void of_budgetThatTheHeapCanServe_wantsSeveralTimesAsMuchText(
            @ForAll @LongRange(min = 1 << 20, max = 128 << 20) long budget) {
        var plan = DemoPlan.of(budget, GIB);

        assertThat(plan.workingSet(plan.passages())).isCloseTo(4, within(0.01));
    }

    @Property
    void of_largerBudget_leavesMostOfTheHeapAlone(
            @ForAll @LongRange(min = 1 << 30, max = 1L << 50) long budget) {
        assertThat(DemoPlan.of(budget, GIB).passages()).isEqualTo(1 << 18);
    }
}
