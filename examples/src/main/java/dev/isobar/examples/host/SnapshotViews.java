package dev.isobar.examples.host;

import dev.isobar.broker.BrokerSnapshot;
import dev.isobar.broker.BrokerSnapshot.ResourceView;
import dev.isobar.broker.Decision;
import dev.isobar.broker.SourceView;
import dev.isobar.broker.admission.AdmissionSnapshot;
import dev.isobar.examples.view.DecisionWords;
import dev.isobar.examples.view.DemoView.AdmissionRow;
import dev.isobar.examples.view.DemoView.Counts;
import dev.isobar.examples.view.DemoView.DecisionLine;
import dev.isobar.examples.view.DemoView.ResourceRow;
import dev.isobar.examples.view.DemoView.SourceRow;
import dev.isobar.examples.view.DemoView.SupplyCell;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Turns a broker's snapshot into what is shown. Rows are in the order of their names, so that they
/// stay where they are.
///
/// *Immutable.*
///
/// @param snapshot the snapshot
/// @param caches what the caches count, by the names of their sources
/// @param startedAt the start of the run, by the wall clock
public record SnapshotViews(
        BrokerSnapshot snapshot, Map<String, CacheFigures> caches, Instant startedAt) {

    /// What a person follows; bytes of adapters are in the table already.
    private static final Pattern SHOWN_UNITS = Pattern.compile("lanes|tokens");

    /// One for each resource.
    public List<ResourceRow> resources() {
        return snapshot.resources().stream()
                .sorted(Comparator.comparing(view -> view.resource().name()))
                .map(this::resource)
                .toList();
    }

    /// One for each source.
    public List<SourceRow> sources() {
        return snapshot.sources().stream()
                .sorted(
                        Comparator.comparing((SourceView view) -> view.resource().name())
                                .thenComparing(SourceView::name))
                .map(this::source)
                .toList();
    }

    /// The admission's lanes and tokens, and who waits.
    ///
    /// @param admission what it says now
    public static AdmissionRow admission(AdmissionSnapshot admission) {
        return new AdmissionRow(
                admission.supplies().stream()
                        .filter(supply -> SHOWN_UNITS.matcher(supply.unit()).lookingAt())
                        .map(supply ->
                                new SupplyCell(
                                        supply.granted(),
                                        supply.capacity(),
                                        supply.unit().split(" ", 2)[0]))
                        .toList(),
                admission.waiting().size(),
                admission.totals().longestWaitNanos());
    }

    /// Those in which somebody was asked; the latest first.
    public List<DecisionLine> decisions() {
        return snapshot.decisions().stream().filter(Decision::acted).map(this::decision).toList();
    }

    private ResourceRow resource(ResourceView view) {
        long capacityBytes =
                snapshot.sources().stream()
                        .filter(source -> source.resource().equals(view.resource()))
                        .mapToLong(SourceView::capacityBytes)
                        .sum();
        return new ResourceRow(
                view.resource().name(),
                view.tier(),
                view.pressure(),
                view.usedBytes(),
                view.sharedCapacityBytes() > 0 ? view.sharedCapacityBytes() : capacityBytes);
    }

    private SourceRow source(SourceView view) {
        CacheFigures figures = caches.get(view.name());
        return new SourceRow(
                view.name(),
                view.resource().name(),
                view.tier(),
                view.pressure(),
                view.usedBytes(),
                view.capacityBytes(),
                figures == null
                        ? null
                        : new Counts(figures.lookUps(), figures.hits(), figures.evictions()),
                view.quarantined() ? "set aside" : "");
    }

    private DecisionLine decision(Decision decision) {
        Duration at = Duration.between(startedAt, decision.at());
        return new DecisionLine(
                decision.id(),
                at.isNegative() ? Duration.ZERO : at,
                decision.tier(),
                DecisionWords.of(decision));
    }
}
