package dev.isobar.embedding.micrometer;

import dev.isobar.embedding.EmbeddingPool;
import dev.isobar.pool.micrometer.PoolMetrics;
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
        Tags tags = Tags.of("pool", pool.name());
        for (EmbeddingMeter each : EmbeddingMeter.values()) {
            each.meter().bindTo(registry, pool, EmbeddingPool::stats, tags);
        }
    }
}
