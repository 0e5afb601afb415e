package dev.isobar.broker;

import dev.isobar.broker.SourceState.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/// What the broker remembers about one registered source.
///
/// *Safe for several threads.* Its lock is held for a few instructions and never over the source's
/// own code.
final class SourceSlot {

    /// How much the newest ask weighs in the delivery score.
    private static final double NEWEST = 0.5;

    /// After this many claims in a row that left the usage where it was, a source is a liar.
    private static final int UNMOVED_CLAIMS = 3;

    private record Open(Promise promise, long sinceNanos) {}

    private final PressureSource source;
    private final String name;
    private final Resource resource;
    private final int order;
    private final CallGate gate = new CallGate();
    private final Counters counters;
    private final Quarantine quarantine;
    private final List<Open> open = new ArrayList<>();

    private Usage usage = Usage.of(0, 0);
    private boolean retired;
    private boolean asked;
    private long lastAskNanos;
    private double deliveryScore = 1;
    private int unmovedClaims;
    private long asks;
    private long askNanos;
    private long bytesFreed;
    private boolean stuckAnnounced;
    private long stuckAnnouncedNanos;
    private PressureTier stuckTier = PressureTier.NORMAL;

    SourceSlot(
            PressureSource source,
            String name,
            Resource resource,
            int order,
            BackOff backOff,
            Counters counters) {
        this.source = source;
        this.name = name;
        this.resource = resource;
        this.order = order;
        this.counters = counters;
        this.quarantine = new Quarantine(backOff);
    }

    PressureSource source() {
        return source;
    }

    /// Whether this very object is registered here, whatever it calls equal.
    @SuppressWarnings("ReferenceEquality")
    boolean holds(PressureSource other) {
        return source == other;
    }

    String name() {
        return name;
    }

    Resource resource() {
        return resource;
    }

    int order() {
        return order;
    }

    CallGate gate() {
        return gate;
    }

    Quarantine quarantine() {
        return quarantine;
    }

    synchronized Usage usage() {
        return usage;
    }

    synchronized void usage(Usage latest) {
        usage = latest;
    }

    synchronized boolean dwelling(long nowNanos, Duration dwell) {
        return asked && nowNanos - lastAskNanos < dwell.toNanos();
    }

    synchronized long inFlightBytes() {
        return open.stream().mapToLong(o -> o.promise().openBytes()).reduce(0, Bytes::plus);
    }

    /// This source as a policy sees it, with a usage that was just read.
    synchronized SourceState state(Usage latest, Standing standing) {
        return new SourceState(name, order, latest, inFlightBytes(), deliveryScore, standing);
    }

    synchronized void askStarts(long nowNanos) {
        asked = true;
        lastAskNanos = nowNanos;
        asks++;
        counters.askStarts();
    }

    synchronized void askTook(long nanos) {
        askNanos += nanos;
        counters.askTook(nanos);
    }

    /// Books an honest answer: what is free by it, and what is promised.
    synchronized void settle(
            long askedBytes, ReclaimResult result, Promise promise, long nowNanos) {
        long early = promise.make(result.pendingBytes());
        counters.promised(result.pendingBytes());
        counters.delivered(early, false);
        free(Bytes.plus(result.freedBytes(), early));
        long achieved = Bytes.plus(result.freedBytes(), result.pendingBytes());
        score((double) Math.min(achieved, askedBytes) / askedBytes);
        if (retired) {
            counters.expired(promise.expire());
        } else if (promise.openBytes() > 0) {
            open.add(new Open(promise, nowNanos));
        }
    }

    /// Books bytes of a promise that have become free.
    void delivered(Promise promise, long bytes) {
        Promise.Credit credit = promise.deliver(bytes);
        synchronized (this) {
            counters.delivered(credit.bytes(), credit.late());
            free(credit.bytes());
        }
    }

    private void free(long bytes) {
        bytesFreed = Bytes.plus(bytesFreed, bytes);
        counters.freed(bytes);
    }

    /// Books an ask that came to nothing because the source failed.
    synchronized void failed() {
        score(0);
    }

    /// Whether this claim, compared with the usage before and after, is one too many that moved
    /// nothing.
    synchronized boolean claimedInVain(ReclaimResult result, Usage before, Usage after) {
        if (after.usedBytes() < before.usedBytes()) {
            unmovedClaims = 0;
        } else if (result.freedBytes() > 0) {
            unmovedClaims++;
        }
        if (unmovedClaims < UNMOVED_CLAIMS) {
            return false;
        }
        unmovedClaims = 0;
        return true;
    }

    /// Gives up all promises: the source is no longer registered.
    synchronized void retire() {
        retired = true;
        open.forEach(o -> counters.expired(o.promise().expire()));
        open.clear();
    }

    /// Drops promises that are kept, and those whose time is up: for these the score falls.
    synchronized void expirePromises(long nowNanos, Duration timeout) {
        for (Iterator<Open> all = open.iterator(); all.hasNext(); ) {
            Open one = all.next();
            if (one.promise().openBytes() == 0) {
                all.remove();
            } else if (nowNanos - one.sinceNanos() >= timeout.toNanos()) {
                all.remove();
                counters.expired(one.promise().expire());
                score((double) one.promise().deliveredBytes() / one.promise().promisedBytes());
            }
        }
    }

    /// Whether a source that gave nothing is to be announced: the first time, on a change of tier,
    /// and as a reminder.
    synchronized boolean announceStuck(PressureTier tier, long nowNanos, Duration reminder) {
        boolean due =
                !stuckAnnounced
                        || tier != stuckTier
                        || nowNanos - stuckAnnouncedNanos >= reminder.toNanos();
        if (due) {
            stuckAnnounced = true;
            stuckTier = tier;
            stuckAnnouncedNanos = nowNanos;
        }
        return due;
    }

    synchronized void noLongerStuck() {
        stuckAnnounced = false;
    }

    /// This source as the snapshot shows it.
    synchronized SourceView view(Usage latest) {
        return new SourceView(
                name,
                resource,
                PressureTier.of(latest.pressure()),
                latest.pressure(),
                latest.usedBytes(),
                latest.capacityBytes(),
                latest.pinnedBytes(),
                latest.reclaimableBytes(),
                inFlightBytes(),
                deliveryScore,
                asks,
                askNanos,
                bytesFreed,
                quarantine.active());
    }

    private void score(double share) {
        deliveryScore += NEWEST * (share - deliveryScore);
    }
}
