package dev.isobar.pool;

import dev.isobar.pool.AdaptiveRule.Trial;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;

/// A cache without values that follows one [AdaptiveRule], to learn how well it does on a sample of
/// the keys. It does at once and exactly what [AdaptiveOrder] does lazily. *Guarded by caller.*
final class ShadowCache {

    /// The most keys it holds; one more evicts one, whatever the budget.
    static final int CAPACITY = 832;

    private static final int NONE = ShadowSlots.NONE;

    /// How slowly the size of a large newcomer is forgotten: by 1 % a newcomer.
    static final float LARGE_DECAY = 0.99f;

    private final AdaptiveRule rule;
    private final IntUnaryOperator frequency;
    private final GhostSet ghosts;
    private final ShadowSlots slots = new ShadowSlots(CAPACITY);
    private final float[] bytes = new float[CAPACITY];
    private final float[] density = new float[CAPACITY];
    private final double[] rank = new double[CAPACITY];
    private final byte[] uses = new byte[CAPACITY];

    /// Links of the window; a slot outside it is in the heap, at its place.
    private final short[] next = new short[CAPACITY];

    private final short[] previous = new short[CAPACITY];
    private final short[] place = new short[CAPACITY];
    private final short[] heap = new short[CAPACITY];

    private int newest = NONE;
    private int oldest = NONE;
    private int heapSize;
    private double budget;
    private double used;
    private double windowUsed;
    private double inflation;
    private float large;
    private int contests;

    /// @param frequency how often the key of a hash was asked for
    ShadowCache(AdaptiveRule rule, double budget, IntUnaryOperator frequency) {
        this.rule = rule;
        this.ghosts = new GhostSet(rule.trial() == Trial.SECOND_USE ? CAPACITY : 0);
        this.budget = budget;
        this.frequency = frequency;
    }

    AdaptiveRule rule() {
        return rule;
    }

    int count() {
        return slots.count();
    }

    void budget(double newBudget) {
        budget = newBudget;
        while (used > budget && slots.count() > 0) {
            evict(0);
        }
    }

    /// Asks for a key, and offers it if it is not there.
    ///
    /// @return whether it was there
    boolean request(int hash, float keyBytes, float worth) {
        int slot = slots.find(hash);
        if (slot != NONE) {
            hit(slot);
            return true;
        }
        if (keyBytes <= budget) {
            insert(hash, keyBytes, worth);
        }
        return false;
    }

    /// Drops all keys that the filter rejects.
    void retain(IntPredicate filter) {
        for (int i = heapSize - 1; i >= 0; i--) {
            if (!filter.test(slots.hash(heap[i]))) {
                dropFromMain(heap[i]);
            }
        }
        for (int slot = oldest; slot != NONE; ) {
            int younger = previous[slot];
            if (!filter.test(slots.hash(slot))) {
                dropFromWindow(slot);
            }
            slot = younger;
        }
    }

    private void hit(int slot) {
        uses[slot] = (byte) Math.min(Byte.MAX_VALUE, uses[slot] + 1);
        if (place[slot] == NONE) {
            unlink(slot);
            link(slot);
        } else {
            rank(slot);
            siftUp(place[slot]);
            siftDown(place[slot]);
        }
    }

    private void insert(int hash, float keyBytes, float worth) {
        while (used + keyBytes > budget || slots.full()) {
            evict(keyBytes);
        }
        int slot = slots.add(hash);
        bytes[slot] = keyBytes;
        density[slot] = worth / keyBytes;
        uses[slot] = 1;
        used += keyBytes;
        large = Math.max(keyBytes, large * LARGE_DECAY);
        boolean known = rule.trial() == Trial.SECOND_USE && ghosts.contains(hash, slots.count());
        if (rule.windowed() && !known) {
            link(slot);
            while (windowUsed - bytes[oldest] >= rule.windowBytes(budget, large)) {
                promote(oldest);
            }
        } else {
            push(slot);
        }
    }

    private void evict(double incoming) {
        boolean full = windowUsed + incoming > rule.windowBytes(budget, large);
        if (oldest == NONE || (!full && heapSize > 0)) {
            evictFromMain();
        } else if (!rule.windowed()) {
            promote(oldest);
        } else if (heapSize > 0 && admits(oldest, heap[0])) {
            promote(oldest);
            evictFromMain();
        } else {
            ghosts.add(slots.hash(oldest));
            dropFromWindow(oldest);
        }
    }

    private boolean admits(int candidate, int victim) {
        contests++;
        if (rule.trial() == Trial.SECOND_USE) {
            return uses[candidate] > 1;
        }
        if (rule.pass() != 0 && contests % rule.pass() == 0) {
            return true;
        }
        return promise(candidate) > rule.factor() * promise(victim);
    }

    private double promise(int slot) {
        return (double) frequency.applyAsInt(slots.hash(slot)) * density[slot];
    }

    private void promote(int slot) {
        unlink(slot);
        if (rule.windowed()) {
            uses[slot] = 1;
        }
        push(slot);
    }

    private void evictFromMain() {
        int victim = heap[0];
        inflation = Math.max(inflation, rank[victim]);
        dropFromMain(victim);
    }

    private void dropFromWindow(int slot) {
        unlink(slot);
        used -= bytes[slot];
        slots.remove(slot);
    }

    private void dropFromMain(int slot) {
        int index = place[slot];
        int last = heap[--heapSize];
        if (last != slot) {
            put(index, last);
            siftUp(index);
            siftDown(place[last]);
        }
        used -= bytes[slot];
        slots.remove(slot);
    }

    private void link(int slot) {
        place[slot] = NONE;
        next[slot] = (short) newest;
        previous[slot] = NONE;
        if (newest == NONE) {
            oldest = slot;
        } else {
            previous[newest] = (short) slot;
        }
        newest = slot;
        windowUsed += bytes[slot];
    }

    private void unlink(int slot) {
        if (previous[slot] == NONE) {
            newest = next[slot];
        } else {
            next[previous[slot]] = next[slot];
        }
        if (next[slot] == NONE) {
            oldest = previous[slot];
        } else {
            previous[next[slot]] = previous[slot];
        }
        windowUsed -= bytes[slot];
    }

    private void push(int slot) {
        rank(slot);
        put(heapSize++, slot);
        siftUp(heapSize - 1);
    }

    private void rank(int slot) {
        rank[slot] = inflation + rule.weight(uses[slot]) * density[slot];
    }

    private void put(int index, int slot) {
        heap[index] = (short) slot;
        place[slot] = (short) index;
    }

    private void siftUp(int from) {
        int index = from;
        int slot = heap[from];
        while (index > 0 && rank[slot] < rank[heap[(index - 1) >> 1]]) {
            put(index, heap[(index - 1) >> 1]);
            index = (index - 1) >> 1;
        }
        put(index, slot);
    }

    private void siftDown(int from) {
        int index = from;
        int slot = heap[from];
        while (2 * index + 1 < heapSize) {
            int child = 2 * index + 1;
            if (child + 1 < heapSize && rank[heap[child + 1]] < rank[heap[child]]) {
                child++;
            }
            if (rank[heap[child]] >= rank[slot]) {
                break;
            }
            put(index, heap[child]);
            index = child;
        }
        put(index, slot);
    }
}
