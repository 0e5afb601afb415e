package dev.isobar.kv.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.Multibinder;
import dev.isobar.broker.PressureSource;
import dev.isobar.kv.KvPool;
import dev.isobar.kv.KvPoolConfig;
import dev.isobar.memory.MemorySpace;
import java.util.Objects;

/// Puts one [KvPool] into a Guice host, and among the broker's sources. Whoever shuts the host down
/// closes the pool, and the space after it.
public final class KvPoolModule extends AbstractModule {

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
        Multibinder.newSetBinder(binder(), PressureSource.class).addBinding().to(KvPool.class);
    }

    @Provides
    @Singleton
    KvPool pool() {
        return new KvPool(config, space);
    }
}
