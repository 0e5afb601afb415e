package dev.isobar.pool;

import dev.isobar.pool.AdaptiveRule.Trial;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.function.Consumer;
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
/// A use costs nothing here: a window entry that was used since it was queued is found so at the end
/// of the queue, and queued anew; the heap is put right likewise. Entries that are pinned are left out
/// until they are idle; those that may not be evicted wait apart, and are asked again when nothing else
/// is left.
///
/// *Safe for several threads.* The lock is held for a few queue moves; nothing foreign is called under
/// it, and no other lock of the pool but that of [Eras] is taken under it.
final class AdaptiveOrder<K, V> implements VictimOrder<K, V> {

    /// The place of an entry in the window; in the main part it is the place in the heap.
    private static final int IN_WINDOW = -2;

    /// The place of an entry that belongs in the window, and is not there.
    private static final int NEWCOMER = -3;

    /// How many window entries are moved for one victim, when the rule has changed to one without a
    /// window: the others wait for the next victims.
    private static final int MAX_MOVED = 16;

    /// How many entries that may not be evicted are asked again before giving up.
    private static final int KEPT_RETRIES = 64;

    private final Object lock = new Object();
    private final ArrayDeque<SlimEntry<K, V>> window = new ArrayDeque<>();
    private final EntryHeap<K, V> main = new EntryHeap<>();
    private final SequencedSet<SlimEntry<K, V>> kept = new LinkedHashSet<>();
    private final GhostSet ghosts = new GhostSet(64);
    private final Losses<K, V> losses;
    private final Adaptation adaptation;
    private final Eras eras;
    private final LongSupplier limitBytes;
    private final Consumer<Entry<K, V>> unhold;
    private long windowBytes;
    private int windowCount;
    private double largeBytes;
    private int contests;

    /// @param unhold ends a hold, and frees the entry if it was retired meanwhile
    AdaptiveOrder(
            Losses<K, V> losses,
            Adaptation adaptation,
            LongSupplier limitBytes,
            Consumer<Entry<K, V>> unhold) {
        this.losses = losses;
        this.adaptation = adaptation;
        this.eras = adaptation.eras();
        this.limitBytes = limitBytes;
        this.unhold = unhold;
    }

    @Override
    public void add(Entry<K, V> entry) {
        losses.cameIn(entry);
        SlimEntry<K, V> slim = slim(entry);
        AdaptiveRule rule = adaptation.rule();
        double density = losses.density(entry);
        synchronized (lock) {
            follow(eras.seen(density));
            largeBytes = Math.max((double) entry.bytes(), largeBytes * ShadowCache.LARGE_DECAY);
            if (entry.orderIndex != Entry.NOWHERE) {
                return; // it was taken and given back before it came here
            }
            if (isProven(rule, entry)) {
                putIntoMain(slim);
            } else {
                entry.orderIndex = NEWCOMER;
                enqueue(slim);
                shrinkWindow(rule);
            }
        }
    }

    @Override
    public void remove(Entry<K, V> entry) {
        synchronized (lock) {
            if (entry.orderIndex == IN_WINDOW) {
                takeOut(slim(entry));
                dropStale();
            } else {
                main.remove(entry);
            }
            if (!kept.isEmpty()) {
                kept.remove(slim(entry));
            }
        }
    }

    @Override
    public void giveBack(Entry<K, V> entry) {
        synchronized (lock) {
            if (entry.orderIndex == NEWCOMER) {
                enqueue(slim(entry));
            } else if (!entry.isRetired()) {
                main.push(entry);
            }
        }
    }

    @Override
    public @Nullable Entry<K, V> next(long incomingBytes) {
        adaptation.begin();
        while (true) {
            SlimEntry<K, V> victim;
            synchronized (lock) {
                victim = choose(adaptation.rule(), incomingBytes);
            }
            if (victim == null) {
                return nextKept();
            }
            if (losses.mayGo(victim)) {
                return victim;
            }
            keep(victim);
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
                entry = held(kept.removeFirst());
            }
            if (entry != null && losses.mayGo(entry)) {
                return entry;
            }
            if (entry != null) {
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
        unhold.accept(entry);
    }

    private static <K, V> SlimEntry<K, V> slim(Entry<K, V> entry) {
        return (SlimEntry<K, V>) entry; // as Losses makes them for this order
    }

    // What follows is called under the lock.

    /// The entry that has to go, held and taken out; null if there is none but those that are kept.
    private @Nullable SlimEntry<K, V> choose(AdaptiveRule rule, long incomingBytes) {
        double share = rule.windowBytes((double) limitBytes.getAsLong(), largeBytes);
        int moved = 0;
        while (true) {
            boolean full = windowBytes + incomingBytes > share && moved < MAX_MOVED;
            SlimEntry<K, V> candidate = full || main.size() == 0 ? pollUnused() : null;
            SlimEntry<K, V> victim;
            if (candidate == null) {
                if (main.size() == 0) {
                    return null;
                }
                victim = held(takeLeast());
            } else if (!rule.windowed() && full) {
                promote(candidate, rule);
                moved++;
                continue;
            } else if (main.size() > 0 && admits(rule, candidate)) {
                SlimEntry<K, V> least = takeLeast();
                promote(candidate, rule);
                victim = held(least);
            } else {
                victim = held(rejected(candidate));
            }
            if (victim != null) {
                return victim;
            }
        }
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
        return candidate;
    }

    /// Moves the oldest entries of an overfull window into the main part, where there is room.
    private void shrinkWindow(AdaptiveRule rule) {
        double share = rule.windowBytes((double) limitBytes.getAsLong(), largeBytes);
        while (windowBytes > share) {
            SlimEntry<K, V> oldest = pollUnused();
            if (oldest == null) {
                return;
            }
            if (windowBytes < share) { // without it there would be too little
                window.addFirst(oldest);
                settle(oldest);
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

    /// Holds an entry that was taken out. If that cannot be, it is left out until it is idle.
    private @Nullable SlimEntry<K, V> held(SlimEntry<K, V> entry) {
        if (entry.tryHold()) {
            return entry;
        }
        entry.park();
        if (entry.isIdle()) {
            idle(entry);
        }
        return null;
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

    private void enqueue(SlimEntry<K, V> entry) {
        if (!entry.isRetired() && entry.orderIndex == NEWCOMER) {
            window.addLast(entry);
            settle(entry);
        }
    }

    private void settle(SlimEntry<K, V> entry) {
        entry.orderIndex = IN_WINDOW;
        entry.countFrom(0);
        windowBytes += entry.bytes();
        windowCount++;
    }

    private void takeOut(SlimEntry<K, V> entry) {
        entry.orderIndex = NEWCOMER;
        windowBytes -= entry.bytes();
        windowCount--;
    }

    /// Takes the oldest entry that was not used since it was queued; the others go to the end. After
    /// one round the oldest goes, used or not.
    private @Nullable SlimEntry<K, V> pollUnused() {
        for (int left = windowCount; true; left--) {
            SlimEntry<K, V> oldest = window.pollFirst();
            while (oldest != null && oldest.orderIndex != IN_WINDOW) {
                oldest = window.pollFirst();
            }
            if (oldest == null) {
                return null;
            }
            boolean used = oldest.usesSincePlaced() != 0;
            takeOut(oldest);
            if (!used || left <= 0) {
                return oldest;
            }
            enqueue(oldest);
        }
    }

    /// Entries that were removed stay in the queue until they are its oldest; but not too many.
    private void dropStale() {
        if (window.size() > 2 * windowCount + 16) {
            window.removeIf(entry -> entry.orderIndex != IN_WINDOW);
        }
    }
}
