package dev.isobar.broker;

import java.util.HashMap;
import java.util.Map;

/// The tier of each resource, with hysteresis: it is entered at its lower bound, and left only when
/// the pressure is a margin below that.
///
/// *Safe for several threads:* replaced as a whole, after each pass's look.
final class Tiers {

    private final double exitMargin;
    private volatile Map<Resource, PressureTier> current = Map.of();

    Tiers(double exitMargin) {
        this.exitMargin = exitMargin;
    }

    /// The tier that a resource was in at the last pass.
    PressureTier last(Resource resource) {
        return current.getOrDefault(resource, PressureTier.NORMAL);
    }

    /// All resources and tiers of the last pass.
    Map<Resource, PressureTier> all() {
        return current;
    }

    /// The tier that a resource is in at this pressure, given where it was.
    PressureTier next(Resource resource, double pressure) {
        PressureTier plain = PressureTier.of(pressure);
        PressureTier held = PressureTier.of(pressure + exitMargin);
        PressureTier last = last(resource);
        PressureTier kept = last.atLeast(held) ? held : last;
        return plain.atLeast(kept) ? plain : kept;
    }

    /// The worst tier of the last pass.
    PressureTier worst() {
        return current.values().stream().max(PressureTier::compareTo).orElse(PressureTier.NORMAL);
    }

    /// Makes the tiers of a state those of the last pass.
    void become(BrokerState state) {
        Map<Resource, PressureTier> tiers = new HashMap<>();
        state.resources().forEach(r -> tiers.put(r.resource(), r.tier()));
        current = Map.copyOf(tiers);
    }
}
