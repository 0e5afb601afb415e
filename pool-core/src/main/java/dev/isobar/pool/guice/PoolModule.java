package dev.isobar.pool.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Key;
import com.google.inject.multibindings.Multibinder;
import dev.isobar.broker.PressureSource;
import dev.isobar.pool.PagedResourcePool;
import java.util.Objects;

/// Binds a pool, and makes it one of the sources that the broker's module registers.
///
/// The pool is made by whoever installs the module, and closed by them: Guice has no life cycle.
///
/// ```java
/// var sessions = new ValuePool<>(config);
/// Guice.createInjector(
///         new BrokerModule(brokerConfig),
///         new PoolModule<>(new Key<ValuePool<String, Session>>() {}, sessions));
/// ```
///
/// @param <P> the type of the pool
public final class PoolModule<P extends PagedResourcePool<?, ?>> extends AbstractModule {

    private final Key<P> key;
    private final P pool;

    /// @param key under which the pool is to be injected
    /// @param pool the pool
    public PoolModule(Key<P> key, P pool) {
        this.key = Objects.requireNonNull(key, "key");
        this.pool = Objects.requireNonNull(pool, "pool");
    }

    @Override
    protected void configure() {
        bind(key).toInstance(pool);
        Multibinder.newSetBinder(binder(), PressureSource.class).addBinding().toInstance(pool);
    }
}
