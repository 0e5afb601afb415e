package dev.isobar.broker.admission;

import dev.isobar.broker.Resource;
import dev.isobar.broker.admission.AdmissionAnswer.Cancelled;
import dev.isobar.broker.admission.AdmissionAnswer.Cause;
import dev.isobar.broker.admission.AdmissionAnswer.Closed;
import dev.isobar.broker.admission.AdmissionAnswer.Granted;
import dev.isobar.broker.admission.AdmissionAnswer.Impossible;
import dev.isobar.broker.admission.AdmissionAnswer.Limit;
import dev.isobar.broker.admission.AdmissionAnswer.Overloaded;
import dev.isobar.broker.admission.AdmissionAnswer.Shortage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Decides. Everything here is guarded by the admission's lock, and nothing here calls foreign code but
/// the clock.
final class Desk {

    private final Admission admission;
    private final AdmissionConfig config;
    private final Supplies supplies;
    private final Shares shares;
    private final LongSupplier nanoClock;
    private final Ledger ledger;
    private final Line line;
    private final Tally tally = new Tally();
    private final Set<HeldGrant> grants = new LinkedHashSet<>();
    private List<Waiter> decided = new ArrayList<>();
    private boolean closed;

    Desk(
            Admission admission,
            AdmissionConfig config,
            Supplies supplies,
            Shares shares,
            LongSupplier nanoClock) {
        this.admission = admission;
        this.config = config;
        this.supplies = supplies;
        this.shares = shares;
        this.nanoClock = nanoClock;
        this.ledger = new Ledger(supplies, shares);
        this.line = new Line(ledger, shares.any(), config);
    }

    Ledger ledger() {
        return ledger;
    }

    Line line() {
        return line;
    }

    Tally tally() {
        return tally;
    }

    Set<HeldGrant> grants() {
        return grants;
    }

    long nanos() {
        return nanoClock.getAsLong();
    }

    /// Those who have their answer since this was called last; to be told when the lock is free.
    List<Waiter> takeDecided() {
        List<Waiter> taken = decided;
        decided = new ArrayList<>();
        return taken;
    }

    /// Somebody comes: has its answer afterwards, or waits.
    void arrive(Waiter waiter, Levels levels) {
        tally.asked();
        if (closed) {
            answer(waiter, new Closed(config.name()));
            return;
        }
        line.add(waiter);
        elect(levels);
        if (waiter.answer != null) {
            return;
        }
        if (waiter.isImpatient()) {
            overloaded(waiter, Cause.NO_ROOM, levels);
        } else if ((waiter.follows ? line.followers() : line.queued()) > config.queueLimit()) {
            overloaded(waiter, Cause.QUEUE_FULL, levels);
        } else {
            waiter.waits = true;
        }
    }

    /// Turns away who waits in vain, and lets in who can be let in.
    void elect(Levels levels) {
        if (line.isEmpty()) {
            return;
        }
        long now = nanos();
        for (Waiter waiter : List.copyOf(line.waiters())) {
            turnAway(waiter, levels, now);
        }
        for (Waiter next = line.next(levels, now); next != null; next = line.next(levels, now)) {
            grant(next, now);
        }
    }

    /// Takes a request back.
    ///
    /// @return whether it was waiting
    boolean cancel(Waiter waiter, Levels levels) {
        if (waiter.answer != null) {
            return false;
        }
        answer(waiter, new Cancelled(config.name(), waited(waiter)));
        elect(levels);
        return true;
    }

    AdmissionAnswer grow(HeldGrant grant, Demand extra, Levels levels) {
        requireOpen(grant);
        AdmissionAnswer refusal = impossible(grant.demand().plus(extra), levels);
        if (refusal == null && ledger.shortSupply(extra, levels) >= 0) {
            refusal = overload(Cause.NO_ROOM, shortage(extra, levels), Duration.ZERO);
        }
        tally.grew(refusal == null);
        if (refusal != null) {
            return refusal;
        }
        ledger.add(extra);
        change(grant, grant.demand().plus(extra));
        return new Granted(grant, Duration.ZERO);
    }

    void shrink(HeldGrant grant, Demand less, Levels levels) {
        requireOpen(grant);
        long[] rest = grant.demand().amounts().clone();
        long mask = 0;
        for (int s = 0; s < rest.length; s++) {
            rest[s] -= less.amounts()[s];
            if (rest[s] < 0) {
                throw new IllegalArgumentException(
                        "%s cannot give back %d %s: it holds %d"
                                .formatted(
                                        grant.holder(),
                                        less.amounts()[s],
                                        supplies.get(s),
                                        grant.demand().amounts()[s]));
            }
            mask |= rest[s] > 0 ? 1L << s : 0;
        }
        ledger.remove(new Demand(less.amounts(), less.mask(), grant.demand().tenant()));
        change(grant, new Demand(rest, mask, grant.demand().tenant()));
        elect(levels);
    }

    void used(HeldGrant grant, int supply, long amount, Levels levels) {
        requireOpen(grant);
        long now = Math.min(amount, grant.demand().amounts()[supply]);
        long before = grant.usedOf(supply);
        ledger.unusedChanged(supply, before - now);
        ledger.used(supply, Math.max(0, now - before));
        grant.setUsed(supply, now);
        elect(levels);
    }

