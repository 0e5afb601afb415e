package dev.isobar.kv;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How blocks are to be kept after their release, by where their first token stands. Used by
/// [KvPolicy#PRIORITY] alone.
///
/// *Immutable.*
///
/// @param ranges of the prompt, in order, without overlaps; only the last may be open
/// @param generated for tokens after the prompt, or null for the default
public record Retention(List<Range> ranges, @Nullable Level generated) {

    /// The default for everything.
    public static final Retention DEFAULT = new Retention(List.of(), null);

    /// How long, and how much.
    ///
    /// @param priority from 0, goes first, to 100, goes last
    /// @param duration for how long after the release; null for ever
    public record Level(int priority, @Nullable Duration duration) {
        /// @throws IllegalArgumentException if a number is out of range
        public Level {
            if (priority < 0 || priority > PriorityOrder.HIGHEST) {
                throw new IllegalArgumentException(
                        "priority must be from 0 to %d: %d"
                                .formatted(PriorityOrder.HIGHEST, priority));
            }
            if (duration != null && (duration.isNegative() || duration.isZero())) {
                throw new IllegalArgumentException("duration must be more than 0: " + duration);
            }
        }

        long nanos() {
            return duration == null ? 0 : duration.toNanos();
        }
    }

    /// Some tokens of a prompt.
    ///
    /// @param from the first token; at least 0
    /// @param to the token after the last; null for all that follow
    /// @param level how to keep them
    public record Range(int from, @Nullable Integer to, Level level) {
        /// @throws IllegalArgumentException if there is not a single token in it
        public Range {
            if (from < 0 || (to != null && to <= from)) {
                throw new IllegalArgumentException(
                        "a range needs 0 <= from < to: from=%d, to=%d".formatted(from, to));
            }
        }

        private boolean covers(int token) {
            return token >= from && (to == null || token < to);
        }
    }

    /// Keeps a copy of the list.
    ///
    /// @throws IllegalArgumentException if the ranges overlap, are not in order, or one before the last
    ///     is open
    public Retention {
        ranges = List.copyOf(ranges);
        for (int at = 1; at < ranges.size(); at++) {
            Integer end = ranges.get(at - 1).to();
            if (end == null) {
                throw new IllegalArgumentException("only the last range may be open: " + ranges);
            }
            if (end > ranges.get(at).from()) {
                throw new IllegalArgumentException(
                        "ranges must be in order and not overlap: " + ranges);
            }
        }
    }

    /// One level for the whole prompt.
    public static Retention of(int priority, @Nullable Duration duration) {
        return new Retention(List.of(new Range(0, null, new Level(priority, duration))), null);
    }

    /// The level of a block, by its first token, or null for the default.
    ///
    /// @param promptTokens how long the prompt is
    @Nullable Level levelOf(int firstToken, int promptTokens) {
        if (firstToken >= promptTokens) {
            return generated;
        }
        for (Range range : ranges) {
            if (range.covers(firstToken)) {
                return range.level();
            }
        }
        return null;
    }
}
