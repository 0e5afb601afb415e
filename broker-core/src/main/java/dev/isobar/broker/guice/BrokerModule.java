package dev.isobar.broker.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import dev.isobar.broker.AlertListener;
import dev.isobar.broker.BrokerConfig;
import dev.isobar.broker.PressureBroker;
import dev.isobar.broker.PressureSignal;
import dev.isobar.broker.PressureSource;
import dev.isobar.broker.ReliefPolicy;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Puts one [PressureBroker] and its [BrokerService] into a Guice host. Other modules contribute:
/// a pool's module adds its pool to the `Multibinder` of [PressureSource], and is registered by being
/// installed; signals and listeners go the same way; a [ReliefPolicy] may be bound.
public final class BrokerModule extends AbstractModule {

    private final BrokerConfig config;

    /// @param config the broker's settings
    public BrokerModule(BrokerConfig config) {
        this.config = Objects.requireNonNull(config, "config");
    }

    @Override
    protected void configure() {
        Multibinder.newSetBinder(binder(), PressureSource.class);
        Multibinder.newSetBinder(binder(), PressureSignal.class);
        Multibinder.newSetBinder(binder(), AlertListener.class);
        OptionalBinder.newOptionalBinder(binder(), ReliefPolicy.class);
    }

    @Provides
    @Singleton
    PressureBroker broker(
            Set<PressureSignal> signals,
            Set<AlertListener> listeners,
            Optional<ReliefPolicy> policy) {
        PressureBroker.Builder builder = PressureBroker.builder(config);
        signals.forEach(builder::signal);
        listeners.forEach(builder::listener);
        policy.ifPresent(builder::policy);
        return builder.build();
    }

    @Provides
    @Singleton
    BrokerService service(PressureBroker broker, Set<PressureSource> sources) {
        return new BrokerService(broker, sources);
    }
}
