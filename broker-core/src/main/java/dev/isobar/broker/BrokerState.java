package dev.isobar.broker;

import java.util.List;
import java.util.Objects;

/// Everything that a policy may look at: data only, so that a plan can be replayed.
///
/// *Immutable.*
///
/// @param atNanos when it was taken, on the broker's monotonic clock
/// @param config the broker's settings
/// @param resources every resource that has a source or a signal, the worst first
public record BrokerState(long atNanos, BrokerConfig config, List<ResourceState> resources) {

    /// Copies the list.
    public BrokerState {
        Objects.requireNonNull(config, "config");
        resources = List.copyOf(resources);
    }

    /// The pressure of the worst resource; 0 if there is none.
    public double globalPressure() {
        return resources.stream().mapToDouble(ResourceState::pressure).max().orElse(0);
    }

    /// The tier of the worst resource.
    public PressureTier globalTier() {
        return resources.stream()
                .map(ResourceState::tier)
                .max(PressureTier::compareTo)
                .orElse(PressureTier.NORMAL);
    }
}
