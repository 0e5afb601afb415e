package dev.isobar.examples.view;

import dev.isobar.broker.PressureTier;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All that is shown at one moment.
///
/// *Immutable.*
///
/// @param elapsed since the start
/// @param total how long the run lasts; zero: until it is interrupted
/// @param searches answered so far
/// @param chats turns of conversations that were answered so far
/// @param budgetBytes the whole budget
/// @param resources in the order in which they are shown
/// @param sources in the order in which they are shown
/// @param admission who has what, and who waits
/// @param decisions the latest first
public record DemoView(
        Duration elapsed,
        Duration total,
        long searches,
        long chats,
        long budgetBytes,
        List<ResourceRow> resources,
        List<SourceRow> sources,
        AdmissionRow admission,
        List<DecisionLine> decisions) {

    public DemoView {
        resources = List.copyOf(resources);
        sources = List.copyOf(sources);
        decisions = List.copyOf(decisions);
    }

    /// One resource.
    ///
    /// @param name the resource's name
    /// @param tier how bad it is
    /// @param pressure used / capacity
    /// @param usedBytes what its sources hold
    /// @param capacityBytes what they may hold
    public record ResourceRow(
            String name, PressureTier tier, double pressure, long usedBytes, long capacityBytes) {}

    /// One source.
    ///
    /// @param name the source's name
    /// @param resource the name of its resource
    /// @param tier how bad it is
    /// @param pressure used / limit
    /// @param usedBytes what it holds
    /// @param limitBytes what it may hold
    /// @param counts what it was asked for; null if it is no cache, and nobody asks
    /// @param note what else is to be said, such as `set aside`; empty if nothing
    public record SourceRow(
            String name,
            String resource,
            PressureTier tier,
            double pressure,
            long usedBytes,
            long limitBytes,
            @Nullable Counts counts,
            String note) {}

    /// What a cache was asked for since the start.
    ///
    /// @param lookUps asked for
    /// @param hits of these, found
    /// @param evictions entries dropped, by the cache itself or for the broker
    public record Counts(long lookUps, long hits, long evictions) {

        /// Hits of all look-ups, 0 to 1; 0 if there were none.
        public double hitRate() {
            return lookUps == 0 ? 0 : (double) hits / lookUps;
        }
    }

    /// The admission in front of the pools that conversations use.
    ///
    /// @param supplies what requests claim
    /// @param waiting how many wait now
    /// @param longestWaitNanos how long the slowest waited so far
    public record AdmissionRow(List<SupplyCell> supplies, int waiting, long longestWaitNanos) {

        public AdmissionRow {
            supplies = List.copyOf(supplies);
        }
    }

    /// One supply of an admission.
    ///
    /// @param granted units that are granted
    /// @param capacity units in all
    /// @param unit what is counted
    public record SupplyCell(long granted, long capacity, String unit) {}

    /// One decision of the broker, in words.
    ///
    /// @param id tells it from all others of this run
    /// @param at when, since the start
    /// @param tier how bad it was
    /// @param sentences who was asked for how much and why, what came of it, who was not asked and
    ///     why; at least one
    public record DecisionLine(long id, Duration at, PressureTier tier, List<String> sentences) {

        public DecisionLine {
            sentences = List.copyOf(sentences);
        }
    }
}
