package dev.isobar.lora.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Provider;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.Multibinder;
import dev.isobar.broker.PressureSource;
import dev.isobar.lora.LoraPool;
import dev.isobar.lora.LoraPoolConfig;
import java.util.Objects;

/// Puts one [LoraPool] into a Guice host, and its tiers among the broker's sources. Whoever shuts the
/// host down closes the pool.
public final class LoraPoolModule extends AbstractModule {

    private final LoraPoolConfig config;

    /// @param config the pool's settings
    public LoraPoolModule(LoraPoolConfig config) {
        this.config = Objects.requireNonNull(config, "config");
    }

    @Override
    protected void configure() {
        Multibinder<PressureSource> sources =
                Multibinder.newSetBinder(binder(), PressureSource.class);
        Provider<LoraPool> pool = getProvider(LoraPool.class);
        sources.addBinding().toProvider(() -> pool.get().sources().getFirst());
        if (config.device() != null) {
            sources.addBinding().toProvider(() -> pool.get().sources().getLast());
        }
    }

    @Provides
    @Singleton
    LoraPool pool() {
        return new LoraPool(config);
    }
}
