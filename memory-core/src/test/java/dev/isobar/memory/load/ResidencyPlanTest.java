package dev.isobar.memory.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.memory.HostSpace;
import dev.isobar.memory.MemoryBlock;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Tensors that somebody else loads, after a plan.
class ResidencyPlanTest extends ResidencyFixture {

    @Test
    void planApply_handsBlocksOver() {
        ResidencyPlan plan = residency.plan(List.of(2, 0));
        assertThat(plan.steps()).extracting(ResidencyPlan.Step::tensor).containsExactly(0, 2);
        assertThat(state(0)).isEqualTo(ResidencyState.UNBOUND);

        residency.apply(plan, loadedBlocks(plan));

        assertBytes(0);
        assertBytes(2);
        assertThat(residency.usedBytes()).isEqualTo(2 * TENSOR);
    }

    @Test
    void apply_twiceOrAbandoned_isStale() {
        ResidencyPlan plan = residency.plan(List.of(0));
        List<MemoryBlock> blocks = loadedBlocks(plan);
        residency.apply(plan, blocks);
        List<MemoryBlock> more = loadedBlocks(plan);
        refused(ResidencyError.STALE_PLAN, () -> residency.apply(plan, more));
        ResidencyPlan other = residency.plan(List.of(1));
        residency.abandon(other);
        refused(ResidencyError.STALE_PLAN, () -> residency.apply(other, more));
        more.forEach(space::free);
    }

    @Test
    void apply_afterATensorChanged_commitsNothing() {
        ResidencyPlan plan = residency.plan(List.of(0, 1));
        residency.map(1);
        List<MemoryBlock> blocks = loadedBlocks(plan);

        refused(ResidencyError.STALE_PLAN, () -> residency.apply(plan, blocks));

        assertThat(state(0)).isEqualTo(ResidencyState.UNBOUND);
        assertThat(state(1)).isEqualTo(ResidencyState.MAPPED);
        blocks.forEach(space::free);
    }

    @Test
    void apply_changedAndBack_isStaleToo() {
        ResidencyPlan plan = residency.plan(List.of(0));
        residency.load(List.of(0), policy);
        residency.evict(0);
        List<MemoryBlock> blocks = loadedBlocks(plan);
        refused(ResidencyError.STALE_PLAN, () -> residency.apply(plan, blocks));
        blocks.forEach(space::free);
    }

    @Test
    void apply_foreignEvents_doNotHurtAPlan() {
        ResidencyPlan plan = residency.plan(List.of(0));
        ResidencyPlan other = residency.plan(List.of(1));
        residency.load(List.of(5), policy);
        residency.evict(5);
        assertThat(residency.status(3).state()).isEqualTo(ResidencyState.UNBOUND);
        refused(ResidencyError.NO_TENSORS, () -> residency.bind(List.of()));
        residency.apply(other, loadedBlocks(other));
        residency.apply(plan, loadedBlocks(plan));
        assertBytes(0);
        assertBytes(1);
    }

    @Test
    void apply_whatDoesNotFit_isRefused_andThePlanIsStillGood() {
        ResidencyPlan plan = residency.plan(List.of(0, 1));
        List<MemoryBlock> blocks = loadedBlocks(plan);
        MemoryBlock small = space.allocate(10);
        refused(ResidencyError.PLAN_MISMATCH, () -> residency.apply(plan, blocks.subList(0, 1)));
        refused(
                ResidencyError.PLAN_MISMATCH,
                () -> residency.apply(plan, List.of(blocks.getFirst(), small)));
        refused(
                ResidencyError.PLAN_MISMATCH,
                () -> residency.apply(plan, List.of(blocks.getFirst(), blocks.getFirst())));
        try (HostSpace other = HostSpace.of("other", 1 << 20)) {
            MemoryBlock foreign = other.allocate(TENSOR);
            refused(
                    ResidencyError.PLAN_MISMATCH,
                    () -> residency.apply(plan, List.of(blocks.getFirst(), foreign)));
        }
        space.free(small);
        residency.apply(plan, blocks);
        assertBytes(1);
    }

    @Test
    void apply_overBudget_leavesTheBlocksToTheCaller() {
        residency.load(List.of(0, 1), policy);
        ResidencyPlan plan = residency.plan(List.of(2, 3));
        List<MemoryBlock> blocks = loadedBlocks(plan);
        try (TensorPin _ = residency.pin(0);
                TensorPin _ = residency.pin(1)) {
            refused(ResidencyError.OVER_BUDGET, () -> residency.apply(plan, blocks));
        }
        assertThat(state(2)).isEqualTo(ResidencyState.UNBOUND);
        blocks.forEach(space::free);
    }

    @Test
    void plan_whatIsInMemory_isRefused() {
        residency.load(List.of(0), policy);
        refused(ResidencyError.ALREADY_RESIDENT, () -> residency.plan(List.of(0, 1)));
    }
}
