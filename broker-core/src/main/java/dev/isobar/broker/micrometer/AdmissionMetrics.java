package dev.isobar.broker.micrometer;

import dev.isobar.broker.admission.Admission;
import dev.isobar.broker.admission.AdmissionSnapshot;
import dev.isobar.broker.admission.AdmissionSnapshot.SupplyView;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Binds the meters of [AdmissionMeter] to registries.
///
/// *Safe for several threads.* All meters of one scrape show one snapshot, at most a second old.
public final class AdmissionMetrics implements MeterBinder, AutoCloseable {

    private static final Duration DEFAULT_MAX_AGE = Duration.ofSeconds(1);

    private record Bound(MeterRegistry registry, Meter meter) {}

    private record Dated(AdmissionSnapshot snapshot, long atNanos) {}

    private final Admission admission;
    private final long maxAgeNanos;
    private final LongSupplier nanoClock;
    private final List<Bound> bound = new ArrayList<>();
    private volatile @Nullable Dated latest;

    /// @param admission what is measured
    public AdmissionMetrics(Admission admission) {
        this(admission, DEFAULT_MAX_AGE, System::nanoTime);
    }

    /// @param admission what is measured
    /// @param maxAge how old the snapshot may be that the meters show; at least 0
    /// @param nanoClock the monotonic clock by which the age is measured
    /// @throws IllegalArgumentException if `maxAge` is negative
    public AdmissionMetrics(Admission admission, Duration maxAge, LongSupplier nanoClock) {
        if (maxAge.isNegative()) {
            throw new IllegalArgumentException("maxAge must be at least 0: " + maxAge);
        }
        this.admission = Objects.requireNonNull(admission, "admission");
        this.maxAgeNanos = maxAge.toNanos();
        this.nanoClock = Objects.requireNonNull(nanoClock, "nanoClock");
    }

    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        List<SupplyView> supplies = admission.snapshot().supplies();
        Tags name = Tags.of("admission", admission.config().name());
        for (AdmissionMeter meter : AdmissionMeter.values()) {
            if (meter.isPerSupply()) {
                for (int i = 0; i < supplies.size(); i++) {
                    int supply = i;
                    SupplyView view = supplies.get(supply);
                    Tags tags = name.and("resource", view.resource(), "unit", view.unit());
                    bind(meter, tags, s -> meter.value(s, supply), registry);
                }
            } else {
                Tags tags = meter.result().isEmpty() ? name : name.and("result", meter.result());
                bind(meter, tags, meter::value, registry);
            }
        }
    }

    /// Removes all meters from all registries.
    @Override
    public synchronized void close() {
        bound.forEach(b -> b.registry().remove(b.meter()));
        bound.clear();
    }

    private void bind(
            AdmissionMeter meter,
            Tags tags,
            ToDoubleFunction<AdmissionSnapshot> value,
            MeterRegistry registry) {
        String unit = meter.baseUnit().isEmpty() ? null : meter.baseUnit();
        Meter made =
                switch (meter.kind()) {
                    case GAUGE ->
                            Gauge.builder(
                                            meter.meterName(),
                                            this,
                                            m -> value.applyAsDouble(m.recent()))
                                    .tags(tags)
                                    .baseUnit(unit)
                                    .description(meter.description())
                                    .strongReference(true)
                                    .register(registry);
                    case COUNTER ->
                            FunctionCounter.builder(
                                            meter.meterName(),
                                            this,
                                            m -> value.applyAsDouble(m.recent()))
                                    .tags(tags)
                                    .baseUnit(unit)
                                    .description(meter.description())
                                    .register(registry);
                    case TIMER ->
                            FunctionTimer.builder(
                                            meter.meterName(),
                                            this,
                                            m -> m.recent().totals().waits(),
                                            m -> value.applyAsDouble(m.recent()),
                                            TimeUnit.NANOSECONDS)
                                    .tags(tags)
                                    .description(meter.description())
                                    .register(registry);
                };
        bound.add(new Bound(registry, made));
    }

    private AdmissionSnapshot recent() {
        Dated dated = latest;
        long now = nanoClock.getAsLong();
        if (dated == null || now - dated.atNanos() > maxAgeNanos) {
            dated = new Dated(admission.snapshot(), now);
            latest = dated;
        }
        return dated.snapshot();
    }
}
