package dev.isobar.embedding.micrometer;

import dev.isobar.embedding.EmbeddingPool;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Objects;

/// Binds a pool's figures to a registry: one meter for each [EmbeddingMeter]. The registry holds the
/// pool weakly.
public final class EmbeddingMetrics implements MeterBinder {

    private final EmbeddingPool pool;

    /// @param pool whose figures are shown
    public EmbeddingMetrics(EmbeddingPool pool) {
        this.pool = Objects.requireNonNull(pool, "pool");
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (EmbeddingMeter meter : EmbeddingMeter.values()) {
            bind(meter, registry);
        }
    }

    private void bind(EmbeddingMeter meter, MeterRegistry registry) {
        Tags tags = Tags.of("cache", pool.name()).and(meter.tags().toArray(String[]::new));
        switch (meter.kind()) {
            case GAUGE ->
                    Gauge.builder(meter.meterName(), pool, each -> meter.valueIn(each.stats()))
                            .tags(tags)
                            .baseUnit(meter.baseUnit())
                            .description(meter.description())
                            .register(registry);
            case COUNTER ->
                    FunctionCounter.builder(
                                    meter.meterName(), pool, each -> meter.valueIn(each.stats()))
                            .tags(tags)
                            .baseUnit(meter.baseUnit())
                            .description(meter.description())
                            .register(registry);
        }
    }
}
