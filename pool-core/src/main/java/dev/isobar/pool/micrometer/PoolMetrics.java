package dev.isobar.pool.micrometer;

import dev.isobar.pool.PagedResourcePool;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Objects;

/// Binds every [PoolMeter] of one pool. The registry refers to the pool weakly.
public final class PoolMetrics implements MeterBinder {

    private final PagedResourcePool<?, ?> pool;

    /// @param pool the pool to publish
    public PoolMetrics(PagedResourcePool<?, ?> pool) {
        this.pool = Objects.requireNonNull(pool, "pool");
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (PoolMeter meter : PoolMeter.values()) {
            if (meter.type() == Meter.Type.GAUGE) {
                bindGauge(registry, meter);
            } else {
                bindCounter(registry, meter);
            }
        }
    }

    private void bindGauge(MeterRegistry registry, PoolMeter meter) {
        Gauge.builder(meter.meterName(), pool, p -> meter.value(p.stats()))
                .tags(tags(meter))
                .baseUnit(meter.baseUnit())
                .description(meter.description())
                .register(registry);
    }

    private void bindCounter(MeterRegistry registry, PoolMeter meter) {
        FunctionCounter.builder(meter.meterName(), pool, p -> meter.value(p.stats()))
                .tags(tags(meter))
                .baseUnit(meter.baseUnit())
                .description(meter.description())
                .register(registry);
    }

    private Tags tags(PoolMeter meter) {
        Tags tags = Tags.of("pool", pool.name());
        if (meter.meterName().startsWith("cache.")) {
            tags = tags.and("cache", pool.name());
        }
        String result = meter.result();
        return result == null ? tags : tags.and("result", result);
    }
}
