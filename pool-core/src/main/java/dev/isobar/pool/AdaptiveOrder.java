package dev.isobar.pool;

import dev.isobar.pool.AdaptiveRule.Trial;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.SequencedSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The order of the adaptive priority. Newcomers stand in a *window*, a queue; entries that have
/// proved themselves in the *main part*, a [HeapOrder]. [AdaptiveRule] says how large the window is
/// and what proves an entry; the [Adaptation] which rule is followed. A change of rules moves nothing:
/// it changes what is asked from the next eviction on.
///
/// In the main part the smallest loss goes, where
///
///     loss = inflation at the last use + weight(uses) * worth / bytes
///
/// as in greedy-dual-size-frequency (L. Cherkasova, HP Labs, 1998); the rule says how the weight grows.
/// When room is wanted, the oldest entry of a full window stands against that smallest one. If it
/// wins, it takes the place in the main part and the other goes; else it goes itself. So a newcomer is
/// judged when others come in after it, never before it was in; and what a scan brings in pushes out
/// what the scan has brought. The trials are those of W-TinyLFU (G. Einziger and others, ACM ToS 2017:
/// frequencies in a sketch are compared) and of S3-FIFO (J. Yang and others, SOSP 2023: used in the
/// window, or asked for again soon after it had to leave).
///
/// A use costs nothing here: queue and heap are put right when room is wanted. Entries that are pinned
/// are left out until they are idle; those that may not be evicted wait apart, and are asked again when
/// nothing else is left.
///
/// *Safe for several threads.* The lock is held for a few queue moves; nothing foreign is called under
/// it, and no other lock of the pool but that of [Eras] is taken under it.
final class AdaptiveOrder<K, V> implements VictimOrder<K, V> {

    /// The places of entries that are taken as victims, from the main part and from the window, and may
    /// be given back.
    private static final int TAKEN = -4;

    private static final int TAKEN_NEWCOMER = -5;

    /// How many window entries are moved for one victim, when the rule has changed to one without a
    /// window: the others wait for the next victims.
    private static final int MAX_MOVED = 16;

    /// How many entries that may not be evicted are asked again before giving up.
    private static final int KEPT_RETRIES = 64;

    private final Object lock = new Object();
    private final NewcomerWindow<K, V> window = new NewcomerWindow<>();
    private final EntryHeap<K, V> main = new EntryHeap<>();
    private final SequencedSet<SlimEntry<K, V>> kept = new LinkedHashSet<>();
    private final GhostSet ghosts = new GhostSet(64);
    private final Losses<K, V> losses;
    private final Adaptation adaptation;
    private final Eras eras;
    private final LongSupplier limitBytes;
    private final Holds<K, V> holds;
    private double largeBytes;
    private int contests;

    AdaptiveOrder(
            Losses<K, V> losses,
            Adaptation adaptation,
            LongSupplier limitBytes,
            Holds<K, V> holds) {
        this.losses = losses;
        this.adaptation = adaptation;
        this.eras = adaptation.eras();
        this.limitBytes = limitBytes;
        this.holds = holds;
    }

    @Override
    public void add(Entry<K, V> entry) {
        SlimEntry<K, V> slim = slim(entry);
        cameIn(slim);
        synchronized (lock) {
            enter(slim, adaptation.rule());
        }
    }

    /// Says that an entry comes in, which is to be added later.
    void cameIn(Entry<K, V> entry) {
        losses.cameIn(entry);
    }

    @Override
    public void remove(Entry<K, V> entry) {
        synchronized (lock) {
            switch (entry.orderIndex) {
                case NewcomerWindow.INSIDE -> window.remove(slim(entry));
                case TAKEN, TAKEN_NEWCOMER -> leave(slim(entry));
                default -> main.remove(entry);
            }
            if (!kept.isEmpty()) {
                kept.remove(slim(entry));
            }
        }
    }

    @Override
    public void giveBack(Entry<K, V> entry) {
        synchronized (lock) {
            comeBack(slim(entry));
        }
    }

    @Override
    public @Nullable Entry<K, V> next(long incomingBytes) {
        adaptation.begin();
        while (true) {
            SlimEntry<K, V> victim;
            synchronized (lock) {
                victim = take(adaptation.rule(), incomingBytes);
            }
            if (victim == null) {
                return nextKept();
            }
            if (claim(victim, true)) {
                return victim;
            }
        }
    }

