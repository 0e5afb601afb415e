package dev.isobar.embedding.micrometer;

import dev.isobar.embedding.EmbeddingPool;
import dev.isobar.pool.micrometer.PoolMetrics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Objects;

/// Binds an embedding pool to a registry: the meters of every pool, and each [EmbeddingMeter]. The
/// registry refers to the pool weakly.
public final class EmbeddingMetrics implements MeterBinder {

    private final EmbeddingPool pool;

    /// @param pool the pool to publish
    public EmbeddingMetrics(EmbeddingPool pool) {
        this.pool = Objects.requireNonNull(pool, "pool");
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        new PoolMetrics(pool.pool()).bindTo(registry);
        for (EmbeddingMeter meter : EmbeddingMeter.values()) {
            if (meter.type() == Meter.Type.GAUGE) {
                bindGauge(registry, meter);
            } else {
                bindCounter(registry, meter);
            }
        }
    }

    private void bindGauge(MeterRegistry registry, EmbeddingMeter meter) {
        Gauge.builder(meter.meterName(), pool, each -> meter.value(each.stats()))
                .tags(tags(meter))
                .baseUnit(meter.baseUnit())
                .description(meter.description())
                .register(registry);
    }

    private void bindCounter(MeterRegistry registry, EmbeddingMeter meter) {
        FunctionCounter.builder(meter.meterName(), pool, each -> meter.value(each.stats()))
                .tags(tags(meter))
                .baseUnit(meter.baseUnit())
                .description(meter.description())
                .register(registry);
    }

    private Tags tags(EmbeddingMeter meter) {
        Tags tags = Tags.of("pool", pool.name());
        String encoding = meter.encoding();
        return encoding == null ? tags : tags.and("encoding", encoding);
    }
}
