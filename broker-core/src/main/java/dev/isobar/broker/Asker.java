package dev.isobar.broker;

import dev.isobar.broker.Decision.Asked;
import dev.isobar.broker.Decision.Outcome;
import dev.isobar.broker.Observation.Sight;
import java.time.Duration;

/// Asks one source to give bytes back, and believes it only as far as its usage bears it out.
final class Asker {

    private final BrokerConfig config;
    private final Clocks clocks;
    private final ForeignCalls calls;
    private final Lookout lookout;
    private final Infirmary infirmary;
    private final AlertDesk alerts;

    Asker(
            BrokerConfig config,
            Clocks clocks,
            ForeignCalls calls,
            Lookout lookout,
            Infirmary infirmary,
            AlertDesk alerts) {
        this.config = config;
        this.clocks = clocks;
        this.calls = calls;
        this.lookout = lookout;
        this.infirmary = infirmary;
        this.alerts = alerts;
    }

    /// Asks, and books what came of it.
    Asked ask(SourceSlot slot, long bytes, PressureTier tier) {
        ReliefEvent event = new ReliefEvent();
        event.begin();
        long start = clocks.nanos();
        slot.askStarts(start);
        Asked asked = ask(new Ask(slot, bytes, tier, start));
        slot.askTook(asked.nanos());
        event.commit(slot, tier, asked);
        announce(slot, tier, asked);
        return asked;
    }

    private record Ask(SourceSlot slot, long bytes, PressureTier tier, long startNanos) {}

    private Asked ask(Ask ask) {
        return switch (lookout.lookAt(ask.slot())) {
            case Look.Seen<Sight>(Sight(_, Usage before)) -> reclaim(ask, before);
            case Look.Failed<Sight>(String reason) -> failed(ask, reason);
            case Look.SetAside<Sight> _ -> throw new IllegalStateException("looked at " + ask);
        };
    }

    private Asked reclaim(Ask ask, Usage before) {
        SourceSlot slot = ask.slot();
        Promise promise = new Promise();
        ReclaimRequest request =
                new ReclaimRequest(
                        ask.bytes(),
                        ask.tier(),
                        timeForSource(),
                        clocks.monotonic(),
                        bytes -> slot.delivered(promise, bytes));
        Answer<ReclaimResult> answer =
                calls.call(
                        slot.gate(),
                        slot.name() + ".reclaim",
                        () -> slot.source().reclaim(request));
        return switch (answer) {
            case Answer.Given<ReclaimResult>(ReclaimResult result) ->
                    judge(ask, before, result, promise);
            case Answer.Failed<ReclaimResult>(String reason, _) -> failed(ask, reason);
        };
    }

    /// A source that minds its deadline comes back before we give it up.
    private Duration timeForSource() {
        return Duration.ofNanos(Math.max(1, config.callDeadline().toNanos() / 5 * 4));
    }

    private Asked judge(Ask ask, Usage before, ReclaimResult result, Promise promise) {
        long claimed = Bytes.plus(result.freedBytes(), result.pendingBytes());
        if (claimed > before.usedBytes()) {
            return failed(
                    ask,
                    "claims to free "
                            + claimed
                            + " bytes of the "
                            + before.usedBytes()
                            + " that it holds");
        }
        Look<Sight> look = lookout.lookAt(ask.slot());
        if (look instanceof Look.Seen<Sight>(Sight(_, Usage after))) {
            ask.slot().usage(after);
            if (ask.slot().claimedInVain(result, before, after)) {
                return failed(ask, "claims to free bytes again and again, but its usage stays");
            }
        }
        ask.slot().settle(ask.bytes(), result, promise, clocks.nanos());
        if (look instanceof Look.Failed<Sight>(String reason)) {
            infirmary.setAside(ask.slot(), reason);
        } else {
            ask.slot().quarantine().proven();
        }
        return asked(ask, before.pressure(), result);
    }

    private Asked asked(Ask ask, double pressure, ReclaimResult result) {
        return new Asked(
                ask.slot().name(),
                pressure,
                ask.bytes(),
                result.freedBytes(),
                result.pendingBytes(),
                Outcome.of(result.outcome()),
                clocks.nanos() - ask.startNanos(),
                result.detail());
    }

    private Asked failed(Ask ask, String reason) {
        ask.slot().failed();
        infirmary.setAside(ask.slot(), reason);
        return new Asked(
                ask.slot().name(),
                ask.slot().usage().pressure(),
                ask.bytes(),
                0,
                0,
                Outcome.FAILED,
                clocks.nanos() - ask.startNanos(),
                reason);
    }

    private void announce(SourceSlot slot, PressureTier tier, Asked asked) {
        if (asked.freedBytes() > 0 || asked.pendingBytes() > 0) {
            slot.noLongerStuck();
        } else if (!slot.announceStuck(tier, clocks.nanos(), config.stuckReminder())) {
            return;
        }
        alerts.post(
                new PressureAlert.Relief(
                        slot.name(),
                        slot.resource(),
                        asked.pressure(),
                        tier,
                        asked.askedBytes(),
                        asked.freedBytes(),
                        asked.pendingBytes(),
                        true,
                        clocks.now()));
    }
}