    /// Adds those that have come in, and takes as many victims as it can, up to a number. They stay in
    /// the pool until they are claimed.
    ///
    /// @param incomingBytes what the room for one is wanted for
    void exchange(
            Queue<SlimEntry<K, V>> newcomers,
            Queue<SlimEntry<K, V>> victims,
            int most,
            long incomingBytes) {
        if (most > 0) {
            adaptation.begin();
        }
        synchronized (lock) {
            AdaptiveRule rule = adaptation.rule();
            for (var entry = newcomers.poll(); entry != null; entry = newcomers.poll()) {
                enter(entry, rule);
            }
            while (victims.size() < most) {
                var victim = take(rule, incomingBytes * (victims.size() + 1));
                if (victim == null) {
                    return;
                }
                victims.add(victim);
            }
        }
    }

    /// Holds an entry that was taken, unless somebody has leased, used or removed it since.
    ///
    /// @param fresh whether it was taken just now
    /// @return whether it may go; if not, it is where it belongs
    boolean claim(SlimEntry<K, V> victim, boolean fresh) {
        if ((!fresh && usedSinceTaken(victim)) || !holds.tryHold(victim)) {
            renounce(victim);
            return false;
        }
        if (!isTaken(victim)) {
            holds.unhold(victim);
            return false;
        }
        leave(victim);
        if (losses.mayGo(victim)) {
            return true;
        }
        keep(victim);
        return false;
    }

    /// Puts an entry back that was taken; if it is leased or held, it is left out until it is idle.
    void renounce(SlimEntry<K, V> entry) {
        synchronized (lock) {
            if (!isTaken(entry)) {
                return;
            }
            leave(entry);
            if (entry.isIdle()) {
                comeBack(entry);
            } else {
                park(entry);
            }
        }
    }

    /// Asks some of the entries again that may not be evicted, in turn.
    private @Nullable Entry<K, V> nextKept() {
        for (int i = 0; i < KEPT_RETRIES; i++) {
            SlimEntry<K, V> entry;
            synchronized (lock) {
                if (kept.isEmpty()) {
                    return null;
                }
                entry = kept.removeFirst();
            }
            if (!holds.tryHold(entry)) {
                park(entry);
            } else if (losses.mayGo(entry)) {
                return entry;
            } else {
                keep(entry);
            }
        }
        return null;
    }

    private void keep(SlimEntry<K, V> entry) {
        synchronized (lock) {
            if (!entry.isRetired()) {
                kept.addLast(entry);
            }
        }
        holds.unhold(entry);
    }

    private static <K, V> SlimEntry<K, V> slim(Entry<K, V> entry) {
        return (SlimEntry<K, V>) entry; // as Losses makes them for this order
    }

    // What follows is called under the lock.

    private void enter(SlimEntry<K, V> entry, AdaptiveRule rule) {
        follow(eras.seen(losses.density(entry)));
        largeBytes = Math.max((double) entry.bytes(), largeBytes * ShadowCache.LARGE_DECAY);
        if (entry.orderIndex != Entry.NOWHERE) {
            return; // it was taken and given back before it came here
        }
        if (isProven(rule, entry)) {
            putIntoMain(entry);
        } else {
            entry.orderIndex = NewcomerWindow.NEWCOMER;
            window.add(entry);
            shrinkWindow(rule);
        }
    }

    private void comeBack(SlimEntry<K, V> entry) {
        if (entry.orderIndex == NewcomerWindow.NEWCOMER) {
            window.add(entry);
        } else if (entry.orderIndex != NewcomerWindow.INSIDE && !entry.isRetired()) {
            main.push(entry);
        }
    }

    private static boolean isTaken(SlimEntry<?, ?> entry) {
        return entry.orderIndex <= TAKEN;
    }

    /// An entry that was taken belongs to nobody, or to who holds it.
    private static void leave(SlimEntry<?, ?> taken) {
        taken.orderIndex =
                taken.orderIndex == TAKEN_NEWCOMER ? NewcomerWindow.NEWCOMER : Entry.NOWHERE;
    }

    private boolean usedSinceTaken(SlimEntry<K, V> entry) {
        return entry.orderIndex == TAKEN_NEWCOMER
                ? entry.usesSincePlaced() > 0
                : entry.hasRisenTo(losses.adaptiveLoss(adaptation, entry));
    }

