package dev.isobar.lora;

import dev.isobar.pool.EntryView;
import dev.isobar.pool.EvictionPriority;

/// Reload cost × odds of reuse / bytes, weighted by priority: what a byte of an adapter is worth.
///
/// The odds are how often the adapter was asked for lately ([Demand]), also while it was not here; the
/// cost is what a byte of it took to bring, as measured.
record CostAware() implements EvictionPriority<ResidentAdapter> {

    @Override
    public double loss(EntryView entry, ResidentAdapter adapter) {
        return worth(adapter);
    }

    @Override
    public boolean evictable(EntryView entry, ResidentAdapter adapter) {
        return !adapter.critical();
    }

    @Override
    public boolean usesTime() {
        return false;
    }

    /// In nanoseconds a byte, times the odds.
    double worth(ResidentAdapter adapter) {
        return adapter.priority() * adapter.known.demand.now() * adapter.nanosPerByte();
    }
}
