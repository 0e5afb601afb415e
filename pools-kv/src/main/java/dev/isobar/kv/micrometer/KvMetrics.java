package dev.isobar.kv.micrometer;

import dev.isobar.kv.KvPool;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Objects;

/// Binds a KV pool to a registry: each [KvMeter]. The registry refers to the pool weakly.
public final class KvMetrics implements MeterBinder {

    private final KvPool pool;

    /// @param pool the pool to publish
    public KvMetrics(KvPool pool) {
        this.pool = Objects.requireNonNull(pool, "pool");
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (KvMeter meter : KvMeter.values()) {
            if (meter.type() == Meter.Type.GAUGE) {
                bindGauge(registry, meter);
            } else {
                bindCounter(registry, meter);
            }
        }
    }

    private void bindGauge(MeterRegistry registry, KvMeter meter) {
        Gauge.builder(meter.meterName(), pool, each -> meter.value(each.stats()))
                .tags(meter.tags(pool.name()))
                .baseUnit(meter.baseUnit())
                .description(meter.description())
                .register(registry);
    }

    private void bindCounter(MeterRegistry registry, KvMeter meter) {
        FunctionCounter.builder(meter.meterName(), pool, each -> meter.value(each.stats()))
                .tags(meter.tags(pool.name()))
                .baseUnit(meter.baseUnit())
                .description(meter.description())
                .register(registry);
    }
}
