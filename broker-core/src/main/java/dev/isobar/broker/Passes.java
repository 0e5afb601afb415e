package dev.isobar.broker;

import dev.isobar.broker.Decision.ResourceDecision;
import dev.isobar.broker.Decision.Trigger;
import dev.isobar.broker.Observation.OfSignal;
import dev.isobar.broker.Observation.OfSource;
import dev.isobar.broker.Observation.Sight;
import dev.isobar.broker.ReliefPlan.ResourcePlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// One pass of the broker: look, decide, act, tell.
///
/// [#run] is called by one thread at a time; the rest is *safe for several threads*.
final class Passes {

    /// A plan and who made it.
    private record Planned(ReliefPlan plan, String by) {}

    private final BrokerConfig config;
    private final ReliefPolicy policy;
    private final CallGate policyGate = new CallGate();
    private final List<SignalSlot> signals;
    private final Clocks clocks;
    private final ForeignCalls calls;
    private final Lookout lookout;
    private final SourceBook book;
    private final Tiers tiers;
    private final Counters counters;
    private final AlertDesk alerts;
    private final Infirmary infirmary;
    private final Asker asker;
    private final DecisionLog log;

    Passes(
            BrokerConfig config,
            ReliefPolicy policy,
            List<SignalSlot> signals,
            Clocks clocks,
            ForeignCalls calls,
            SourceBook book,
            Counters counters,
            AlertDesk alerts) {
        this.config = config;
        this.policy = policy;
        this.signals = signals;
        this.clocks = clocks;
        this.calls = calls;
        this.book = book;
        this.counters = counters;
        this.alerts = alerts;
        this.lookout = new Lookout(calls, clocks);
        this.tiers = new Tiers(config.exitMargin());
        this.infirmary = new Infirmary(clocks, alerts);
        this.asker = new Asker(config, clocks, calls, lookout, infirmary, alerts);
        this.log = new DecisionLog(config.decisionsKept());
    }

    Tiers tiers() {
        return tiers;
    }

    DecisionLog log() {
        return log;
    }

    List<SignalSlot> signals() {
        return signals;
    }

    /// Looks at everything, without consequences: nobody is asked, set aside or let back in.
    Observation look() {
        return lookout.observe(book.all(), signals);
    }

    /// What an observation means, given the tiers of the last pass.
    BrokerState state(Observation observation) {
        return StateAssembly.assemble(observation, config, tiers, clocks.nanos());
    }

    /// What would be done about a state.
    ReliefPlan plan(BrokerState state) {
        return planned(state).plan();
    }

    /// Does a pass.
    Decision run(Trigger trigger) {
        DecisionEvent event = new DecisionEvent();
        event.begin();
        long id = counters.nextPass();
        book.all().forEach(s -> s.expirePromises(clocks.nanos(), config.pendingTimeout()));
        Observation observation = look();
        absorb(observation);
        BrokerState state = state(observation);
        announceTiers(state);
        tiers.become(state);
        Planned planned = planned(state);
        Decision decision =
                new Decision(
                        id,
                        clocks.now(),
                        trigger,
                        planned.by(),
                        state.globalPressure(),
                        state.globalTier(),
                        execute(state, planned.plan()));
        keep(decision, event);
        return decision;
    }

    private void keep(Decision decision, DecisionEvent event) {
        if (decision.triggered()) {
            counters.reliefFired();
        }
        if (decision.acted()) {
            log.add(decision);
            event.commit(decision);
        }
    }

    private void absorb(Observation observation) {
        observation.sources().forEach(this::absorb);
        observation.signals().forEach(this::absorb);
    }

    private void absorb(OfSource one) {
        SourceSlot slot = one.slot();
        switch (one.look()) {
            case Look.Seen<Sight>(Sight(boolean closed, Usage usage)) -> {
                if (closed) {
                    book.remove(slot);
                    return;
                }
                slot.usage(usage);
                infirmary.readmit(slot);
                if (usage.pressure() < config.actAbove()) {
                    slot.noLongerStuck();
                }
            }
            case Look.Failed<Sight>(String reason) -> infirmary.setAside(slot, reason);
            case Look.SetAside<Sight> _ -> {}
        }
    }

    private void absorb(OfSignal one) {
        switch (one.look()) {
            case Look.Seen<SignalSlot.Reading>(SignalSlot.Reading reading) -> {
                one.slot().latest(reading, clocks.nanos());
                infirmary.readmit(one.slot());
            }
            case Look.Failed<SignalSlot.Reading>(String reason) ->
                    infirmary.setAside(one.slot(), reason);
            case Look.SetAside<SignalSlot.Reading> _ -> {}
        }
    }

    private void announceTiers(BrokerState state) {
        Map<Resource, ResourceState> now =
                state.resources().stream()
                        .collect(Collectors.toMap(ResourceState::resource, Function.identity()));
        Set<Resource> all = new HashSet<>(tiers.all().keySet());
        all.addAll(now.keySet());
        all.forEach(resource -> announceTier(resource, now));
    }

    /// A resource without sources and signals is calm.
    private void announceTier(Resource resource, Map<Resource, ResourceState> states) {
        ResourceState state = states.get(resource);
        PressureTier from = tiers.last(resource);
        PressureTier to = state == null ? PressureTier.NORMAL : state.tier();
        if (from != to) {
            double pressure = state == null ? 0 : state.pressure();
            alerts.post(new PressureAlert.TierChanged(resource, from, to, pressure, clocks.now()));
        }
    }

    /// A policy of somebody else's is called like everything else that is not ours, and if it fails,
    /// the standard one takes its place.
    private Planned planned(BrokerState state) {
        if (policy instanceof StandardPolicy) {
            return new Planned(policy.plan(state), "standard");
        }
        Answer<ReliefPlan> answer = calls.call(policyGate, "policy.plan", () -> policy.plan(state));
        return switch (answer) {
            case Answer.Given<ReliefPlan>(ReliefPlan plan) -> new Planned(plan, "custom");
            case Answer.Failed<ReliefPlan>(String reason, _) ->
                    new Planned(ReliefPolicy.standard().plan(state), "standard: " + reason);
        };
    }

    /// Resources have nothing to do with each other, so none waits for another.
    private List<ResourceDecision> execute(BrokerState state, ReliefPlan plan) {
        Map<String, SourceSlot> slots = new HashMap<>();
        book.all().forEach(slot -> slots.put(slot.name(), slot));
        Map<Resource, ResourcePlan> plans = new HashMap<>();
        plan.resources().forEach(p -> plans.putIfAbsent(p.resource(), p));
        List<Supplier<ResourceDecision>> runs = new ArrayList<>();
        for (ResourceState resource : state.resources()) {
            ResourcePlan what = plans.getOrDefault(resource.resource(), nothing(resource));
            runs.add(() -> new ReliefRun(resource, what, slots, asker).run());
        }
        return Concurrently.all(runs);
    }

    private static ResourcePlan nothing(ResourceState resource) {
        return new ResourcePlan(
                resource.resource(), ReliefPlan.Mode.NONE, 0, 0, List.of(), List.of());
    }
}
