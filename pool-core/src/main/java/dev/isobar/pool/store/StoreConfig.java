package dev.isobar.pool.store;

import dev.isobar.pool.EvictionPriority;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The settings of a [WarmStore].
///
/// *Immutable.*
///
/// @param root the folder, exactly; made when the store is first used. Null: there is no store, and
///     the disk is never touched.
/// @param budgetBytes the most that may lie under the root, temporary files included; at least
///     {@value #LEAST_BUDGET_BYTES}. Exceeded by one entry in flight at most.
/// @param timeToLive how long an entry lives after it was last written or read; zero: for ever
/// @param segmentBytes how long a segment of a log may get; at least {@value #LEAST_SEGMENT_BYTES}
/// @param producer who writes
/// @param priority which entry is worth least
/// @param readOnly whether to read only, even if nobody owns the root
/// @param wallClock the time of day, asked when a root is opened; it stamps entries, and says how old
///     those are that were there. If it was set back meanwhile, the last time that was written down
///     counts: what has expired does not come back
/// @param nanoClock the monotonic clock, in nanoseconds: everything else
public record StoreConfig(
        @Nullable Path root,
        long budgetBytes,
        Duration timeToLive,
        long segmentBytes,
        Producer producer,
        EvictionPriority<EntryInfo> priority,
        boolean readOnly,
        Clock wallClock,
        LongSupplier nanoClock) {

    /// The budget by default: 1 GiB.
    public static final long DEFAULT_BUDGET_BYTES = 1L << 30;

    /// The smallest budget: {@value} bytes.
    public static final long LEAST_BUDGET_BYTES = 4096;

    /// The time to live by default: 30 days.
    public static final Duration DEFAULT_TIME_TO_LIVE = Duration.ofDays(30);

    /// A segment's length by default: 64 MiB.
    public static final long DEFAULT_SEGMENT_BYTES = 64L << 20;

    /// The shortest segment: {@value} bytes.
    public static final long LEAST_SEGMENT_BYTES = 4096;

    /// @throws IllegalArgumentException if a number is out of range
    public StoreConfig {
        Objects.requireNonNull(timeToLive, "timeToLive");
        Objects.requireNonNull(producer, "producer");
        Objects.requireNonNull(priority, "priority");
        Objects.requireNonNull(wallClock, "wallClock");
        Objects.requireNonNull(nanoClock, "nanoClock");
        if (budgetBytes < LEAST_BUDGET_BYTES) {
            throw new IllegalArgumentException(
                    "budgetBytes must be at least %d: %d"
                            .formatted(LEAST_BUDGET_BYTES, budgetBytes));
        }
        if (segmentBytes < LEAST_SEGMENT_BYTES || segmentBytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "segmentBytes must be from %d to %d: %d"
                            .formatted(LEAST_SEGMENT_BYTES, Integer.MAX_VALUE, segmentBytes));
        }
        if (timeToLive.isNegative()) {
            throw new IllegalArgumentException("timeToLive must be at least 0: " + timeToLive);
        }
    }

    /// A store at a root, everything else by default: least recently used goes first, and what it
    /// finishes is a start for everybody, until a producer is named.
    public static StoreConfig at(Path root) {
        return defaults(Objects.requireNonNull(root, "root"));
    }

    /// No store.
    public static StoreConfig off() {
        return defaults(null);
    }

    private static StoreConfig defaults(@Nullable Path root) {
        return new StoreConfig(
                root,
                DEFAULT_BUDGET_BYTES,
                DEFAULT_TIME_TO_LIVE,
                DEFAULT_SEGMENT_BYTES,
                Producer.NOBODY,
                EvictionPriority.lru(),
                false,
                Clock.systemUTC(),
                System::nanoTime);
    }

    /// The same with another budget.
    public StoreConfig withBudgetBytes(long to) {
        return new StoreConfig(
                root,
                to,
                timeToLive,
                segmentBytes,
                producer,
                priority,
                readOnly,
                wallClock,
                nanoClock);
    }

    /// The same with another time to live.
    public StoreConfig withTimeToLive(Duration to) {
        return new StoreConfig(
                root,
                budgetBytes,
                to,
                segmentBytes,
                producer,
                priority,
                readOnly,
                wallClock,
                nanoClock);
    }

    /// The same with other segments.
    public StoreConfig withSegmentBytes(long to) {
        return new StoreConfig(
                root,
                budgetBytes,
                timeToLive,
                to,
                producer,
                priority,
                readOnly,
                wallClock,
                nanoClock);
    }

    /// The same for another producer.
    public StoreConfig withProducer(Producer to) {
        return new StoreConfig(
                root,
                budgetBytes,
                timeToLive,
                segmentBytes,
                to,
                priority,
                readOnly,
                wallClock,
                nanoClock);
    }

    /// The same with another priority.
    public StoreConfig withPriority(EvictionPriority<EntryInfo> to) {
        return new StoreConfig(
                root,
                budgetBytes,
                timeToLive,
                segmentBytes,
                producer,
                to,
                readOnly,
                wallClock,
                nanoClock);
    }

    /// The same, for reading only.
    public StoreConfig reading() {
        return new StoreConfig(
                root,
                budgetBytes,
                timeToLive,
                segmentBytes,
                producer,
                priority,
                true,
                wallClock,
                nanoClock);
    }

    /// The same with other clocks.
    public StoreConfig withClocks(Clock wall, LongSupplier monotonic) {
        return new StoreConfig(
                root,
                budgetBytes,
                timeToLive,
                segmentBytes,
                producer,
                priority,
                readOnly,
                wall,
                monotonic);
    }
}
