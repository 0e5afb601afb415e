package dev.isobar.broker;

import java.util.List;

/// What all sources and signals said at one moment.
///
/// @param sources in the order of registration
/// @param signals in the order in which they were given
record Observation(List<OfSource> sources, List<OfSignal> signals) {

    /// What a source said.
    ///
    /// @param closed whether it is gone for good; then the usage means nothing
    record Sight(boolean closed, Usage usage) {}

    record OfSource(SourceSlot slot, Look<Sight> look) {}

    record OfSignal(SignalSlot slot, Look<SignalSlot.Reading> look) {}
}