    void release(HeldGrant grant, Levels levels) {
        if (!grant.openNow()) {
            return;
        }
        Demand nothing = new Demand(new long[supplies.count()], 0, grant.demand().tenant());
        ledger.remove(grant.demand());
        change(grant, nothing);
        grant.setClosed();
        grants.remove(grant);
        line.sessionEnds(grant.request().session());
        tally.released(nanos() - grant.sinceNanos());
        elect(levels);
    }

    void close() {
        closed = true;
        for (Waiter waiter : List.copyOf(line.waiters())) {
            answer(waiter, new Closed(config.name()));
        }
    }

    private void turnAway(Waiter waiter, Levels levels, long now) {
        if (waiter.isOverdue(now)) {
            overloaded(waiter, Cause.TIMED_OUT, levels);
            return;
        }
        AdmissionAnswer never = impossible(waiter.demand(), levels);
        if (never != null) {
            answer(waiter, never);
        }
    }

    private void grant(Waiter waiter, long now) {
        var grant = new HeldGrant(admission, waiter.request(), waiter.demand(), now);
        int passed = line.passedBy(waiter);
        for (int i = 0; i < passed; i++) {
            tally.passed();
        }
        ledger.add(waiter.demand());
        for (int s = 0; s < supplies.count(); s++) {
            ledger.unusedChanged(s, waiter.demand().amounts()[s]);
        }
        line.sessionStarts(waiter.request().session());
        grants.add(grant);
        answer(waiter, new Granted(grant, waited(waiter)));
    }

    /// Gives a grant another size, and keeps count of what of it is not in use.
    private void change(HeldGrant grant, Demand now) {
        for (int s = 0; s < supplies.count(); s++) {
            long used = Math.min(grant.usedOf(s), now.amounts()[s]);
            long unusedBefore = grant.demand().amounts()[s] - grant.usedOf(s);
            ledger.unusedChanged(s, now.amounts()[s] - used - unusedBefore);
            grant.setUsed(s, used);
        }
        grant.setDemand(now);
    }

    private void overloaded(Waiter waiter, Cause cause, Levels levels) {
        line.remove(waiter);
        answer(waiter, overload(cause, shortage(waiter, levels), waited(waiter)));
    }

    private Overloaded overload(Cause cause, Shortage shortage, Duration waited) {
        int waiting = line.waiters().size();
        Duration retryAfter = tally.retryAfter(waiting, config);
        return new Overloaded(config.name(), cause, shortage, waiting, waited, retryAfter);
    }

    private void answer(Waiter waiter, AdmissionAnswer answer) {
        line.remove(waiter);
        waiter.answer = answer;
        tally.answered(answer);
        if (waiter.waits) {
            tally.waited(Math.max(0, waiter.waitedNanos(nanos())));
        }
        decided.add(waiter);
    }

    private Duration waited(Waiter waiter) {
        return Duration.ofNanos(Math.max(0, waiter.waitedNanos(nanos())));
    }

    private @Nullable Impossible impossible(Demand demand, Levels levels) {
        for (int s = 0; s < supplies.count(); s++) {
            long wanted = demand.amounts()[s];
            if (wanted > shares.maximum(s, demand.tenant())) {
                long most = shares.maximum(s, demand.tenant());
                return impossible(demand, s, most, Limit.TENANT_MAXIMUM, levels);
            }
            long most = ledger.most(s, demand.tenant(), levels);
            if (wanted > most && !levels.hasFailed(s)) {
                return impossible(demand, s, most, Limit.CAPACITY, levels);
            }
        }
        return null;
    }

    private Impossible impossible(Demand demand, int s, long most, Limit limit, Levels levels) {
        return new Impossible(config.name(), shortage(demand, s, most, levels), limit);
    }

    private Shortage shortage(Waiter waiter, Levels levels) {
        if (line.isBusy(waiter.request().session()) || waiter.demand().mask() == 0) {
            String session = waiter.request().session().orElse("");
            return new Shortage(Resource.custom("session"), "turn", 1, 0, 1, session);
        }
        return shortage(waiter.demand(), levels);
    }

    private Shortage shortage(Demand demand, Levels levels) {
        int found = ledger.shortSupply(demand, levels);
        int s = found >= 0 ? found : Long.numberOfTrailingZeros(demand.mask());
        return shortage(demand, s, ledger.most(s, demand.tenant(), levels), levels);
    }

    private Shortage shortage(Demand demand, int s, long most, Levels levels) {
        return new Shortage(
                supplies.get(s).resource(),
                supplies.get(s).unit(),
                demand.amounts()[s],
                ledger.available(s, demand.tenant(), levels),
                most,
                largestHolder(s));
    }

    private String largestHolder(int supply) {
        long most = 0;
        String holder = "";
        for (HeldGrant grant : grants) {
            if (grant.demand().amounts()[supply] > most) {
                most = grant.demand().amounts()[supply];
                holder = grant.holder();
            }
        }
        return holder;
    }

    private static void requireOpen(HeldGrant grant) {
        if (!grant.openNow()) {
            throw new IllegalStateException("the grant of " + grant.holder() + " is closed");
        }
    }
}
