package dev.isobar.broker.admission;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Those who wait, and who of them is next. Guarded by the admission's lock.
///
/// First come, first served, with a bounded bypass: if one cannot have what it wants, later ones that
/// can may go before it. Each that takes some of what it waits for is counted; when the limit is
/// reached, or it has waited long enough, nobody who wants some of the same goes before it any more, so
/// that what becomes free adds up for it. With shares, the tenant that holds least per weight goes first
/// among those who can, within the same bound.
///
/// Whoever waits for another of its own session, or is kept back by its own tenant's maximum, is not
/// waiting for room: it is passed without being counted, and stops nobody.
final class Line {

    private final Ledger ledger;
    private final boolean fair;
    private final int bypassLimit;
    private final long agingNanos;
    private final Set<Waiter> waiters = new LinkedHashSet<>();
    private final Set<String> busySessions = new HashSet<>();
    private int followers;

    Line(Ledger ledger, boolean fair, AdmissionConfig config) {
        this.ledger = ledger;
        this.fair = fair;
        this.bypassLimit = config.bypassLimit();
        this.agingNanos = config.agingAfter().toNanos();
    }

    /// Oldest first.
    Collection<Waiter> waiters() {
        return Collections.unmodifiableCollection(waiters);
    }

    boolean isEmpty() {
        return waiters.isEmpty();
    }

    /// How many wait for room.
    int queued() {
        return waiters.size() - followers;
    }

    /// How many came to wait for their own session.
    int followers() {
        return followers;
    }

    void add(Waiter waiter) {
        waiter.follows = waiter.request().session().filter(this::isTaken).isPresent();
        followers += waiter.follows ? 1 : 0;
        waiters.add(waiter);
    }

    void remove(Waiter waiter) {
        if (waiters.remove(waiter)) {
            followers -= waiter.follows ? 1 : 0;
        }
    }

    void sessionStarts(Optional<String> session) {
        session.ifPresent(busySessions::add);
    }

    void sessionEnds(Optional<String> session) {
        session.ifPresent(busySessions::remove);
    }

    boolean isBusy(Optional<String> session) {
        return session.filter(busySessions::contains).isPresent();
    }

    /// The one who goes next, if anybody can.
    @Nullable Waiter next(Levels levels, long nowNanos) {
        var sessions = new HashSet<String>();
        long barred = 0;
        Waiter best = null;
        double bestStanding = 0;
        for (Waiter waiter : waiters) {
            waiter.canBePassed = isReady(waiter, sessions);
            if (!waiter.canBePassed) {
                continue;
            }
            Demand demand = waiter.demand();
            if (!demand.overlaps(barred) && ledger.shortSupply(demand, levels) < 0) {
                if (!fair) {
                    return waiter;
                }
                double standing = ledger.standing(demand, levels);
                if (best == null || standing < bestStanding) {
                    best = waiter;
                    bestStanding = standing;
                }
            }
            if (mayNotBePassed(waiter, nowNanos)) {
                barred |= demand.mask();
            }
        }
        return best;
    }

    /// Counts a grant to one against those that came before it.
    ///
    /// @return how many it passed
    int passedBy(Waiter winner) {
        int passed = 0;
        for (Waiter waiter : waiters) {
            if (waiter == winner) {
                break;
            }
            if (waiter.canBePassed && waiter.demand().overlaps(winner.demand().mask())) {
                waiter.passed++;
                passed++;
            }
        }
        return passed;
    }

    /// Whether it waits for room, and for nothing of its own making.
    private boolean isReady(Waiter waiter, Set<String> sessions) {
        Optional<String> session = waiter.request().session();
        boolean first = session.isEmpty() || (!isBusy(session) && sessions.add(session.get()));
        return first && !ledger.blockedByOwnMaximum(waiter.demand());
    }

    private boolean mayNotBePassed(Waiter waiter, long nowNanos) {
        return waiter.passed >= bypassLimit || waiter.waitedNanos(nowNanos) >= agingNanos;
    }

    private boolean isTaken(String session) {
        return busySessions.contains(session)
                || waiters.stream()
                        .anyMatch(w -> w.request().session().filter(session::equals).isPresent());
    }
}
