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
    private final @Nullable Adaptation adaptation;
    private final AdaptivePriority<?> goal;

    Losses(
            EvictionPriority<V> priority,
            LongSupplier clock,
            Callbacks callbacks,
            LongSupplier limitBytes) {
        this.priority = priority;
        this.clock = clock;
        this.callbacks = callbacks;
        this.sketch = priority.usesFrequency() ? new FrequencySketch() : null;
        AdaptivePriority<?> adaptive = adaptive(priority);
        this.adaptation = adaptive == null ? null : new Adaptation(limitBytes);
        this.goal = adaptive == null ? new AdaptivePriority<>(EvictionGoal.COST) : adaptive;
    }

    /// What chooses the rule, if the priority is adaptive.
    @Nullable Adaptation adaptation() {
        return adaptation;
    }

    boolean steady() {
        return priority.steady();
    }

    /// Notes that a key was asked for.
    ///
    /// @return what [#used] wants
    int asked(K key) {
        if (adaptation != null) {
            int hash = Adaptation.hash(key);
            adaptation.asked(hash);
            return hash;
        }
        if (sketch != null) {
            sketch.increment(key.hashCode());
        }
        return 0;
    }

    /// Notes that an entry was found, or came in.
    void used(int hash, Entry<K, V> entry) {
        if (adaptation != null) {
            adaptation.used(hash, entry.bytes, goal.worth(entry.bytes, entry.loadCostNanos));
        }
    }

    /// What one use of an entry is worth, by the adaptive priority's goal, for each of its bytes.
    double density(Entry<K, V> entry) {
        return goal.worth(entry.bytes, entry.loadCostNanos) / Math.max(1, entry.bytes);
    }

    /// Whether an entry may be evicted now. The caller keeps the value from being freed.
    boolean evictable(Entry<K, V> entry) {
        try {
            return priority.evictable(view(entry), entry.value);
        } catch (Throwable t) {
            callbacks.failed("priority " + priority, t);
            return true;
        }
    }

    /// The adaptive priority's loss of an entry, whether it may be evicted or not. Asks nobody.
    double rank(Entry<K, V> entry) {
        return adaptation == null ? Double.NEGATIVE_INFINITY : adaptiveLoss(adaptation, entry);
    }

    /// The loss of an entry now, or [#NEVER]. The caller keeps the value from being freed.
    double of(Entry<K, V> entry) {
        EntryView view = view(entry);
        try {
            if (!priority.evictable(view, entry.value)) {
                return NEVER;
            }
            double loss =
                    adaptation == null
                            ? priority.loss(view, entry.value)
                            : adaptiveLoss(adaptation, entry);
            if (!Double.isNaN(loss)) {
                return Math.min(loss, Double.MAX_VALUE);
            }
            callbacks.failed("priority " + priority, new ArithmeticException("loss is NaN"));
        } catch (Throwable t) {
            callbacks.failed("priority " + priority, t);
        }
        return view.lastAccessNanos();
    }

    private EntryView view(Entry<K, V> entry) {
        int frequency = sketch == null ? 0 : sketch.frequency(entry.key.hashCode());
        return entry.view(clock.getAsLong(), frequency);
    }

    private double adaptiveLoss(Adaptation adaptive, Entry<K, V> entry) {
        int uses = Math.max(0, entry.hits() - entry.orderHits) + 1;
        return entry.inflation() + adaptive.rule().weight(uses) * density(entry);
    }

    private static @Nullable AdaptivePriority<?> adaptive(EvictionPriority<?> priority) {
        return switch (priority) {
            case AdaptivePriority<?> adaptive -> adaptive;
            case KeepingPriority<?> keeping -> adaptive(keeping.base());
            default -> null;
        };
    }
}
