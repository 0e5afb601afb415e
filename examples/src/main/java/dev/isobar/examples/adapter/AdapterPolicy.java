package dev.isobar.examples.adapter;

import dev.isobar.lora.LoraPoolConfig;
import dev.isobar.lora.LoraPriority;

/// Ways to choose which adapter goes.
public enum AdapterPolicy {
    /// Least recently used, loaded again as a whole: what serving engines do.
    LRU("lru"),
    /// The reference's score, loaded again as a whole.
    REFERENCE("reference"),
    /// Cost-aware, loaded again as a whole.
    WHOLE("cost-aware, whole"),
    /// Cost-aware, as the pool does by default: what has not been overwritten is not loaded.
    COST_AWARE("cost-aware");

    private final String label;

    AdapterPolicy(String label) {
        this.label = label;
    }

    /// As it stands in tables.
    public String label() {
        return label;
    }

    /// The same settings under this policy.
    public LoraPoolConfig apply(LoraPoolConfig config) {
        return switch (this) {
            case LRU -> config.withPriority(LoraPriority.lru()).withRemains(false);
            case REFERENCE -> config.withPriority(LoraPriority.reference()).withRemains(false);
            case WHOLE -> config.withPriority(LoraPriority.costAware()).withRemains(false);
            case COST_AWARE -> config.withPriority(LoraPriority.costAware());
        };
    }
}
