package dev.isobar.kv.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import com.google.inject.multibindings.ProvidesIntoSet;
import dev.isobar.broker.HostSignals;
import dev.isobar.broker.PressureSource;
import dev.isobar.kv.KvDisk;
import dev.isobar.kv.KvDiskConfig;
import dev.isobar.kv.KvPool;
import dev.isobar.kv.KvPoolConfig;
import dev.isobar.memory.MemorySpace;
import dev.isobar.pool.SampledTier;
import dev.isobar.pool.store.WarmStore;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/// Puts one [KvPool] into a Guice host, and among the broker's sources. Whoever shuts the host down
/// closes the pool, and the space after it.
///
/// If a [WarmStore] is bound that has a root (`dev.isobar.pool.guice.StoreModule`), the pool is over it, and
/// what waits to be written is a source, too; how bad it is on the host is then asked of the container's
/// memory, or else the machine's.
public final class KvPoolModule extends AbstractModule {

    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

    private final KvPoolConfig config;
    private final MemorySpace space;

    /// @param config the pool's settings
    /// @param space where its bytes live
    public KvPoolModule(KvPoolConfig config, MemorySpace space) {
        this.config = Objects.requireNonNull(config, "config");
        this.space = Objects.requireNonNull(space, "space");
    }

    @Override
    protected void configure() {
        OptionalBinder.newOptionalBinder(binder(), WarmStore.class);
        var sources = Multibinder.newSetBinder(binder(), PressureSource.class);
        sources.permitDuplicates().addBinding().to(KvPool.class);
    }

    @Provides
    @Singleton
    KvPool pool(Optional<WarmStore> store) {
        if (store.isEmpty() || store.get().config().root() == null) {
            return new KvPool(config, space);
        }
        var signal = HostSignals.containerMemory().orElseGet(HostSignals::systemMemory);
        var pressure = new SampledTier(signal, LOOK_INTERVAL, config.nanoClock());
        return new KvPool(config, space, KvDiskConfig.over(store.get(), pressure));
    }

    /// What waits to be written into the store; without one the pool, which is in the set already.
    @ProvidesIntoSet
    PressureSource buffer(KvPool pool) {
        return pool.disk().map(KvDisk::buffer).orElse(pool);
    }
}
