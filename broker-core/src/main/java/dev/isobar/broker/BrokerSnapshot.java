package dev.isobar.broker;

import java.time.Instant;
import java.util.List;

/// One consistent picture of a broker: records, lists, numbers and strings only. As JSON, it is written
/// by Jackson with `dev.isobar.broker.jackson.BrokerJsonModule`.
///
/// *Immutable.* The usages are read without locks, so they may belong to moments a little apart.
///
/// @param at when it was taken, by the wall clock
/// @param globalPressure that of the worst resource; 0 if there is none
/// @param globalTier that of the worst resource
/// @param resources every resource, by pressure, descending
/// @param sources every source, by pressure, descending
/// @param signals every signal
/// @param quarantined the sources and signals that are set aside
/// @param totals what the broker has done since it was made
/// @param heartbeat how its tick is
/// @param decisions the last passes in which a source was asked, the newest first
public record BrokerSnapshot(
        Instant at,
        double globalPressure,
        PressureTier globalTier,
        List<ResourceView> resources,
        List<SourceView> sources,
        List<SignalView> signals,
        List<QuarantineView> quarantined,
        Totals totals,
        Heartbeat heartbeat,
        List<Decision> decisions) {

    /// Copies the lists.
    public BrokerSnapshot {
        resources = List.copyOf(resources);
        sources = List.copyOf(sources);
        signals = List.copyOf(signals);
        quarantined = List.copyOf(quarantined);
        decisions = List.copyOf(decisions);
    }

    /// One resource.
    ///
    /// @param resource which one
    /// @param tier its tier, with hysteresis
    /// @param pressure the worst of its sources, its signals and the shared capacity
    /// @param usedBytes the bytes of all its sources
    /// @param sharedCapacityBytes what they share; 0 if that is not limited
    /// @param inFlightBytes what they have promised
    public record ResourceView(
            Resource resource,
            PressureTier tier,
            double pressure,
            long usedBytes,
            long sharedCapacityBytes,
            long inFlightBytes) {}

    /// One signal.
    ///
    /// @param name its name
    /// @param resource what it gauges
    /// @param pressure what it says; 0 while it is set aside
    /// @param capacityBytes the size of the resource; 0 if unknown
    /// @param ageNanos how old that is
    public record SignalView(
            String name, Resource resource, double pressure, long capacityBytes, long ageNanos) {}

    /// A source or a signal that is set aside.
    ///
    /// @param name its name
    /// @param resource what it holds or gauges
    /// @param reason how it failed
    /// @param failures how often in a row
    /// @param until when it is tried again
    /// @param hanging whether a call still hangs in it; it is not tried before that has come back
    public record QuarantineView(
            String name,
            Resource resource,
            String reason,
            int failures,
            Instant until,
            boolean hanging) {}

    /// What a broker has done since it was made.
    ///
    /// @param passes how often it looked
    /// @param reliefsFired in how many passes some source gave bytes back at once
    /// @param asks how often a source was asked
    /// @param askNanos how long that took in all
    /// @param bytesFreed what sources gave back, late deliveries included, each byte once
    /// @param bytesPromised what sources said would come later
    /// @param bytesDelivered which of that came
    /// @param bytesExpired which of that had not come in time
    /// @param inFlightBytes which of that is still expected
    /// @param alertsDelivered alerts heard, summed over the listeners
    /// @param alertsFailed alerts at which a listener threw or hung
    /// @param alertsDropped alerts that a hanging listener missed
    public record Totals(
            long passes,
            long reliefsFired,
            long asks,
            long askNanos,
            long bytesFreed,
            long bytesPromised,
            long bytesDelivered,
            long bytesExpired,
            long inFlightBytes,
            long alertsDelivered,
            long alertsFailed,
            long alertsDropped) {}

    /// How the tick is.
    ///
    /// @param running whether the broker ticks
    /// @param ticks how often it has ticked
    /// @param failedTicks how many of these ended with an exception
    /// @param lastTickAgeNanos how long ago the last one ended; 0 if there was none
    /// @param intervalNanos how long the wait for the next one is
    public record Heartbeat(
            boolean running,
            long ticks,
            long failedTicks,
            long lastTickAgeNanos,
            long intervalNanos) {}
}
