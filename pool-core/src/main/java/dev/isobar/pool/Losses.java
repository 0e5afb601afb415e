package dev.isobar.pool;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Asks the pool's priority about entries, and copes with what it answers.
final class Losses<K, V> {

    /// The answer "never": beyond every loss.
    static final double NEVER = Double.POSITIVE_INFINITY;

    private final EvictionPriority<V> priority;
    private final LongSupplier clock;
    private final Callbacks callbacks;
    private final @Nullable FrequencySketch sketch;

    Losses(EvictionPriority<V> priority, LongSupplier clock, Callbacks callbacks) {
        this.priority = priority;
        this.clock = clock;
        this.callbacks = callbacks;
        this.sketch = priority.usesFrequency() ? new FrequencySketch() : null;
    }

    boolean steady() {
        return priority.steady();
    }

    /// Notes that a key was asked for.
    void asked(K key) {
        if (sketch != null) {
            sketch.increment(key.hashCode());
        }
    }

    /// The loss of an entry now, or [#NEVER]. The caller keeps the value from being freed.
    double of(Entry<K, V> entry) {
        int frequency = sketch == null ? 0 : sketch.frequency(entry.key.hashCode());
        EntryView view = entry.view(clock.getAsLong(), frequency);
        try {
            if (!priority.evictable(view, entry.value)) {
                return NEVER;
            }
            double loss = priority.loss(view, entry.value);
            if (!Double.isNaN(loss)) {
                return Math.min(loss, Double.MAX_VALUE);
            }
            callbacks.failed("priority " + priority, new ArithmeticException("loss is NaN"));
        } catch (Throwable t) {
            callbacks.failed("priority " + priority, t);
        }
        return view.lastAccessNanos();
    }
}
