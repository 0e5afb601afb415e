package dev.isobar.broker.micrometer;

import dev.isobar.broker.admission.AdmissionSnapshot;
import dev.isobar.broker.admission.AdmissionSnapshot.SupplyView;
import dev.isobar.broker.admission.AdmissionSnapshot.Totals;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// Every meter of an admission: its name, type, unit, tags and meaning. None names a holder, a tenant or a
/// session.
public enum AdmissionMeter {
    /// Requests that wait.
    WAITING(
            BrokerMeter.Kind.GAUGE,
            "admission.waiting",
            "requests",
            "",
            "Requests that wait",
            s -> s.waiting().size()),
    /// Open grants.
    HELD(
            BrokerMeter.Kind.GAUGE,
            "admission.held",
            "grants",
            "",
            "Open grants",
            s -> s.holders().size()),
    /// Requests granted.
    GRANTED(
            BrokerMeter.Kind.COUNTER,
            "admission.requests",
            "requests",
            "granted",
            "Requests by what became of them",
            of(Totals::granted)),
    /// Requests refused for ever.
    IMPOSSIBLE(
            BrokerMeter.Kind.COUNTER,
            "admission.requests",
            "requests",
            "impossible",
            "Requests by what became of them",
            of(Totals::impossible)),
    /// Requests refused that did not want to wait.
    NO_ROOM(
            BrokerMeter.Kind.COUNTER,
            "admission.requests",
            "requests",
            "no_room",
            "Requests by what became of them",
            of(Totals::noRoom)),
    /// Requests refused because the queue was full.
    QUEUE_FULL(
            BrokerMeter.Kind.COUNTER,
            "admission.requests",
            "requests",
            "queue_full",
            "Requests by what became of them",
            of(Totals::queueFull)),
    /// Requests that waited in vain.
    TIMED_OUT(
            BrokerMeter.Kind.COUNTER,
            "admission.requests",
            "requests",
            "timed_out",
            "Requests by what became of them",
            of(Totals::timedOut)),
    /// Requests taken back.
    CANCELLED(
            BrokerMeter.Kind.COUNTER,
            "admission.requests",
            "requests",
            "cancelled",
            "Requests by what became of them",
            of(Totals::cancelled)),
    /// Requests refused because the admission was closed.
    CLOSED(
            BrokerMeter.Kind.COUNTER,
            "admission.requests",
            "requests",
            "closed",
            "Requests by what became of them",
            of(Totals::closed)),
    /// Grants that grew.
    GROWTHS(
            BrokerMeter.Kind.COUNTER,
            "admission.growths",
            "growths",
            "granted",
            "Growths of grants by what became of them",
            of(Totals::growths)),
    /// Growths that were refused.
    GROWTHS_REFUSED(
            BrokerMeter.Kind.COUNTER,
            "admission.growths",
            "growths",
            "refused",
            "Growths of grants by what became of them",
            of(Totals::growthsRefused)),
    /// Passes of waiting requests.
    BYPASSES(
            BrokerMeter.Kind.COUNTER,
            "admission.bypasses",
            "bypasses",
            "",
            "How often a waiting request was passed by a later one",
            of(Totals::bypasses)),
    /// Waits, with their time.
    WAIT(
            BrokerMeter.Kind.TIMER,
            "admission.wait",
            "seconds",
            "",
            "Requests that were not answered at once, and how long they waited",
            of(Totals::waitNanos)),
    /// The slowest wait.
    LONGEST_WAIT(
            BrokerMeter.Kind.GAUGE,
            "admission.wait.longest",
            "seconds",
            "",
            "How long the slowest request waited for its answer",
            s -> s.totals().longestWaitNanos() / 1e9),
    /// Failures of suppliers.
    SUPPLY_FAILURES(
            BrokerMeter.Kind.COUNTER,
            "admission.supply.failures",
            "failures",
            "",
            "How often a supplier threw or answered less than 0",
            of(Totals::supplyFailures)),
    /// Units of a supply.
    CAPACITY(
            BrokerMeter.Kind.GAUGE,
            "admission.supply.capacity",
            "Units of the supply in all",
            SupplyView::capacity),
    /// Granted units of a supply.
    SUPPLY_GRANTED(
            BrokerMeter.Kind.GAUGE,
            "admission.supply.granted",
            "Units of the supply that are granted",
            SupplyView::granted),
    /// Available units of a supply.
    AVAILABLE(
            BrokerMeter.Kind.GAUGE,
            "admission.supply.available",
            "Units of the supply that could be granted if nobody waited",
            SupplyView::available);

    private final BrokerMeter.Kind kind;
    private final String meterName;
    private final String baseUnit;
    private final String result;
    private final String description;

    @SuppressWarnings("ImmutableEnumChecker") // a lambda without state
    private final ToDoubleFunction<AdmissionSnapshot> ofAll;

    @SuppressWarnings("ImmutableEnumChecker") // a lambda without state
    private final ToDoubleFunction<SupplyView> ofSupply;

    private final boolean perSupply;

    AdmissionMeter(
            BrokerMeter.Kind kind,
            String meterName,
            String baseUnit,
            String result,
            String description,
            ToDoubleFunction<AdmissionSnapshot> value) {
        this.kind = kind;
        this.meterName = meterName;
        this.baseUnit = baseUnit;
        this.result = result;
        this.description = description;
        this.ofAll = value;
        this.ofSupply = _ -> 0;
        this.perSupply = false;
    }

    AdmissionMeter(
            BrokerMeter.Kind kind,
            String meterName,
            String description,
            ToDoubleFunction<SupplyView> value) {
        this.kind = kind;
        this.meterName = meterName;
        this.baseUnit = "";
        this.result = "";
        this.description = description;
        this.ofAll = _ -> 0;
        this.ofSupply = value;
        this.perSupply = true;
    }

    /// The meter's name, dotted, without its unit.
    public String meterName() {
        return meterName;
    }

    /// What it does.
    public BrokerMeter.Kind kind() {
        return kind;
    }

    /// Its base unit; empty if it has none, or if a tag says it.
    public String baseUnit() {
        return baseUnit;
    }

    /// The value of its tag `result`; empty if it has no such tag.
    public String result() {
        return result;
    }

    /// The keys of its tags.
    public List<String> tagKeys() {
        if (perSupply) {
            return List.of("admission", "resource", "unit");
        }
        return result.isEmpty() ? List.of("admission") : List.of("admission", "result");
    }

    /// One sentence on what it means.
    public String description() {
        return description;
    }

    boolean isPerSupply() {
        return perSupply;
    }

    /// What it shows: for a timer, the nanoseconds in all.
    double value(AdmissionSnapshot snapshot) {
        return ofAll.applyAsDouble(snapshot);
    }

    double value(AdmissionSnapshot snapshot, int supply) {
        return ofSupply.applyAsDouble(snapshot.supplies().get(supply));
    }

    @Override
    public String toString() {
        return meterName + " (" + kind.name().toLowerCase(Locale.ROOT) + ")";
    }

    private static ToDoubleFunction<AdmissionSnapshot> of(ToDoubleFunction<Totals> total) {
        return snapshot -> total.applyAsDouble(snapshot.totals());
    }
}
