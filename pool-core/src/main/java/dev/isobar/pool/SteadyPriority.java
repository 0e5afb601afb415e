package dev.isobar.pool;

import java.util.function.ToDoubleFunction;

/// A priority that does not look at the value, nor at what time it is.
///
/// @param usesTime whether it looks at the time of the last access
record SteadyPriority<V>(String name, boolean usesTime, ToDoubleFunction<EntryView> formula)
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
