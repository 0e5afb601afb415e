package dev.isobar.pool.guice;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.Multibinder;
import dev.isobar.broker.PressureSource;
import dev.isobar.pool.store.DiskTier;
import dev.isobar.pool.store.StoreConfig;
import dev.isobar.pool.store.WarmStore;
import java.util.Objects;

/// Puts one [WarmStore] into a Guice host, and its disk among the broker's sources. Settings without a
/// root put one in that is off, and no source. Nothing is opened before it is used; whoever shuts the
/// host down closes it, after the pools.
public final class StoreModule extends AbstractModule {

    private final StoreConfig config;

    /// @param config the store's settings
    public StoreModule(StoreConfig config) {
        this.config = Objects.requireNonNull(config, "config");
    }

    @Override
    protected void configure() {
        WarmStore store = WarmStore.of(config);
        bind(WarmStore.class).toInstance(store);
        var sources = Multibinder.newSetBinder(binder(), PressureSource.class);
        if (config.root() != null) {
            sources.addBinding().toInstance(new DiskTier(store));
        }
    }
}
