package dev.isobar.pool;

import dev.isobar.pool.AdaptiveRule.Trial;
import java.util.ArrayDeque;
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
/// until they are idle; those that may not be evicted pass on to the main part, which knows them.
///
/// *Safe for several threads.* The lock is held for a few queue moves; nothing foreign is called under
/// it, and no other lock of the pool is taken under it.
final class AdaptiveOrder<K, V> implements VictimOrder<K, V> {

    /// The place of an entry in the window; in the main part it is the place in the heap.
    private static final int IN_WINDOW = -2;

    private static final int NOWHERE = -1;

    /// How many window entries are moved for one victim, when the rule has changed to one without a
    /// window: the others wait for the next victims.
    private static final int MAX_MOVED = 16;

    private final Object lock = new Object();
    private final ArrayDeque<Entry<K, V>> window = new ArrayDeque<>();
    private final GhostSet ghosts = new GhostSet(64);
    private final HeapOrder<K, V> main;
    private final Losses<K, V> losses;
    private final Adaptation adaptation;
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
        this.limitBytes = limitBytes;
        this.unhold = unhold;
        this.main = new HeapOrder<>(losses, unhold);
    }

    @Override
    public void add(Entry<K, V> entry) {
        int hash = Adaptation.hash(entry.key);
        losses.used(hash, entry);
        AdaptiveRule rule = adaptation.rule();
        synchronized (lock) {
            largeBytes = Math.max((double) entry.bytes, largeBytes * ShadowCache.LARGE_DECAY);
            entry.proven = !rule.windowed() || remembered(rule, hash);
            if (!entry.proven) {
                enqueue(entry);
            }
        }
        if (entry.proven) {
            main.add(entry);
        } else {
            shrinkWindow(rule);
        }
    }

    @Override
    public void remove(Entry<K, V> entry) {
        synchronized (lock) {
            if (entry.orderIndex == IN_WINDOW) {
                takeOut(entry);
                dropStale();
                return;
            }
        }
        main.remove(entry);
    }

    @Override
    public void giveBack(Entry<K, V> entry) {
        synchronized (lock) {
            if (!entry.proven) {
                enqueue(entry);
                return;
            }
        }
        main.giveBack(entry);
    }

    @Override
    public @Nullable Entry<K, V> next(long incomingBytes) {
        adaptation.begin();
        AdaptiveRule rule = adaptation.rule();
        for (int moved = 0; true; moved++) {
            Entry<K, V> candidate = moved < MAX_MOVED ? takeCandidate(rule, incomingBytes) : null;
            if (candidate == null) {
                Entry<K, V> victim = main.next(incomingBytes);
                return victim == null ? anyOfWindow() : victim;
            }
            if (!rule.windowed() || !losses.evictable(candidate)) {
                promote(candidate, rule);
                continue;
            }
            Entry<K, V> victim = main.next(incomingBytes);
            if (victim == null) {
                return rejected(candidate);
            }
            if (admits(rule, candidate, victim)) {
                promote(candidate, rule);
                return victim;
            }
            unhold.accept(victim);
            main.giveBack(victim);
            return rejected(candidate);
        }
    }

    /// The oldest entry of the window that was not used since it was queued, held, if the window is
    /// full.
    private @Nullable Entry<K, V> takeCandidate(AdaptiveRule rule, long incomingBytes) {
        while (true) {
            Entry<K, V> oldest;
            synchronized (lock) {
                double share = rule.windowBytes((double) limitBytes.getAsLong(), largeBytes);
                oldest = windowBytes + incomingBytes > share ? pollUnused() : null;
            }
            if (oldest == null || hold(oldest)) {
                return oldest;
            }
        }
    }

    /// When the main part has nothing to give, an entry of the window has to go.
    private @Nullable Entry<K, V> anyOfWindow() {
        while (true) {
            Entry<K, V> oldest;
            synchronized (lock) {
                oldest = pollUnused();
            }
            if (oldest == null) {
                return null;
            }
            if (hold(oldest)) {
                if (losses.evictable(oldest)) {
                    return rejected(oldest);
                }
                promote(oldest, adaptation.rule());
            }
        }
    }

    /// Moves the oldest entries of an overfull window into the main part, where there is room.
    private void shrinkWindow(AdaptiveRule rule) {
        while (true) {
            Entry<K, V> oldest;
            synchronized (lock) {
                double share = rule.windowBytes((double) limitBytes.getAsLong(), largeBytes);
                Entry<K, V> first = windowBytes > share ? pollUnused() : null;
                if (first == null) {
                    return;
                }
                if (windowBytes < share) { // without it there would be too little
                    window.addFirst(first);
                    settle(first);
                    return;
                }
                oldest = first;
            }
            if (hold(oldest)) {
                promote(oldest, rule);
            }
        }
    }

    private boolean admits(AdaptiveRule rule, Entry<K, V> candidate, Entry<K, V> victim) {
        if (rule.trial() == Trial.SECOND_USE) {
            return candidate.hits() > 0;
        }
        synchronized (lock) {
            contests++;
            if (rule.pass() != 0 && contests % rule.pass() == 0) {
                return true;
            }
        }
        return promise(candidate) > rule.factor() * promise(victim);
    }

    private double promise(Entry<K, V> entry) {
        return adaptation.frequency(Adaptation.hash(entry.key)) * losses.density(entry);
    }

    /// A victim that has not proved itself: it says nothing about the worth of those that have.
    private Entry<K, V> rejected(Entry<K, V> candidate) {
        int hash = Adaptation.hash(candidate.key);
        synchronized (lock) {
            ghosts.expect(adaptation.entries());
            ghosts.add(hash);
        }
        candidate.orderLoss = Double.NEGATIVE_INFINITY;
        return candidate;
    }

    /// Puts a held entry into the main part, and ends the hold.
    private void promote(Entry<K, V> entry, AdaptiveRule rule) {
        synchronized (lock) {
            entry.proven = true;
            entry.orderHits = rule.windowed() ? entry.hits() : 0;
            entry.orderLoss = losses.rank(entry);
        }
        main.giveBack(entry);
        unhold.accept(entry);
    }

    /// Holds an entry that was taken out of the window. If that cannot be, it is left out until it is
    /// idle.
    private boolean hold(Entry<K, V> entry) {
        if (entry.tryHold()) {
            return true;
        }
        entry.park();
        if (entry.isIdle()) {
            idle(entry);
        }
        return false;
    }

    private boolean remembered(AdaptiveRule rule, int hash) {
        return rule.trial() == Trial.SECOND_USE && ghosts.contains(hash, adaptation.entries());
    }

    // What follows is called under the lock.

    private void enqueue(Entry<K, V> entry) {
        if (!entry.isRetired() && entry.orderIndex == NOWHERE) {
            window.addLast(entry);
            settle(entry);
        }
    }

    private void settle(Entry<K, V> entry) {
        entry.orderIndex = IN_WINDOW;
        entry.orderHits = entry.hits();
        windowBytes += entry.bytes;
        windowCount++;
    }

    private void takeOut(Entry<K, V> entry) {
        entry.orderIndex = NOWHERE;
        entry.orderHits = 0;
        windowBytes -= entry.bytes;
        windowCount--;
    }

    /// Takes the oldest entry that was not used since it was queued; the others go to the end. After
    /// one round the oldest goes, used or not.
    private @Nullable Entry<K, V> pollUnused() {
        for (int left = windowCount; true; left--) {
            Entry<K, V> oldest = window.pollFirst();
            while (oldest != null && oldest.orderIndex != IN_WINDOW) {
                oldest = window.pollFirst();
            }
            if (oldest == null) {
                return null;
            }
            boolean used = oldest.hits() != oldest.orderHits;
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
