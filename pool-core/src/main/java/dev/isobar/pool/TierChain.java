package dev.isobar.pool;

import dev.isobar.broker.PressureTier;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The tiers below a pool, the nearest first: what the pool evicts goes down, what it misses comes up.
///
/// Hand it to the pool twice, as its [Demotion] and around its [Loader]; the pool's single flight is
/// then the promotion's, too:
///
/// ```java
/// var chain = new TierChain<>(List.of(disk), hostTier);
/// var pool = new PagedResourcePool<>(PoolConfig.<K, V>builder("adapters").demotion(chain)...build());
/// Lease<V> lease = pool.acquire(key, chain.over(loader));
/// ```
///
/// * What was loaded is copied down at once, while there is no pressure; so most victims are clean, and
///   eviction only drops them.
/// * A victim that is nowhere below is offered to the nearest tier that takes it. Offers neither block
///   nor touch a disk. At `CRITICAL` nothing is offered.
/// * A miss is looked for in each tier, then loaded. It stays where it was found.
///
/// *Safe for several threads.*
///
/// @param <K> the type of keys. A key names its value for good: a value that changes gets another key.
/// @param <V> the type of values
public final class TierChain<K, V> implements Demotion<K, V> {

    private final List<Tier<K, V>> tiers;
    private final Supplier<PressureTier> pressure;
    private final Passages<K> loads = new Passages<>();
    private final LongAdder promoted = new LongAdder();
    private final LongAdder loaded = new LongAdder();
    private final LongAdder clean = new LongAdder();
    private final LongAdder demoted = new LongAdder();
    private final LongAdder dropped = new LongAdder();

    /// @param tiers the nearest first; may be empty
    /// @param pressure how bad it is where the copies are made, of the host usually; asked often
    public TierChain(List<? extends Tier<K, V>> tiers, Supplier<PressureTier> pressure) {
        this.tiers = List.copyOf(tiers);
        this.pressure = Objects.requireNonNull(pressure, "pressure");
    }

    /// What a chain has done since it was made. A snapshot.
    ///
    /// @param promoted misses that a tier had the value of
    /// @param loaded misses that were loaded
    /// @param clean victims that some tier had already
    /// @param demoted victims that a tier took
    /// @param dropped victims that no tier took, or that went at `CRITICAL`
    public record Stats(long promoted, long loaded, long clean, long demoted, long dropped) {}

    /// A loader that looks into the tiers first.
    public Loader<K, V> over(Loader<K, V> origin) {
        Objects.requireNonNull(origin, "origin");
        return key -> {
            V found = promote(key);
            if (found != null) {
                return found;
            }
            try (var load = loads.begin(key)) {
                V value = origin.load(key);
                loaded(key, value, load);
                return value;
            }
        };
    }

    /// Brings a value up from the nearest tier that has it. May read from a disk.
    ///
    /// @return the caller's own; null if no tier has it
    public @Nullable V promote(K key) {
        for (Tier<K, V> tier : tiers) {
            V found = tier.fetch(key);
            if (found != null) {
                promoted.increment();
                return found;
            }
        }
        return null;
    }

    /// Copies a value that was just made down, unless there is pressure: then it has to wait until it
    /// is evicted. To be called while the value cannot be freed.
    ///
    /// @param wanted whether the key still stands for that value; asked under locks
    public void loaded(K key, V value, BooleanSupplier wanted) {
        loaded.increment();
        if (!pressure.get().atLeast(PressureTier.HIGH) && !held(key)) {
            offer(key, value, wanted);
        }
    }

    @Override
    public void leaving(K key, V value, RemovalCause cause) {
        leaving(key, value, cause, () -> true);
    }

    @Override
    public void leaving(K key, V value, RemovalCause cause, BooleanSupplier wanted) {
        if (held(key)) {
            clean.increment();
        } else if (cause != RemovalCause.EMERGENCY
                && pressure.get() != PressureTier.CRITICAL
                && offer(key, value, wanted)) {
            demoted.increment();
        } else {
            dropped.increment();
        }
    }

    /// Forgets a key in all tiers. What keeps an old value from coming back by another thread is
    /// [PagedResourcePool#invalidate(Object, Runnable)], to be called with this.
    public void forget(K key) {
        loads.revoke(key);
        tiers.forEach(each -> each.forget(key));
    }

    /// What it has done.
    public Stats stats() {
        return new Stats(promoted.sum(), loaded.sum(), clean.sum(), demoted.sum(), dropped.sum());
    }

    private boolean held(K key) {
        return tiers.stream().anyMatch(each -> each.holds(key));
    }

    private boolean offer(K key, V value, BooleanSupplier wanted) {
        return tiers.stream().anyMatch(each -> each.offer(key, value, wanted));
    }
}
