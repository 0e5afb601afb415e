package dev.isobar.pool;

import java.util.concurrent.atomic.AtomicLong;
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
    private final Present present; // the adaptation's, if there is one
    private final AdaptivePriority<?> goal;
    private final boolean usesTime;
    private final StripedCounter missed = new StripedCounter();
    private final StripedCounter victims = new StripedCounter();

    /// Bits of a double: the highest loss of all victims so far.
    private final AtomicLong inflation = new AtomicLong(Double.doubleToRawLongBits(0));

    Losses(
            EvictionPriority<V> priority,
            LongSupplier clock,
            Callbacks callbacks,
            LongSupplier limitBytes) {
        this.priority = priority;
        this.clock = clock;
        this.callbacks = callbacks;
        this.sketch = priority.usesFrequency() ? new FrequencySketch() : null;
        this.usesTime = priority.usesTime();
        AdaptivePriority<?> adaptive = adaptive(priority);
        this.adaptation = adaptive == null ? null : new Adaptation(limitBytes, clock);
        this.present = adaptation == null ? new Present() : adaptation.present();
        this.goal = adaptive == null ? new AdaptivePriority<>(EvictionGoal.COST) : adaptive;
    }

    /// What chooses the rule, if the priority is adaptive.
    @Nullable Adaptation adaptation() {
        return adaptation;
    }

    boolean steady() {
        return priority.steady();
    }

    /// An entry of the kind that the priority needs.
    ///
    /// @param pins how many it has to begin with
    Entry<K, V> entry(K key, V value, long bytes, Entry.Birth birth, int pins) {
        if (adaptation == null) {
            return new FullEntry<>(key, value, bytes, birth, pins, false);
        }
        Eras eras = adaptation.eras();
        long cost = birth.loadCostNanos();
        return bytes < Integer.MAX_VALUE
                ? new SlimEntry<>(key, value, bytes, cost, eras.now(), eras.inflation(), pins)
                : new LargeEntry<>(key, value, bytes, cost, eras.now(), eras.inflation(), pins);
    }

    /// Notes that a key was asked for, and not found.
    void missed(int hash) {
        missed(hash, missed.increment());
    }

    /// The same.
    ///
    /// @param count how many were not: any number of which one in 16 is a multiple of 16
    void missed(int hash, long count) {
        if (adaptation != null) {
            adaptation.asked(hash, 1, count);
        } else if (sketch != null) {
            sketch.increment(hash);
        }
    }

    /// Notes that an entry was found.
    ///
    /// @param count how many were found: any number of which one in 16 is a multiple of 16
    void found(Entry<K, V> entry, long count) {
        if (entry instanceof SlimEntry<K, V> slim && adaptation != null) {
            int noted = slim.touch(present.era(), count);
            if (noted != 0) {
                adaptation.asked(slim.hash, noted, count);
            }
            sample(slim, adaptation);
        } else if (entry instanceof FullEntry<K, V> full) {
            touch(full);
        }
    }

    private void touch(FullEntry<K, V> entry) {
        if (sketch != null) {
            sketch.increment(entry.hash);
        }
        if (usesTime) {
            entry.touchedAt(clock.getAsLong());
        }
        entry.touch(inflation());
    }

    /// Notes that an entry has come in.
    void cameIn(Entry<K, V> entry) {
        if (adaptation != null) {
            sample(entry, adaptation);
        }
    }

    private void sample(Entry<K, V> entry, Adaptation adaptive) {
        if (present.sampled(entry.hash)) {
            long bytes = entry.bytes();
            adaptive.used(entry.hash, bytes, goal.worth(bytes, entry.loadCostNanos()));
        }
    }

    /// Notes that an entry was evicted: those that come or are used from now on have to be worth more.
    void evicted(Entry<K, V> entry) {
        switch (entry) {
            case FullEntry<K, V> full -> raiseInflation(full.orderLoss());
            case SlimEntry<K, V> slim -> {
                if (adaptation != null) {
                    evicted(slim, adaptation);
                }
            }
        }
    }

    /// Victims that have not proved themselves say nothing about the worth of others. How many went is
    /// noted of one in 16, for all, where an era is as long as that.
    private void evicted(SlimEntry<K, V> entry, Adaptation adaptive) {
        if (entry.orderIndex == Entry.NOWHERE) {
            adaptive.eras().raise(entry.ticks());
        }
        int entries = adaptive.entries();
        int noted = entries < Eras.ENTRIES_A_VICTIM * SlimEntry.NOTED ? 1 : SlimEntry.NOTED;
        if (victims.increment() % noted == 0) {
            adaptive.eras().passed(noted, entries);
        }
    }

    /// The highest loss of all victims so far.
    double inflation() {
        return Double.longBitsToDouble(inflation.get());
    }

    private void raiseInflation(double loss) {
        long bits = inflation.get();
        while (loss > Double.longBitsToDouble(bits)
                && !inflation.compareAndSet(bits, Double.doubleToRawLongBits(loss))) {
            bits = inflation.get();
        }
    }

    /// What one use of an entry is worth, by the adaptive priority's goal, for each of its bytes.
    double density(Entry<K, V> entry) {
        long bytes = entry.bytes();
        return goal.worth(bytes, entry.loadCostNanos()) / Math.max(1, bytes);
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

    /// The loss of an entry now, or [#NEVER], by a priority that is not adaptive. The caller keeps the value from being freed.
    double of(Entry<K, V> entry) {
        EntryView view = view(entry);
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

    /// Whether a slim entry may be evicted now. The caller keeps the value from being freed.
    boolean mayGo(SlimEntry<K, V> entry) {
        return priority instanceof AdaptivePriority || evictable(entry); // it keeps none by itself
    }

    /// The loss of an entry now, in ticks, by the adaptive priority; minus infinity if it was last used in
    /// an era that is forgotten, for then it has not risen since it was placed.
    double adaptiveLoss(Adaptation adaptive, SlimEntry<K, V> entry) {
        return adaptive.eras().remembers(entry.era())
                ? rank(adaptive, entry)
                : Double.NEGATIVE_INFINITY;
    }

    /// The adaptive priority's loss of an entry, whether it may be evicted or not, in ticks.
    double rank(Adaptation adaptive, SlimEntry<K, V> entry) {
        Eras eras = adaptive.eras();
        double weight = adaptive.rule().weight(entry.usesSincePlaced() + 1);
        return (double) (eras.inflation(entry.era()) + eras.ticks(weight * density(entry)));
    }

    /// By what an entry stands among the others now, or [#NEVER] if it may not go. The caller keeps the
    /// value from being freed.
    double standing(Entry<K, V> entry) {
        return entry instanceof SlimEntry<K, V> slim && adaptation != null
                ? mayGo(slim) ? rank(adaptation, slim) : NEVER
                : of(entry);
    }

    /// An entry as reports show it.
    EntrySnapshot snapshot(Entry<K, V> entry, long nowNanos) {
        return new EntrySnapshot(
                String.valueOf(entry.key),
                entry.bytes(),
                entry.pins(),
                entry.hits(),
                nowNanos - loadedAtNanos(entry),
                nowNanos - lastAccessNanos(entry));
    }

    private EntryView view(Entry<K, V> entry) {
        long now = clock.getAsLong();
        int frequency = sketch == null ? 0 : sketch.frequency(entry.hash);
        double entryInflation = entry instanceof FullEntry<K, V> full ? full.inflation() : 0;
        return new EntryView(
                entry.bytes(),
                now,
                loadedAtNanos(entry),
                lastAccessNanos(entry),
                entry.hits(),
                frequency,
                entry.loadCostNanos(),
                entryInflation);
    }

    /// The time that an entry has to know which comes in now; 0 if it need not know any.
    long loadedNow() {
        return adaptation == null ? clock.getAsLong() : 0;
    }

    /// When an entry came in; where that is not kept, when it was last used.
    long loadedAtNanos(Entry<K, V> entry) {
        return entry instanceof FullEntry<K, V> full
                ? full.loadedAtNanos()
                : lastAccessNanos(entry);
    }

    /// When an entry was last used; of a slim one, when that era began.
    long lastAccessNanos(Entry<K, V> entry) {
        return switch (entry) {
            case FullEntry<K, V> full -> full.lastAccessNanos();
            case SlimEntry<K, V> slim ->
                    adaptation == null ? 0 : adaptation.eras().startNanos(slim.era());
        };
    }

    private static @Nullable AdaptivePriority<?> adaptive(EvictionPriority<?> priority) {
        return switch (priority) {
            case AdaptivePriority<?> adaptive -> adaptive;
            case KeepingPriority<?> keeping -> adaptive(keeping.base());
            default -> null;
        };
    }
}
