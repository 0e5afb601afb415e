package dev.isobar.pool.store;

import dev.isobar.broker.PressureTier;
import dev.isobar.pool.Lease;
import dev.isobar.pool.PagedResourcePool;
import dev.isobar.pool.PoolClosedException;
import dev.isobar.pool.store.RestoreReport.End;
import dev.isobar.pool.store.RestoreReport.Fate;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Brings a pool's values back after a restart: those that were worth most first, while there is no
/// pressure and the pool is far from full. What it does not bring, or has not brought yet, comes when it
/// is asked for. Only values come back: pins, leases, ages and counters do not.
///
/// *One run at a time*; the pool may be in use meanwhile.
///
/// @param <K> the type of keys
/// @param <V> the type of values
public final class WarmRestorer<K, V> {

    /// The share of a pool's limit up to which it is filled by default: {@value}.
    public static final double DEFAULT_FILL = 0.5;

    private final PagedResourcePool<K, V> pool;
    private final LogTier<K, V> tier;
    private final Supplier<PressureTier> pressure;
    private final double fill;

    /// @param pool where values come to
    /// @param tier where they come from
    /// @param pressure how bad it is, of the host usually; asked before every value
    /// @param fill up to which share of its limit the pool is filled; from 0 to 1
    /// @throws IllegalArgumentException if `fill` is out of range
    public WarmRestorer(
            PagedResourcePool<K, V> pool,
            LogTier<K, V> tier,
            Supplier<PressureTier> pressure,
            double fill) {
        this.pool = Objects.requireNonNull(pool, "pool");
        this.tier = Objects.requireNonNull(tier, "tier");
        this.pressure = Objects.requireNonNull(pressure, "pressure");
        if (!(fill >= 0 && fill <= 1)) {
            throw new IllegalArgumentException("fill must be from 0 to 1: " + fill);
        }
        this.fill = fill;
    }

    /// Restores until all is done, the pool is filled, there is pressure, or it is told to stop.
    ///
    /// @param stop asked before every value
    public RestoreReport run(BooleanSupplier stop) {
        RestoreReport report = restore(stop);
        tier.restored(report);
        return report;
    }

    private RestoreReport restore(BooleanSupplier stop) {
        List<K> keys = tier.keys();
        RestoreReport report = RestoreReport.of(keys.size());
        for (K key : keys) {
            End end = end(stop);
            if (end != null) {
                return report.endedBy(end);
            }
            try {
                report = report.and(restore(key));
            } catch (PoolClosedException _) {
                return report.endedBy(End.STOPPED);
            }
        }
        return report;
    }

    private @Nullable End end(BooleanSupplier stop) {
        if (stop.getAsBoolean() || pool.closed()) {
            return End.STOPPED;
        }
        if (pressure.get() != PressureTier.NORMAL) {
            return End.PRESSURE;
        }
        return pool.usedBytes() >= fill * pool.limitBytes() ? End.FILLED : null;
    }

    private Fate restore(K key) {
        if (pool.contains(key)) {
            return Fate.PRESENT;
        }
        var recalled = new AtomicReference<Recalled<V>>(new Recalled.Absent<>());
        pool.bring(key, () -> value(tier.peek(key), recalled)).ifPresent(Lease::close);
        return switch (recalled.get()) {
            case Recalled.Found<V> _ -> pool.contains(key) ? Fate.RESTORED : Fate.REFUSED;
            case Recalled.Absent<V> _ -> Fate.GONE;
            case Recalled.Stale<V> _ -> Fate.STALE;
            case Recalled.Damaged<V> _ -> Fate.CORRUPT;
            case Recalled.NoRoom<V> _ -> Fate.REFUSED;
        };
    }

    private static <V> @Nullable V value(Recalled<V> now, AtomicReference<Recalled<V>> recalled) {
        recalled.set(now);
        return now instanceof Recalled.Found<V>(V value) ? value : null;
    }
}
