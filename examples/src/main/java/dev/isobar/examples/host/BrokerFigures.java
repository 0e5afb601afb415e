package dev.isobar.examples.host;

import dev.isobar.broker.BrokerSnapshot;

/// What the broker has done in a run.
///
/// *Immutable.*
///
/// @param looks how often it looked at its sources
/// @param failedLooks how often that ended with an exception
/// @param asks how often it asked one of them for bytes
public record BrokerFigures(long looks, long failedLooks, long asks) {

    /// What a snapshot says about it.
    public static BrokerFigures of(BrokerSnapshot snapshot) {
        return new BrokerFigures(
                snapshot.totals().passes(),
                snapshot.heartbeat().failedTicks(),
                snapshot.totals().asks());
    }
}
