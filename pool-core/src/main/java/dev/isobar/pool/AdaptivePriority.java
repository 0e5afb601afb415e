package dev.isobar.pool;

/// The priority under which the pool chooses its rule itself: see [AdaptiveOrder].
///
/// @param goal what is to be saved
record AdaptivePriority<V>(EvictionGoal goal) implements EvictionPriority<V> {

    /// What finding an entry is worth.
    double worth(long bytes, long loadCostNanos) {
        return switch (goal) {
            case HITS -> 1;
            case BYTES -> Math.max(1, bytes);
            case COST -> Math.max(1, loadCostNanos);
        };
    }

    @Override
    public double loss(EntryView entry, V value) {
        return entry.inflation()
                + (entry.hits() + 1.0)
                        * worth(entry.bytes(), entry.loadCostNanos())
                        / Math.max(1, entry.bytes());
    }

    @Override
    public boolean usesTime() {
        return false;
    }

    @Override
    public String toString() {
        return "adaptive(" + goal + ")";
    }
}
