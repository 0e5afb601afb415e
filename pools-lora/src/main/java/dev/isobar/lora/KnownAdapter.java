package dev.isobar.lora;

import dev.isobar.lora.format.AdapterDescription;
import dev.isobar.memory.load.FileSource;
import org.jspecify.annotations.Nullable;

/// An adapter that was registered, loaded or not. The key of the tiers' pools: one that is registered
/// again under the same name is another one.
///
/// *Safe for several threads.*
final class KnownAdapter {

    final String name;
    final String domain;
    final AdapterDescription description;
    final FileSource source;
    final Demand demand;
    private final ReloadCost fromFile = new ReloadCost();
    private final ReloadCost fromHost = new ReloadCost();
    volatile double priority;

    KnownAdapter(
            String name,
            String domain,
            AdapterDescription description,
            FileSource source,
            Demand demand,
            double priority) {
        this.name = name;
        this.domain = domain;
        this.description = description;
        this.source = source;
        this.demand = demand;
        this.priority = priority;
    }

    /// What it costs to bring it again the same way.
    ReloadCost cost(ResidentAdapter.Origin origin) {
        return origin == ResidentAdapter.Origin.HOST ? fromHost : fromFile;
    }

    /// By name, so that runs are alike; equal is only the same one.
    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    /// The name, for messages and snapshots.
    @Override
    public String toString() {
        return name;
    }
}
