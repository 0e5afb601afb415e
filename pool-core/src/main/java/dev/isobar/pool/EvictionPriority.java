package dev.isobar.pool;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;

/// Says how much is lost if an entry goes. The entry with the smallest loss goes first; among equals,
/// the one that has been in the pool longest.
///
/// Called with no lock held, from any thread, while the value is kept from being freed. A priority
/// that throws or answers NaN is logged once and counted; that entry is then judged by recency, as
/// [#lru()] would.
///
/// @param <V> the type of values
@FunctionalInterface
public interface EvictionPriority<V> {

    /// The loss if this entry goes; any number but NaN. The unit is the priority's own: losses are
    /// compared only inside one pool.
    double loss(EntryView entry, V value);

    /// Whether this entry may be evicted at all. An answer of its own, not a magic loss; asked again
    /// whenever the entry is considered.
    default boolean evictable(EntryView entry, V value) {
        return true;
    }

    /// Whether the loss of an entry stays the same while it is not used, and never falls when it is.
    /// Then the pool keeps entries in order, and always evicts exactly the smallest loss at a cost of
    /// O(log n). Otherwise (a loss that depends on [EntryView#nowNanos()], say) it considers every
    /// entry of a pool of up to 64, and 64 random ones of a larger pool.
    default boolean steady() {
        return false;
    }

    /// Whether the pool shall count how often keys are asked for ([EntryView#frequency()]).
    default boolean usesFrequency() {
        return false;
    }

    /// Whether the loss depends on a time ([EntryView#lastAccessNanos()], [EntryView#nowNanos()] and what
    /// is made of them). If not, the pool reads no clock when an entry is found; the time of the last
    /// access is that of the entry's coming in then.
    default boolean usesTime() {
        return true;
    }

    /// The same priority, under which entries whose value satisfies `never` are not evicted.
    default EvictionPriority<V> keeping(Predicate<? super V> never) {
        return new KeepingPriority<>(this, Objects.requireNonNull(never, "never"));
    }

    /// Adapts itself to what is asked for, to save the most load cost: [#adaptive(EvictionGoal)].
    static <V> EvictionPriority<V> adaptive() {
        return adaptive(EvictionGoal.COST);
    }

    /// Adapts itself to what is asked for. The pool weighs recency, frequency, size and load cost, by
    /// that of several rules which would have served the goal best lately; it finds out by following
    /// them all on a small sample of the keys, without values (at most 1 MiB a pool, whatever its
    /// size, and 8 to 24 bytes an entry). Newcomers always come in; those that have not proved
    /// themselves go first.
    ///
    /// [#loss] of this priority, for whoever asks it directly, is that of the greedy-dual rule.
    ///
    /// @param goal what is to be saved
    static <V> EvictionPriority<V> adaptive(EvictionGoal goal) {
        return new AdaptivePriority<>(Objects.requireNonNull(goal, "goal"));
    }

    /// Least recently used goes first.
    static <V> EvictionPriority<V> lru() {
        return new SteadyPriority<>("lru", true, entry -> entry.lastAccessNanos());
    }

    /// Least recently used goes first, where each KiB of size makes an entry look older.
    ///
    /// @param agePerKibibyte how much older; 1 ms in the reference. At least 0.
    /// @throws IllegalArgumentException if `agePerKibibyte` is negative
    static <V> EvictionPriority<V> sizeWeightedLru(Duration agePerKibibyte) {
        if (agePerKibibyte.isNegative()) {
            throw new IllegalArgumentException(
                    "agePerKibibyte must be at least 0: " + agePerKibibyte);
        }
        double nanosPerByte = agePerKibibyte.toNanos() / 1024.0;
        return new SteadyPriority<>(
                "sizeWeightedLru",
                true,
                entry -> entry.lastAccessNanos() - entry.bytes() * nanosPerByte);
    }

    /// Greedy-dual-size-frequency: uses times load cost per byte, on top of the pool's inflation, so
    /// that what was once dear ages (L. Cherkasova, *Improving WWW Proxies Performance with
    /// Greedy-Dual-Size-Frequency Caching Policy*, HP Labs, 1998). The unit is nanoseconds of
    /// reloading per byte. An unknown load cost counts as 1 ns, an entry of no bytes as 1 byte.
    static <V> EvictionPriority<V> costAware() {
        return new SteadyPriority<>(
                "costAware",
                false,
                entry ->
                        entry.inflation()
                                + (entry.hits() + 1.0)
                                        * Math.max(1, entry.loadCostNanos())
                                        / Math.max(1, entry.bytes()));
    }
}
