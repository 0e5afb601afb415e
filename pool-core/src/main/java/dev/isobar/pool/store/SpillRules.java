package dev.isobar.pool.store;

import dev.isobar.broker.PressureTier;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.ToDoubleBiFunction;

/// Which values a [LogTier] copies to the disk, and when. A value is copied if it is expected to save
/// more time than it takes to write, and if not too much was written lately.
///
/// *Immutable*; the functions are called by several threads, with no lock held.
///
/// @param savedNanos what a copy of a value is expected to save, in nanoseconds: the time to make the
///     value again, times the odds that it is asked for again. At 0 it is never copied: so answer for
///     what can be had from a local source. Infinity: always copied.
/// @param diskBytesPerSecond how fast the disk writes, in bytes a second; at least 1
/// @param bytesPerSecond how much may be written over time, in bytes a second, for the sake of the disk;
///     at least 1. A second's worth may come at once.
/// @param pressure how bad it is on this host; asked often. At `HIGH` nothing is written unless somebody
///     waits for it, since pages that are not on the disk yet take memory, too; at `CRITICAL` what waits
///     is dropped.
/// @param <K> the type of keys
/// @param <V> the type of values
public record SpillRules<K, V>(
        ToDoubleBiFunction<K, V> savedNanos,
        long diskBytesPerSecond,
        long bytesPerSecond,
        Supplier<PressureTier> pressure) {

    /// How fast a disk writes by default: 200 MB a second.
    public static final long DEFAULT_DISK_BYTES_PER_SECOND = 200_000_000;

    private static final double NANOS_IN_A_SECOND = 1e9;

    /// @throws IllegalArgumentException if a number is less than 1
    public SpillRules {
        Objects.requireNonNull(savedNanos, "savedNanos");
        Objects.requireNonNull(pressure, "pressure");
        requirePositive("diskBytesPerSecond", diskBytesPerSecond);
        requirePositive("bytesPerSecond", bytesPerSecond);
    }

    /// Everything is copied, at any time.
    public static <K, V> SpillRules<K, V> everything() {
        return new SpillRules<>(
                (_, _) -> Double.POSITIVE_INFINITY,
                DEFAULT_DISK_BYTES_PER_SECOND,
                Long.MAX_VALUE,
                () -> PressureTier.NORMAL);
    }

    /// The same for what is worth it only.
    public SpillRules<K, V> withSavedNanos(ToDoubleBiFunction<K, V> to) {
        return new SpillRules<>(to, diskBytesPerSecond, bytesPerSecond, pressure);
    }

    /// The same for another disk.
    public SpillRules<K, V> withDiskBytesPerSecond(long to) {
        return new SpillRules<>(savedNanos, to, bytesPerSecond, pressure);
    }

    /// The same with another limit.
    public SpillRules<K, V> withBytesPerSecond(long to) {
        return new SpillRules<>(savedNanos, diskBytesPerSecond, to, pressure);
    }

    /// The same under some pressure.
    public SpillRules<K, V> withPressure(Supplier<PressureTier> to) {
        return new SpillRules<>(savedNanos, diskBytesPerSecond, bytesPerSecond, to);
    }

    /// Whether a copy saves more than it costs.
    boolean worth(K key, V value, long bytes) {
        return savedNanos.applyAsDouble(key, value)
                > bytes * NANOS_IN_A_SECOND / diskBytesPerSecond;
    }

    private static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1: " + value);
        }
    }
}
