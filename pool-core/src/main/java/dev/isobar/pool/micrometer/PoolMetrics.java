package dev.isobar.pool.micrometer;

import dev.isobar.broker.micrometer.StatsMeter;
import dev.isobar.pool.PagedResourcePool;
import dev.isobar.pool.PoolStats;
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
        for (PoolMeter each : PoolMeter.values()) {
            StatsMeter<PoolStats> meter = each.meter();
            meter.bindTo(registry, pool, PagedResourcePool::stats, tags(meter));
        }
    }

    private Tags tags(StatsMeter<PoolStats> meter) {
        Tags tags = Tags.of("pool", pool.name());
        return meter.meterName().startsWith("cache.") ? tags.and("cache", pool.name()) : tags;
    }
}
