package dev.isobar.broker;

import dev.isobar.broker.Observation.OfSignal;
import dev.isobar.broker.Observation.OfSource;
import dev.isobar.broker.Observation.Sight;
import dev.isobar.broker.SourceState.Standing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Makes of an observation what a policy looks at.
///
/// A source that cannot be read counts with what it last said: its bytes do not vanish because it
/// does not answer. A signal that cannot be read counts nothing.
final class StateAssembly {

    private static final Comparator<ResourceState> WORST_FIRST =
            Comparator.comparing(ResourceState::pressure, Comparator.reverseOrder())
                    .thenComparing(r -> r.resource().name());

    private final BrokerConfig config;
    private final Tiers tiers;
    private final long nowNanos;
    private final Map<Resource, List<SourceState>> sources = new LinkedHashMap<>();
    private final Map<Resource, List<SignalState>> signals = new LinkedHashMap<>();

    private StateAssembly(BrokerConfig config, Tiers tiers, long nowNanos) {
        this.config = config;
        this.tiers = tiers;
        this.nowNanos = nowNanos;
    }

    static BrokerState assemble(
            Observation observation, BrokerConfig config, Tiers tiers, long nowNanos) {
        StateAssembly assembly = new StateAssembly(config, tiers, nowNanos);
        observation.sources().forEach(assembly::add);
        observation.signals().forEach(assembly::add);
        return assembly.state();
    }

    private void add(OfSource one) {
        SourceSlot slot = one.slot();
        List<SourceState> states = sources.computeIfAbsent(slot.resource(), _ -> new ArrayList<>());
        if (one.look() instanceof Look.Seen<Sight>(Sight(boolean closed, Usage usage))) {
            if (!closed) {
                states.add(slot.state(usage, standing(slot)));
            }
        } else {
            states.add(slot.state(slot.usage(), Standing.QUARANTINED));
        }
    }

    private Standing standing(SourceSlot slot) {
        if (slot.quarantine().active()) {
            return Standing.QUARANTINED;
        }
        return slot.dwelling(nowNanos, config.dwell()) ? Standing.DWELLING : Standing.READY;
    }

    private void add(OfSignal one) {
        SignalSlot slot = one.slot();
        SignalState state =
                one.look() instanceof Look.Seen<SignalSlot.Reading>(SignalSlot.Reading reading)
                        ? slot.speaking(reading)
                        : slot.silent(nowNanos);
        signals.computeIfAbsent(slot.resource(), _ -> new ArrayList<>()).add(state);
        sources.computeIfAbsent(slot.resource(), _ -> new ArrayList<>());
    }

    private BrokerState state() {
        List<ResourceState> resources =
                sources.keySet().stream().map(this::resource).sorted(WORST_FIRST).toList();
        return new BrokerState(nowNanos, config, resources);
    }

    private ResourceState resource(Resource resource) {
        ResourceState state =
                new ResourceState(
                        resource,
                        PressureTier.NORMAL,
                        config.sharedCapacityBytes(resource),
                        sources.getOrDefault(resource, List.of()),
                        signals.getOrDefault(resource, List.of()));
        return state.withTier(tiers.next(resource, state.pressure()));
    }
}
