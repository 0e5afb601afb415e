package dev.isobar.pool;

import java.util.function.Predicate;

/// Another priority, with entries that never go.
record KeepingPriority<V>(EvictionPriority<V> base, Predicate<? super V> never)
        implements EvictionPriority<V> {

    @Override
    public double loss(EntryView entry, V value) {
        return base.loss(entry, value);
    }

    @Override
    public boolean evictable(EntryView entry, V value) {
        return !never.test(value) && base.evictable(entry, value);
    }

    @Override
    public boolean steady() {
        return base.steady();
    }

    @Override
    public boolean usesFrequency() {
        return base.usesFrequency();
    }

    @Override
    public boolean usesTime() {
        return base.usesTime();
    }
}
