package dev.isobar.lora.micrometer;

import dev.isobar.lora.LoraPool;
import dev.isobar.pool.micrometer.PoolMetrics;
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
        for (LoraMeter each : LoraMeter.values()) {
            each.meter().bindTo(registry, pool, LoraPool::stats, tags);
        }
    }
}
