package dev.isobar.broker.micrometer;

import dev.isobar.broker.BrokerSnapshot;
import dev.isobar.broker.BrokerSnapshot.ResourceView;
import dev.isobar.broker.PressureTier;
import dev.isobar.broker.SourceView;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;

/// Every meter of the broker: its name, type, unit, tags and meaning.
public enum BrokerMeter {
    /// Pressure of the worst resource.
    BROKER_PRESSURE(
            Scope.BROKER,
            Kind.GAUGE,
            "isobar.broker.pressure",
            "",
            "Pressure of the worst resource: used / capacity",
            ofBroker(BrokerSnapshot::globalPressure)),
    /// Tier of the worst resource.
    BROKER_TIER(
            Scope.BROKER,
            Kind.GAUGE,
            "isobar.broker.tier",
            "",
            "Tier of the worst resource: 0 normal, 1 warning, 2 high, 3 critical",
            ofBroker(s -> steps(s.globalTier()))),
    /// Sources under the broker.
    BROKER_SOURCES(
            Scope.BROKER,
            Kind.GAUGE,
            "isobar.broker.sources",
            "sources",
            "Sources under the broker",
            ofBroker(s -> s.sources().size())),
    /// Sources and signals that are set aside.
    BROKER_QUARANTINED(
            Scope.BROKER,
            Kind.GAUGE,
            "isobar.broker.quarantined",
            "sources",
            "Sources and signals that are set aside because they failed",
            ofBroker(s -> s.quarantined().size())),
    /// How often the broker looked.
    BROKER_PASSES(
            Scope.BROKER,
            Kind.COUNTER,
            "isobar.broker.passes",
            "passes",
            "How often the broker looked",
            ofBroker(s -> s.totals().passes())),
    /// Passes that freed bytes.
    BROKER_RELIEFS(
            Scope.BROKER,
            Kind.COUNTER,
            "isobar.broker.reliefs",
            "passes",
            "Passes in which some source gave bytes back at once",
            ofBroker(s -> s.totals().reliefsFired())),
    /// Bytes given back.
    BROKER_FREED(
            Scope.BROKER,
            Kind.COUNTER,
            "isobar.broker.freed",
            "bytes",
            "Bytes that sources gave back, late deliveries included",
            ofBroker(s -> s.totals().bytesFreed())),
    /// Promised bytes that did not come in time.
    BROKER_EXPIRED(
            Scope.BROKER,
            Kind.GAUGE,
            "isobar.broker.expired",
            "bytes",
            "Promised bytes that were given up and have not come since",
            ofBroker(s -> s.totals().bytesExpired())),
    /// Asks, with their time.
    BROKER_RELIEF(
            Scope.BROKER,
            Kind.TIMER,
            "isobar.broker.relief",
            "seconds",
            "Asks for bytes, and how long they took",
            ofBroker(s -> s.totals().askNanos())),
    /// Ticks.
    BROKER_TICKS(
            Scope.BROKER,
            Kind.COUNTER,
            "isobar.broker.ticks",
            "ticks",
            "Ticks of the broker's thread",
            ofBroker(s -> s.heartbeat().ticks())),
    /// Ticks that failed.
    BROKER_TICKS_FAILED(
            Scope.BROKER,
            Kind.COUNTER,
            "isobar.broker.ticks.failed",
            "ticks",
            "Ticks that ended with an exception",
            ofBroker(s -> s.heartbeat().failedTicks())),
    /// Alerts that a listener did not take.
    BROKER_ALERTS_FAILED(
            Scope.BROKER,
            Kind.COUNTER,
            "isobar.broker.alerts.failed",
            "alerts",
            "Alerts at which a listener threw or hung, and those it missed while it hung",
            ofBroker(s -> s.totals().alertsFailed() + s.totals().alertsDropped())),
    /// Pressure of a resource.
    RESOURCE_PRESSURE(
            Scope.RESOURCE,
            Kind.GAUGE,
            "isobar.resource.pressure",
            "",
            "The worst of the resource's sources, signals and shared capacity",
            ofResource(ResourceView::pressure)),
    /// Tier of a resource.
    RESOURCE_TIER(
            Scope.RESOURCE,
            Kind.GAUGE,
            "isobar.resource.tier",
            "",
            "Tier of the resource: 0 normal, 1 warning, 2 high, 3 critical",
            ofResource(r -> steps(r.tier()))),
    /// Bytes of all sources of a resource.
    RESOURCE_USED(
            Scope.RESOURCE,
            Kind.GAUGE,
            "isobar.resource.used",
            "bytes",
            "Bytes of all sources of the resource",
            ofResource(ResourceView::usedBytes)),
    /// Promised bytes of a resource.
    RESOURCE_PENDING(
            Scope.RESOURCE,
            Kind.GAUGE,
            "isobar.resource.pending",
            "bytes",
            "Bytes that the resource's sources have promised",
            ofResource(ResourceView::inFlightBytes)),
    /// Pressure of a source.
    SOURCE_PRESSURE(
            Scope.SOURCE,
            Kind.GAUGE,
            "isobar.source.pressure",
            "",
            "Used / capacity of the source",
            ofSource(SourceView::pressure)),
    /// Bytes charged to a source.
    SOURCE_USED(
            Scope.SOURCE,
            Kind.GAUGE,
            "isobar.source.used",
            "bytes",
            "Bytes charged to the source",
            ofSource(SourceView::usedBytes)),
    /// Limit of a source.
    SOURCE_CAPACITY(
            Scope.SOURCE,
            Kind.GAUGE,
            "isobar.source.capacity",
            "bytes",
            "The source's limit; 0 = unmanaged",
            ofSource(SourceView::capacityBytes)),
    /// Pinned bytes of a source.
    SOURCE_PINNED(
            Scope.SOURCE,
            Kind.GAUGE,
            "isobar.source.pinned",
            "bytes",
            "Bytes that the source cannot give back now",
            ofSource(SourceView::pinnedBytes)),
    /// Promised bytes of a source.
    SOURCE_PENDING(
            Scope.SOURCE,
            Kind.GAUGE,
            "isobar.source.pending",
            "bytes",
            "Bytes that the source has promised",
            ofSource(SourceView::inFlightBytes)),
    /// Delivery score of a source.
    SOURCE_DELIVERY(
            Scope.SOURCE,
            Kind.GAUGE,
            "isobar.source.delivery",
            "",
            "Share of what it was asked for that the source has given lately, 0 to 1",
            ofSource(SourceView::deliveryScore)),
    /// Whether a source is set aside.
    SOURCE_QUARANTINED(
            Scope.SOURCE,
            Kind.GAUGE,
            "isobar.source.quarantined",
            "",
            "1 while the source is set aside because it failed, else 0",
            ofSource(s -> s.quarantined() ? 1 : 0)),
    /// Bytes given back by a source.
    SOURCE_FREED(
            Scope.SOURCE,
            Kind.COUNTER,
            "isobar.source.freed",
            "bytes",
            "Bytes that the source gave back, late deliveries included",
            ofSource(SourceView::bytesFreed)),
    /// Asks of a source, with their time.
    SOURCE_RELIEF(
            Scope.SOURCE,
            Kind.TIMER,
            "isobar.source.relief",
            "seconds",
            "Asks of the source, and how long they took",
            ofSource(SourceView::askNanos));

