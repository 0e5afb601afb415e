package dev.isobar.pool;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The order for priorities that change by themselves: it judges every entry of a small pool, and a
/// random sample of a larger one, each time a victim is wanted. A sample of 64 holds one of the worst
/// 5 % with a probability of 96 % (1 - 0.95^64).
final class SampleOrder<K, V> implements VictimOrder<K, V> {

    static final int SAMPLE = 64;

    private final Object lock = new Object();
    private final List<Entry<K, V>> entries = new ArrayList<>();
    private final Losses<K, V> losses;
    private final Holds<K, V> holds;
    private long random = 0x9E3779B97F4A7C15L;

    SampleOrder(Losses<K, V> losses, Holds<K, V> holds) {
        this.losses = losses;
        this.holds = holds;
    }

    @Override
    public void add(Entry<K, V> entry) {
        giveBack(entry);
    }

    @Override
    public void giveBack(Entry<K, V> entry) {
        synchronized (lock) {
            if (!entry.isRetired() && entry.orderIndex < 0) {
                entry.orderIndex = entries.size();
                entries.add(entry);
            }
        }
    }

    @Override
    public void remove(Entry<K, V> entry) {
        synchronized (lock) {
            int index = entry.orderIndex;
            if (index < 0) {
                return;
            }
            Entry<K, V> last = entries.removeLast();
            if (last != entry) {
                entries.set(index, last);
                last.orderIndex = index;
            }
            entry.orderIndex = Entry.NOWHERE;
        }
    }

    @Override
    public @Nullable Entry<K, V> next(long incomingBytes) {
        List<Entry<K, V>> candidates = candidates(SAMPLE);
        Entry<K, V> victim = least(candidates);
        if (victim == null && candidates.size() == SAMPLE) {
            victim = least(candidates(Integer.MAX_VALUE)); // before saying no, look at all
        }
        return victim;
    }

    /// The candidate with the smallest loss, held and taken out.
    private @Nullable Entry<K, V> least(List<Entry<K, V>> candidates) {
        Entry<K, V> victim = null;
        double least = Losses.NEVER;
        for (Entry<K, V> entry : candidates) {
            if (!holds.tryHold(entry)) {
                continue;
            }
            double loss = losses.of(entry);
            if (loss < least || (victim != null && loss == least && isOlder(entry, victim))) {
                if (victim != null) {
                    holds.unhold(victim);
                }
                victim = entry;
                least = loss;
            } else {
                holds.unhold(entry);
            }
        }
        if (victim != null) {
            remove(victim);
            victim.place(least);
        }
        return victim;
    }

    private boolean isOlder(Entry<K, V> entry, Entry<K, V> other) {
        return entry instanceof FullEntry<K, V> a
                && other instanceof FullEntry<K, V> b
                && a.isOlderThan(b);
    }

    /// All entries of a small pool. Of a larger one, distinct random ones: they are swapped to the
    /// front, as in a Fisher-Yates shuffle that stops early.
    private List<Entry<K, V>> candidates(int limit) {
        synchronized (lock) {
            int size = entries.size();
            if (size <= limit) {
                return List.copyOf(entries);
            }
            for (int i = 0; i < limit; i++) {
                swap(i, i + (int) Long.remainderUnsigned(nextRandom(), size - i));
            }
            return List.copyOf(entries.subList(0, limit));
        }
    }

    private void swap(int i, int j) {
        Collections.swap(entries, i, j);
        entries.get(i).orderIndex = i;
        entries.get(j).orderIndex = j;
    }

    /// Marsaglia's xorshift with shifts 13, 7 and 17.
    private long nextRandom() {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return random;
    }
}
