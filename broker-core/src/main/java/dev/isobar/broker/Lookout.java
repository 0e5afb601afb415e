package dev.isobar.broker;

import dev.isobar.broker.ForeignCalls.Call;
import dev.isobar.broker.Observation.OfSignal;
import dev.isobar.broker.Observation.OfSource;
import dev.isobar.broker.Observation.Sight;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/// Looks at sources and signals: all at once, each with a deadline. Those that are set aside are
/// left alone until their time is up.
///
/// *Safe for several threads.*
final class Lookout {

    private static final Usage NOTHING = Usage.of(0, 0);

    private final ForeignCalls calls;
    private final Clocks clocks;

    Lookout(ForeignCalls calls, Clocks clocks) {
        this.calls = calls;
        this.clocks = clocks;
    }

    /// Looks at all of them.
    Observation observe(List<SourceSlot> sources, List<SignalSlot> signals) {
        long now = clocks.nanos();
        // Every call is on its way before the first is waited for.
        List<Supplier<OfSource>> sights =
                sources.stream().map(slot -> sightOnItsWay(slot, now)).toList();
        List<Supplier<OfSignal>> readings =
                signals.stream().map(slot -> readingOnItsWay(slot, now)).toList();
        return new Observation(
                sights.stream().map(Supplier::get).toList(),
                readings.stream().map(Supplier::get).toList());
    }

    /// Looks at one source, set aside or not.
    Look<Sight> lookAt(SourceSlot slot) {
        return look(calls.call(slot.gate(), slot.name() + ".usage", () -> sight(slot.source())));
    }

    private Supplier<OfSource> sightOnItsWay(SourceSlot slot, long now) {
        Supplier<Look<Sight>> look =
                onItsWay(
                        slot.gate(),
                        slot.quarantine(),
                        now,
                        slot.name() + ".usage",
                        () -> sight(slot.source()));
        return () -> new OfSource(slot, look.get());
    }

    private Supplier<OfSignal> readingOnItsWay(SignalSlot slot, long now) {
        Supplier<Look<SignalSlot.Reading>> look =
                onItsWay(
                        slot.gate(), slot.quarantine(), now, slot.name() + ".pressure", slot::read);
        return () -> new OfSignal(slot, look.get());
    }

    private <T> Supplier<Look<T>> onItsWay(
            CallGate gate, Quarantine quarantine, long now, String what, Callable<T> body) {
        boolean probe = quarantine.probeDue(now) && !gate.blocked();
        if (quarantine.active() && !probe) {
            return Look.SetAside::new;
        }
        Call<T> call = calls.start(gate, what, body);
        return () -> look(call.await());
    }

    private static Sight sight(PressureSource source) {
        return source.closed()
                ? new Sight(true, NOTHING)
                : new Sight(false, Objects.requireNonNull(source.usage(), "usage"));
    }

    private static <T> Look<T> look(Answer<T> answer) {
        return switch (answer) {
            case Answer.Given<T>(T value) -> new Look.Seen<>(value);
            case Answer.Failed<T>(String reason, _) -> new Look.Failed<>(reason);
        };
    }
}
