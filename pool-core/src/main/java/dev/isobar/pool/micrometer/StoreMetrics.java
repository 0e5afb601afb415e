package dev.isobar.pool.micrometer;

import dev.isobar.pool.store.WarmStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Objects;

/// Binds every [StoreMeter] of one store. The registry refers to the store weakly. Reading them neither
/// opens the store nor touches the disk.
public final class StoreMetrics implements MeterBinder {

    private final WarmStore store;
    private final String name;

    /// @param store the store to publish
    /// @param name the value of the tag `store`: short, unique and stable
    public StoreMetrics(WarmStore store, String name) {
        this.store = Objects.requireNonNull(store, "store");
        this.name = Objects.requireNonNull(name, "name");
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (StoreMeter each : StoreMeter.values()) {
            each.meter().bindTo(registry, store, WarmStore::stats, Tags.of("store", name));
        }
    }
}
