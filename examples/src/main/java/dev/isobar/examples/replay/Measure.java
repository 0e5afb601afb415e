package dev.isobar.examples.replay;

import java.util.function.ToDoubleFunction;

/// What is read off a replay, in per cent.
public enum Measure {
    HIT_RATE("hit rate", Tally::hitRate),
    BYTE_HIT_RATE("byte hit rate", Tally::byteHitRate),
    COST_SAVED("cost saved", Tally::costSaved);

    private final String title;

    @SuppressWarnings("ImmutableEnumChecker") // method references without state
    private final ToDoubleFunction<Tally> value;

    Measure(String title, ToDoubleFunction<Tally> value) {
        this.title = title;
        this.value = value;
    }

    /// What stands above it.
    public String title() {
        return title;
    }

    /// Its value, 0 to 100.
    public double of(Tally tally) {
        return value.applyAsDouble(tally);
    }
}
