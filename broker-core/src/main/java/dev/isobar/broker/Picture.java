package dev.isobar.broker;

import dev.isobar.broker.BrokerSnapshot.Heartbeat;
import dev.isobar.broker.BrokerSnapshot.QuarantineView;
import dev.isobar.broker.BrokerSnapshot.ResourceView;
import dev.isobar.broker.BrokerSnapshot.SignalView;
import dev.isobar.broker.Observation.OfSource;
import dev.isobar.broker.Observation.Sight;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Takes a [BrokerSnapshot] of what was just observed.
///
/// @param state what the observation means
/// @param observation what was seen
/// @param clocks for the date
record Picture(BrokerState state, Observation observation, Clocks clocks) {

    BrokerSnapshot take(Counters counters, Heartbeat heartbeat, List<Decision> decisions) {
        List<SourceView> sources = sources();
        long inFlight =
                sources.stream().mapToLong(SourceView::inFlightBytes).reduce(0, Bytes::plus);
        return new BrokerSnapshot(
                clocks.now(),
                state.globalPressure(),
                state.globalTier(),
                state.resources().stream().map(Picture::view).toList(),
                sources,
                signals(),
                quarantined(),
                counters.totals(inFlight),
                heartbeat,
                decisions);
    }

    private static ResourceView view(ResourceState resource) {
        return new ResourceView(
                resource.resource(),
                resource.tier(),
                resource.pressure(),
                resource.usedBytes(),
                resource.sharedCapacityBytes(),
                resource.inFlightBytes());
    }

    private List<SourceView> sources() {
        List<SourceView> views = new ArrayList<>();
        for (OfSource one : observation.sources()) {
            if (!(one.look() instanceof Look.Seen<Sight>(Sight(boolean closed, Usage usage)))) {
                views.add(one.slot().view(one.slot().usage()));
            } else if (!closed) {
                views.add(one.slot().view(usage));
            }
        }
        views.sort(Comparator.comparing(SourceView::pressure, Comparator.reverseOrder()));
        return views;
    }

    private List<SignalView> signals() {
        return state.resources().stream()
                .flatMap(r -> r.signals().stream().map(s -> view(r.resource(), s)))
                .toList();
    }

    private static SignalView view(Resource resource, SignalState signal) {
        return new SignalView(
                signal.name(),
                resource,
                signal.pressure(),
                signal.capacityBytes(),
                signal.ageNanos());
    }

    private List<QuarantineView> quarantined() {
        List<QuarantineView> views = new ArrayList<>();
        observation.sources().stream()
                .map(OfSource::slot)
                .filter(s -> s.quarantine().active())
                .forEach(s -> views.add(view(s.name(), s.resource(), s.quarantine(), s.gate())));
        observation.signals().stream()
                .map(Observation.OfSignal::slot)
                .filter(s -> s.quarantine().active())
                .forEach(s -> views.add(view(s.name(), s.resource(), s.quarantine(), s.gate())));
        return views;
    }

    private static QuarantineView view(
            String name, Resource resource, Quarantine quarantine, CallGate gate) {
        return new QuarantineView(
                name,
                resource,
                quarantine.reason(),
                quarantine.failures(),
                quarantine.until(),
                gate.blocked());
    }
}
