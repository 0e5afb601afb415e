package dev.isobar.kv.micrometer;

import dev.isobar.kv.KvDisk;
import dev.isobar.kv.KvPool;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Objects;

/// Binds a KV pool to a registry: each [KvMeter], and if it has a disk, each [KvDiskMeter]. The registry refers to the pool weakly.
public final class KvMetrics implements MeterBinder {

    private final KvPool pool;

    /// @param pool the pool to publish
    public KvMetrics(KvPool pool) {
        this.pool = Objects.requireNonNull(pool, "pool");
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Tags tags = Tags.of("pool", pool.name());
        for (KvMeter each : KvMeter.values()) {
            each.meter().bindTo(registry, pool, KvPool::stats, tags);
        }
        pool.disk()
                .ifPresent(disk -> {
                    for (KvDiskMeter each : KvDiskMeter.values()) {
                        each.meter().bindTo(registry, disk, KvDisk::stats, tags);
                    }
                });
    }
}
