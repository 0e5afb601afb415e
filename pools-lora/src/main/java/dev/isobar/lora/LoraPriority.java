package dev.isobar.lora;

import dev.isobar.pool.EvictionPriority;
import org.jspecify.annotations.Nullable;

/// Which adapter is worth least.
///
/// Under every priority, adapters above [#CRITICAL] are never evicted; an adapter of priority 0 is the
/// first to go, and never protected by it.
public final class LoraPriority {

    /// An adapter of a priority above this is never evicted: {@value}.
    public static final double CRITICAL = 0.9;

    /// The priority of an adapter that nobody gave one: {@value}.
    public static final double DEFAULT = 0.5;

    /// A priority below this counts as this, so that the score of priority 0 is a number.
    private static final double LEAST = 1e-3;

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double WEIGHT = 10;

    private LoraPriority() {}

    /// The reference's score: idle seconds / (priority × 10), the highest goes first. An adapter just
    /// used scores 0, one of priority 0.5 that was idle for a minute 12.
    public static EvictionPriority<ResidentAdapter> reference() {
        return protecting((entry, adapter) -> -score(entry.idleNanos(), adapter.priority()));
    }

    /// What a reload would cost × the odds of needing one / bytes freed, weighted by priority. The
    /// cost is what its loads took until now, in nanoseconds a byte, or 1 where that is unknown; the odds
    /// are how often the adapter was asked for lately, also while it was not here. Ages as other adapters
    /// are asked for.
    ///
    /// With it, and where remains are kept ([LoraPoolConfig#keepsRemains()]), the pages that are worth
    /// least are overwritten first, whether their adapter has gone or goes for it.
    public static EvictionPriority<ResidentAdapter> costAware() {
        return new CostAware();
    }

    /// Least recently used first.
    public static EvictionPriority<ResidentAdapter> lru() {
        return protecting(EvictionPriority.lru());
    }

    /// The reference's score of an adapter.
    ///
    /// @param idleNanos how long it was not used
    /// @param priority from 0 to 1
    static double score(long idleNanos, double priority) {
        return idleNanos / NANOS_PER_SECOND / (Math.max(priority, LEAST) * WEIGHT);
    }

    /// A priority, if it is in range.
    static double require(double priority) {
        if (!(priority >= 0 && priority <= 1)) {
            throw new IllegalArgumentException("priority must be from 0 to 1: " + priority);
        }
        return priority;
    }

    private static EvictionPriority<ResidentAdapter> protecting(
            EvictionPriority<ResidentAdapter> base) {
        return base.keeping(ResidentAdapter::critical);
    }

    /// The cost-aware priority, if that is what this is.
    static @Nullable CostAware costAware(EvictionPriority<ResidentAdapter> priority) {
        return priority instanceof CostAware costAware ? costAware : null;
    }
}
