package dev.isobar.lora.micrometer;

import dev.isobar.lora.LoraPool;
import dev.isobar.pool.micrometer.PoolMetrics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Objects;

/// Binds a LoRA pool to a registry: the meters of every pool for each tier, and each [LoraMeter]. The
/// registry refers to the pool weakly.
public final class LoraMetrics implements MeterBinder {

    private final LoraPool pool;

    /// @param pool the pool to publish
    public LoraMetrics(LoraPool pool) {
        this.pool = Objects.requireNonNull(pool, "pool");
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        pool.pools().forEach(each -> new PoolMetrics(each).bindTo(registry));
        Tags tags = Tags.of("pool", pool.name());
        for (LoraMeter meter : LoraMeter.values()) {
            if (meter.type() == Meter.Type.GAUGE) {
                Gauge.builder(meter.meterName(), pool, each -> meter.value(each.stats()))
                        .tags(tags)
                        .baseUnit(meter.baseUnit())
                        .description(meter.description())
                        .register(registry);
            } else {
                FunctionCounter.builder(meter.meterName(), pool, each -> meter.value(each.stats()))
                        .tags(tags)
                        .baseUnit(meter.baseUnit())
                        .description(meter.description())
                        .register(registry);
            }
        }
    }
}
