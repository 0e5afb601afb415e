package dev.isobar.broker.micrometer;

import dev.isobar.broker.BrokerSnapshot;
import dev.isobar.broker.PressureBroker;
import dev.isobar.broker.SourceView;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Binds the meters of [BrokerMeter] to registries.
///
/// *Safe for several threads.* All meters of one scrape show one snapshot of the broker, at most a
/// second old. Meters of sources that come and go appear and disappear with the first snapshot that
/// is taken after that, or with [#refresh()].
public final class BrokerMetrics implements MeterBinder, AutoCloseable {

    private static final Duration DEFAULT_MAX_AGE = Duration.ofSeconds(1);

    /// Whose meters: a resource, a source, or the broker as a whole.
    private record Subject(BrokerMeter.Scope scope, String name, Tags tags) {}

    private record Binding(MeterRegistry registry, Map<Subject, List<Meter>> meters) {}

    private final PressureBroker broker;
    private final long maxAgeNanos;
    private final LongSupplier nanoClock;
    private final List<Binding> bindings = new ArrayList<>();
    private volatile @Nullable BrokerSnapshot latest;
    private volatile long latestNanos;

    /// @param broker what is measured
    public BrokerMetrics(PressureBroker broker) {
        this(broker, DEFAULT_MAX_AGE, System::nanoTime);
    }

    /// @param broker what is measured
    /// @param maxAge how old the snapshot may be that the meters show; at least 0
    /// @param nanoClock the monotonic clock by which the age is measured
    /// @throws IllegalArgumentException if `maxAge` is negative
    public BrokerMetrics(PressureBroker broker, Duration maxAge, LongSupplier nanoClock) {
        if (maxAge.isNegative()) {
            throw new IllegalArgumentException("maxAge must be at least 0: " + maxAge);
        }
        this.broker = Objects.requireNonNull(broker, "broker");
        this.maxAgeNanos = maxAge.toNanos();
        this.nanoClock = Objects.requireNonNull(nanoClock, "nanoClock");
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        addBinding(new Binding(registry, new HashMap<>()));
        refresh();
    }

    /// Takes a snapshot now, adds the meters of new sources and resources, and removes those of
    /// sources and resources that are gone.
    public void refresh() {
        BrokerSnapshot snapshot = broker.snapshot();
        latest = snapshot;
        latestNanos = nanoClock.getAsLong();
        synchronize(snapshot);
    }

    /// Removes all meters from all registries.
    @Override
    public synchronized void close() {
        for (Binding binding : bindings) {
            binding.meters().values().forEach(meters -> meters.forEach(binding.registry()::remove));
        }
        bindings.clear();
    }

    private synchronized void addBinding(Binding binding) {
        bindings.add(binding);
    }

    private synchronized void synchronize(BrokerSnapshot snapshot) {
        List<Subject> subjects = subjects(snapshot);
        for (Binding binding : bindings) {
            Map<Subject, List<Meter>> meters = binding.meters();
            meters.forEach(
                    (subject, bound) -> {
                        if (!subjects.contains(subject)) {
                            bound.forEach(binding.registry()::remove);
                        }
                    });
            meters.keySet().retainAll(subjects);
            subjects.forEach(s -> meters.computeIfAbsent(s, _ -> bind(s, binding.registry())));
        }
    }

    private static List<Subject> subjects(BrokerSnapshot snapshot) {
        List<Subject> subjects = new ArrayList<>();
        subjects.add(new Subject(BrokerMeter.Scope.BROKER, "", Tags.empty()));
        snapshot.resources().stream()
                .map(r -> r.resource().name())
                .forEach(name ->
                        subjects.add(
                                new Subject(
                                        BrokerMeter.Scope.RESOURCE,
                                        name,
                                        Tags.of("resource", name))));
        snapshot.sources().forEach(source -> subjects.add(subject(source)));
        return subjects;
    }

    private static Subject subject(SourceView source) {
        return new Subject(
                BrokerMeter.Scope.SOURCE,
                source.name(),
                Tags.of("source", source.name(), "resource", source.resource().name()));
    }

    private List<Meter> bind(Subject subject, MeterRegistry registry) {
        List<Meter> meters = new ArrayList<>();
        for (BrokerMeter meter : BrokerMeter.values()) {
            if (meter.scope() == subject.scope()) {
                meters.add(bind(meter, subject, registry));
            }
        }
        return meters;
    }

    private Meter bind(BrokerMeter meter, Subject subject, MeterRegistry registry) {
        String unit = meter.baseUnit().isEmpty() ? null : meter.baseUnit();
        return switch (meter.kind()) {
            case GAUGE ->
                    Gauge.builder(meter.meterName(), this, m -> m.value(meter, subject))
                            .tags(subject.tags())
                            .baseUnit(unit)
                            .description(meter.description())
                            .strongReference(true)
                            .register(registry);
            case COUNTER ->
                    FunctionCounter.builder(meter.meterName(), this, m -> m.value(meter, subject))
                            .tags(subject.tags())
                            .baseUnit(unit)
                            .description(meter.description())
                            .register(registry);
            case TIMER ->
                    FunctionTimer.builder(
                                    meter.meterName(),
                                    this,
                                    m -> m.asks(subject),
                                    m -> m.value(meter, subject),
                                    TimeUnit.NANOSECONDS)
                            .tags(subject.tags())
                            .description(meter.description())
                            .register(registry);
        };
    }

    private double value(BrokerMeter meter, Subject subject) {
        return meter.value(recent(), subject.name());
    }

    private long asks(Subject subject) {
        return BrokerMeter.asks(recent(), subject.scope(), subject.name());
    }

    private BrokerSnapshot recent() {
        BrokerSnapshot snapshot = latest;
        if (snapshot == null || nanoClock.getAsLong() - latestNanos > maxAgeNanos) {
            refresh();
            snapshot = latest;
        }
        return Objects.requireNonNull(snapshot, "snapshot");
    }
}
