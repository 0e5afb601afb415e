package dev.isobar.broker;

import dev.isobar.broker.Decision.Asked;
import dev.isobar.broker.Decision.ResourceDecision;
import dev.isobar.broker.ReliefPlan.Mode;
import dev.isobar.broker.ReliefPlan.ResourcePlan;
import dev.isobar.broker.ReliefPlan.Skipped;
import dev.isobar.broker.ReliefPlan.Step;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// Carries out the plan for one resource, once.
///
/// *One thread only*, except for the asks that run in parallel.
final class ReliefRun {

    private final ResourceState state;
    private final ResourcePlan plan;
    private final Map<String, SourceSlot> slots;
    private final Asker asker;
    private final List<Asked> asked = new ArrayList<>();
    private final List<Skipped> skipped;

    /// @param slots the registered sources by name
    ReliefRun(ResourceState state, ResourcePlan plan, Map<String, SourceSlot> slots, Asker asker) {
        this.state = state;
        this.plan = plan;
        this.slots = slots;
        this.asker = asker;
        this.skipped = new ArrayList<>(plan.skipped());
    }

    ResourceDecision run() {
        double before = state.pressure();
        List<Step> steps = allowed(plan.steps());
        if (plan.mode() == Mode.WALK) {
            walk(steps);
        } else if (plan.mode() == Mode.PARALLEL) {
            asked.addAll(Concurrently.all(steps.stream().map(this::onItsOwn).toList()));
        }
        return new ResourceDecision(
                state.resource(),
                state.tier(),
                before,
                asked.isEmpty() ? before : pressureNow(),
                plan.mode(),
                plan.deficitBytes(),
                asked,
                skipped,
                state.signals());
    }

    /// One after the other, until enough is free or promised.
    private void walk(List<Step> steps) {
        long left = plan.limitBytes();
        for (Step step : steps) {
            if (left == 0) {
                skipped.add(new Skipped(step.source(), SkipReason.NOT_NEEDED));
                continue;
            }
            Asked one = ask(step.source(), Math.min(step.bytes(), left));
            asked.add(one);
            left -= Math.min(left, Bytes.plus(one.freedBytes(), one.pendingBytes()));
        }
    }

    private Supplier<Asked> onItsOwn(Step step) {
        return () -> ask(step.source(), step.bytes());
    }

    private Asked ask(String source, long bytes) {
        return asker.ask(slot(source), bytes, state.tier());
    }

    /// A plan may come from anybody: what it may not ask is left out.
    private List<Step> allowed(List<Step> steps) {
        List<Step> allowed = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Step step : steps) {
            if (valid(step) && names.add(step.source())) {
                allowed.add(step);
            } else {
                skipped.add(new Skipped(step.source(), SkipReason.INVALID_STEP));
            }
        }
        return allowed;
    }

    private boolean valid(Step step) {
        return slots.containsKey(step.source())
                && state.sources().stream()
                        .anyMatch(s -> s.name().equals(step.source()) && mayBeAsked(s, step));
    }

    private static boolean mayBeAsked(SourceState source, Step step) {
        return source.usage().managed()
                && source.standing() == SourceState.Standing.READY
                && step.bytes() <= source.usage().usedBytes();
    }

    private SourceSlot slot(String name) {
        SourceSlot slot = slots.get(name);
        if (slot == null) {
            throw new IllegalStateException("no source " + name);
        }
        return slot;
    }

    private double pressureNow() {
        List<SourceState> now = state.sources().stream().map(s -> s.withUsage(latest(s))).toList();
        return new ResourceState(
                        state.resource(),
                        state.tier(),
                        state.sharedCapacityBytes(),
                        now,
                        state.signals())
                .pressure();
    }

    private Usage latest(SourceState source) {
        SourceSlot slot = slots.get(source.name());
        return slot == null ? source.usage() : slot.usage();
    }
}
