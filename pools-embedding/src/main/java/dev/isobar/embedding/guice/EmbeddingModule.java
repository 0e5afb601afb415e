package dev.isobar.embedding.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.Multibinder;
import dev.isobar.broker.PressureSource;
import dev.isobar.embedding.EmbeddingPool;
import dev.isobar.embedding.EmbeddingPoolConfig;
import java.util.Objects;

/// Puts one [EmbeddingPool] into a Guice host, and among the broker's sources. Whoever shuts the host
/// down closes the pool.
public final class EmbeddingModule extends AbstractModule {

    private final EmbeddingPoolConfig config;

    /// @param config the pool's settings
    public EmbeddingModule(EmbeddingPoolConfig config) {
        this.config = Objects.requireNonNull(config, "config");
    }

    @Override
    protected void configure() {
        Multibinder.newSetBinder(binder(), PressureSource.class)
                .addBinding()
                .to(EmbeddingPool.class);
    }

    @Provides
    @Singleton
    EmbeddingPool pool() {
        return new EmbeddingPool(config);
    }
}