    /// What a meter does.
    public enum Kind {
        /// Goes up and down.
        GAUGE,
        /// Only goes up.
        COUNTER,
        /// Counts, and adds up time.
        TIMER
    }

    /// Whose meter it is: that decides its tags.
    enum Scope {
        BROKER(List.of()),
        RESOURCE(List.of("resource")),
        SOURCE(List.of("source", "resource"));

        @SuppressWarnings("ImmutableEnumChecker") // made by List.of
        private final List<String> tagKeys;

        Scope(List<String> tagKeys) {
            this.tagKeys = tagKeys;
        }
    }

    private final Scope scope;
    private final Kind kind;
    private final String meterName;
    private final String baseUnit;
    private final String description;

    @SuppressWarnings("ImmutableEnumChecker") // a lambda without state
    private final ToDoubleBiFunction<BrokerSnapshot, String> value;

    BrokerMeter(
            Scope scope,
            Kind kind,
            String meterName,
            String baseUnit,
            String description,
            ToDoubleBiFunction<BrokerSnapshot, String> value) {
        this.scope = scope;
        this.kind = kind;
        this.meterName = meterName;
        this.baseUnit = baseUnit;
        this.description = description;
        this.value = value;
    }

    /// The meter's name, dotted, without its unit.
    public String meterName() {
        return meterName;
    }

    /// What it does.
    public Kind kind() {
        return kind;
    }

    /// Its base unit; empty if it has none.
    public String baseUnit() {
        return baseUnit;
    }

    /// The keys of its tags.
    public List<String> tagKeys() {
        return scope.tagKeys;
    }

    /// One sentence on what it means.
    public String description() {
        return description;
    }

    Scope scope() {
        return scope;
    }

    /// What it shows: for a timer, the nanoseconds in all.
    ///
    /// @param name the resource or the source; of no meaning for the broker as a whole
    double value(BrokerSnapshot snapshot, String name) {
        return value.applyAsDouble(snapshot, name);
    }

    /// What a timer counts: asks.
    static long asks(BrokerSnapshot snapshot, Scope scope, String name) {
        return scope == Scope.BROKER
                ? snapshot.totals().asks()
                : (long) ofSource(SourceView::asks).applyAsDouble(snapshot, name);
    }

    @Override
    public String toString() {
        return meterName + " (" + kind.name().toLowerCase(Locale.ROOT) + ")";
    }

    /// How many tiers above normal.
    private static int steps(PressureTier tier) {
        return tier.compareTo(PressureTier.NORMAL);
    }

    private static ToDoubleBiFunction<BrokerSnapshot, String> ofBroker(
            ToDoubleFunction<BrokerSnapshot> value) {
        return (snapshot, _) -> value.applyAsDouble(snapshot);
    }

    private static ToDoubleBiFunction<BrokerSnapshot, String> ofResource(
            ToDoubleFunction<ResourceView> value) {
        return (snapshot, name) ->
                snapshot.resources().stream()
                        .filter(r -> r.resource().name().equals(name))
                        .mapToDouble(value)
                        .findFirst()
                        .orElse(0);
    }

    private static ToDoubleBiFunction<BrokerSnapshot, String> ofSource(
            ToDoubleFunction<SourceView> value) {
        return (snapshot, name) ->
                snapshot.sources().stream()
                        .filter(s -> s.name().equals(name))
                        .mapToDouble(value)
                        .findFirst()
                        .orElse(0);
    }
}
