package dev.isobar.pool.store;

import java.time.Duration;
import java.util.Objects;
import java.util.UUID;

/// The settings of a [CheckpointSession].
///
/// *Immutable.*
///
/// @param run the session's run: a store keeps its best, its last and its final entry, each replaced by
///     the next of its kind
/// @param order which score is better
/// @param minGain by which share of the best score so far another must be better to count as better; at
///     least 0
/// @param interval how long after a write one that is no better has to wait; at least 0
/// @param bytesPerSecond how much a session may write on average, better or not; at least 1. It may be
///     ahead of that by one second and one checkpoint.
/// @param schema the version of the payloads' format
/// @param durability what an acknowledged checkpoint has to survive
public record SessionConfig(
        String run,
        ScoreOrder order,
        double minGain,
        Duration interval,
        long bytesPerSecond,
        int schema,
        Durability durability) {

    /// How long a checkpoint that is no better has to wait by default.
    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(2);

    /// How much a session may write by default: 64 MiB a second.
    public static final long DEFAULT_BYTES_PER_SECOND = 64L << 20;

    /// @throws IllegalArgumentException if a number is out of range, or the run has other characters
    ///     than `a-z`, `0-9` and `-`, or not 1 to 64 of them
    public SessionConfig {
        Objects.requireNonNull(order, "order");
        Objects.requireNonNull(interval, "interval");
        Objects.requireNonNull(durability, "durability");
        EntryWrite.of(run, Role.LAST);
        if (!(minGain >= 0 && minGain < Double.POSITIVE_INFINITY)
                || interval.isNegative()
                || bytesPerSecond < 1) {
            throw new IllegalArgumentException(
                    "out of range: minGain=%s, interval=%s, bytesPerSecond=%d"
                            .formatted(minGain, interval, bytesPerSecond));
        }
    }

    /// A run of its own; lower scores are better.
    public static SessionConfig defaults() {
        return new SessionConfig(
                UUID.randomUUID().toString(),
                ScoreOrder.LOWER_IS_BETTER,
                0,
                DEFAULT_INTERVAL,
                DEFAULT_BYTES_PER_SECOND,
                0,
                Durability.FULL);
    }

    /// The same for another run.
    public SessionConfig withRun(String to) {
        return new SessionConfig(to, order, minGain, interval, bytesPerSecond, schema, durability);
    }

    /// The same with another order, and another gain that counts.
    public SessionConfig withOrder(ScoreOrder to, double gain) {
        return new SessionConfig(run, to, gain, interval, bytesPerSecond, schema, durability);
    }

    /// The same with other limits.
    public SessionConfig withLimits(Duration anInterval, long aBytesPerSecond) {
        return new SessionConfig(
                run, order, minGain, anInterval, aBytesPerSecond, schema, durability);
    }

    /// The same with another version of the payloads' format.
    public SessionConfig withSchema(int to) {
        return new SessionConfig(run, order, minGain, interval, bytesPerSecond, to, durability);
    }

    /// The same with another durability.
    public SessionConfig withDurability(Durability to) {
        return new SessionConfig(run, order, minGain, interval, bytesPerSecond, schema, to);
    }
}
