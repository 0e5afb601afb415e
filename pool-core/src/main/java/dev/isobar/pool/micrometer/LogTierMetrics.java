package dev.isobar.pool.micrometer;

import dev.isobar.pool.store.LogTier;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Objects;

/// Binds every [LogTierMeter] of one tier. The registry refers to the tier weakly.
public final class LogTierMetrics implements MeterBinder {

    private final LogTier<?, ?> tier;

    /// @param tier the tier to publish
    public LogTierMetrics(LogTier<?, ?> tier) {
        this.tier = Objects.requireNonNull(tier, "tier");
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (LogTierMeter each : LogTierMeter.values()) {
            each.meter().bindTo(registry, tier, LogTier::stats, Tags.of("tier", tier.name()));
        }
    }
}
