package dev.isobar.memory.load;

import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// What a load did. It names as used only a strategy that ran to the end.
///
/// *Immutable.*
///
/// @param requested what the policy asked for first
/// @param attempts what was tried, in order, and why each that failed did
/// @param used what did it; null if nothing did
/// @param bytes how many bytes are where they belong; at least 0
/// @param readBytes how many bytes were read or copied out of a mapping: more than `bytes` where gaps
///     between items and whole blocks were read along; at least 0
/// @param ioCalls how often the system was asked to read; a copy out of a mapping counts as one
/// @param runs how many stretches of files the items became when neighbours were put together
/// @param peakStagingBytes how much memory the staging buffers took at most; never more than the
///     policy's chunk times its depth
/// @param nanos how long it took, all attempts together, in nanoseconds
/// @param items how each item went, in the order of the batch; empty but for
///     [BatchMode#PER_ITEM]
public record LoadReport(
        LoadStrategy requested,
        List<Attempt> attempts,
        @Nullable LoadStrategy used,
        long bytes,
        long readBytes,
        long ioCalls,
        int runs,
        long peakStagingBytes,
        long nanos,
        List<ItemResult> items) {

    private static final double NANOS_PER_SECOND = 1e9;

    /// Copies the lists.
    public LoadReport {
        Objects.requireNonNull(requested, "requested");
        attempts = List.copyOf(attempts);
        items = List.copyOf(items);
    }

    /// One strategy that was tried.
    ///
    /// *Immutable.*
    ///
    /// @param strategy which
    /// @param failure why it was not used; null if it was
    public record Attempt(LoadStrategy strategy, @Nullable LoadException failure) {

        /// Whether it was used.
        public boolean succeeded() {
            return failure == null;
        }

        /// Why it was not used, for people; empty if it was.
        public String reason() {
            return failure == null ? "" : String.valueOf(failure.getMessage());
        }
    }

    /// How one item went.
    ///
    /// *Immutable.*
    ///
    /// @param index which item
    /// @param failure why its bytes are not where they belong; null if they are
    public record ItemResult(int index, @Nullable LoadException failure) {

        /// Whether its bytes are where they belong.
        public boolean succeeded() {
            return failure == null;
        }
    }

    /// The lowest index of those that failed; empty if none did.
    public OptionalInt lowestFailedItem() {
        return items.stream().filter(item -> !item.succeeded()).mapToInt(ItemResult::index).min();
    }

    /// How fast it was. A load too short for the clock counts as one nanosecond.
    public double bytesPerSecond() {
        return bytes * NANOS_PER_SECOND / Math.max(1, nanos);
    }
}
