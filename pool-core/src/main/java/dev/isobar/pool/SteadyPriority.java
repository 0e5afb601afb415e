package dev.isobar.pool;

import java.util.function.ToDoubleFunction;

/// A priority that looks at neither the clock nor the value.
record SteadyPriority<V>(String name, ToDoubleFunction<EntryView> formula)
        implements EvictionPriority<V> {

    @Override
    public double loss(EntryView entry, V value) {
        return formula.applyAsDouble(entry);
    }

    @Override
    public boolean steady() {
        return true;
    }

    @Override
    public String toString() {
        return name;
    }
}
