package dev.isobar.embedding.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import com.google.inject.multibindings.ProvidesIntoSet;
import dev.isobar.broker.HostSignals;
import dev.isobar.broker.PressureSource;
import dev.isobar.embedding.EmbeddingPool;
import dev.isobar.embedding.EmbeddingPoolConfig;
import dev.isobar.pool.SampledTier;
import dev.isobar.pool.store.WarmStore;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/// Puts one [EmbeddingPool] into a Guice host, and among the broker's sources. Whoever shuts the host
/// down closes the pool.
///
/// If a [WarmStore] is bound that has a root (`dev.isobar.pool.guice.StoreModule`), the pool is over it, and
/// what waits to be written is a source, too; how bad it is on the host is then asked of the container's
/// memory, or else the machine's.
public final class EmbeddingModule extends AbstractModule {

    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

    private final EmbeddingPoolConfig config;

    /// @param config the pool's settings
    public EmbeddingModule(EmbeddingPoolConfig config) {
        this.config = Objects.requireNonNull(config, "config");
    }

    @Override
    protected void configure() {
        OptionalBinder.newOptionalBinder(binder(), WarmStore.class);
        var sources = Multibinder.newSetBinder(binder(), PressureSource.class);
        sources.permitDuplicates().addBinding().to(EmbeddingPool.class);
    }

    @Provides
    @Singleton
    EmbeddingPool pool(Optional<WarmStore> store) {
        if (store.isEmpty() || store.get().config().root() == null) {
            return new EmbeddingPool(config);
        }
        var signal = HostSignals.containerMemory().orElseGet(HostSignals::systemMemory);
        return new EmbeddingPool(
                config, store.get(), new SampledTier(signal, LOOK_INTERVAL, config.nanoClock()));
    }

    /// What waits to be written into the store; without one the pool, which is in the set already.
    @ProvidesIntoSet
    PressureSource buffer(EmbeddingPool pool) {
        return pool.writeBehind().orElse(pool);
    }
}