    /// Takes the entry that has to go; null if there is none but those that are kept.
    private @Nullable SlimEntry<K, V> take(AdaptiveRule rule, long incomingBytes) {
        double share = rule.windowBytes((double) limitBytes.getAsLong(), largeBytes);
        for (int moved = 0; true; moved++) {
            boolean full = window.bytes() + incomingBytes > share && moved < MAX_MOVED;
            SlimEntry<K, V> candidate = full || main.size() == 0 ? window.pollUnused() : null;
            if (candidate == null) {
                return main.size() == 0 ? null : takeLeast();
            }
            if (rule.windowed() || !full) {
                return main.size() > 0 && admits(rule, candidate)
                        ? takeLeastFor(candidate, rule)
                        : rejected(candidate);
            }
            promote(candidate, rule);
        }
    }

    private SlimEntry<K, V> takeLeastFor(SlimEntry<K, V> candidate, AdaptiveRule rule) {
        SlimEntry<K, V> least = takeLeast();
        promote(candidate, rule);
        return least;
    }

    /// The entry of the main part with the smallest loss. If it takes longer to find than in a pool at
    /// rest, the next is taken as it comes.
    private SlimEntry<K, V> least() {
        for (long patience = 2L * main.size() + KEPT_RETRIES; true; patience--) {
            SlimEntry<K, V> top = slim(main.peek());
            double loss = losses.adaptiveLoss(adaptation, top);
            if (!top.hasRisenTo(loss) || patience <= 0) {
                return top;
            }
            main.push(top, loss);
        }
    }

    private SlimEntry<K, V> takeLeast() {
        SlimEntry<K, V> least = least();
        main.remove(least);
        least.orderIndex = TAKEN;
        return least;
    }

    private boolean admits(AdaptiveRule rule, SlimEntry<K, V> candidate) {
        if (rule.trial() == Trial.SECOND_USE) {
            return candidate.hits() > 0;
        }
        contests++;
        if (rule.pass() != 0 && contests % rule.pass() == 0) {
            return true;
        }
        return promise(candidate) > rule.factor() * promise(least());
    }

    private double promise(SlimEntry<K, V> entry) {
        return adaptation.frequency(entry.hash) * losses.density(entry);
    }

    /// A victim that has not proved itself: it says nothing about the worth of those that have.
    private SlimEntry<K, V> rejected(SlimEntry<K, V> candidate) {
        ghosts.expect(adaptation.entries());
        ghosts.add(candidate.hash);
        candidate.orderIndex = TAKEN_NEWCOMER;
        candidate.countFrom(0);
        return candidate;
    }

    /// Moves the oldest entries of an overfull window into the main part, where there is room.
    private void shrinkWindow(AdaptiveRule rule) {
        double share = rule.windowBytes((double) limitBytes.getAsLong(), largeBytes);
        while (window.bytes() > share) {
            SlimEntry<K, V> oldest = window.pollUnused();
            if (oldest == null) {
                return;
            }
            if (window.bytes() < share) { // without it there would be too little
                window.addOldest(oldest);
                return;
            }
            promote(oldest, rule);
        }
    }

    private void promote(SlimEntry<K, V> entry, AdaptiveRule rule) {
        entry.orderIndex = Entry.NOWHERE;
        entry.countFrom(rule.windowed() ? 0 : (int) Math.min(entry.hits(), SlimEntry.MAX_USES));
        putIntoMain(entry);
    }

    private void putIntoMain(SlimEntry<K, V> entry) {
        if (!entry.isRetired()) {
            main.push(entry, losses.rank(adaptation, entry));
        }
    }

    private void park(SlimEntry<K, V> entry) {
        entry.park();
        if (entry.isIdle()) {
            idle(entry);
        }
    }

    private boolean isProven(AdaptiveRule rule, Entry<K, V> entry) {
        return switch (rule.trial()) {
            case NONE -> true;
            case CONTEST -> false;
            case SECOND_USE -> ghosts.contains(entry.hash, adaptation.entries());
        };
    }

    /// Follows a change of what a tick is.
    private void follow(double factor) {
        if (factor != 1) {
            main.forEach(entry -> slim(entry).rescale(eras.inflation(), factor));
        }
    }
}
