package dev.isobar.pool;

import java.util.Arrays;

/// A cache without values that follows one [AdaptiveRule], to learn how well it does on a sample of
/// the keys. *Guarded by caller.*
final class ShadowCache {

    private static final int NONE = -1;
    static final int MAX_USES = 15;

    private AdaptiveRule rule;
    private final FrequencyEstimate estimate;

    private double budget;
    private double used;
    private double windowUsed;
    private double inflation;
    private int offers;

    private int count;
    private int free = NONE;
    private int[] table;
    private int[] hash;
    private float[] size;
    private float[] density;
    private double[] rank;
    private byte[] uses;
    /// Place in the heap, or NONE for what is in the window.
    private int[] place;
    private int[] next;
    private int[] previous;
    private int newest = NONE;
    private int oldest = NONE;
    private int[] heap;
    private int heapSize;
    private int slots;

    interface FrequencyEstimate {
        int frequency(int hash);
    }

    ShadowCache(AdaptiveRule rule, double budget, FrequencyEstimate estimate, int capacity) {
        this.rule = rule;
        this.budget = budget;
        this.estimate = estimate;
        allocate(capacity);
    }

    private void allocate(int n) {
        table = new int[Integer.highestOneBit(n) * 4];
        Arrays.fill(table, NONE);
        hash = new int[n];
        size = new float[n];
        density = new float[n];
        rank = new double[n];
        uses = new byte[n];
        place = new int[n];
        next = new int[n];
        previous = new int[n];
        heap = new int[n];
    }

    int count() {
        return count;
    }

    void rule(AdaptiveRule newRule) {
        rule = newRule;
    }

    void budget(double newBudget) {
        budget = newBudget;
        while (used > budget) {
            evict();
        }
    }

    /// Asks for a key.
    ///
    /// @return whether it was there
    boolean request(int key, float bytes, float worth) {
        int slot = find(key);
        if (slot != NONE) {
            hit(slot);
            return true;
        }
        if (bytes > budget) {
            return false;
        }
        while (used + bytes > budget) {
            evict();
        }
        slot = newSlot(key, bytes, worth / bytes);
        if (rule.windowed()) {
            pushWindow(slot);
            while (windowUsed - size[oldest] >= rule.windowShare() * budget) {
                promote(oldest);
            }
        } else {
            pushMain(slot, rankOf(slot));
        }
        return false;
    }

    /// Drops all keys that the filter rejects.
    void retain(java.util.function.IntPredicate keep) {
        for (int i = 0; i < slots; i++) {
            if (size[i] > 0 && !keep.test(hash[i])) {
                if (place[i] == NONE) {
                    unlink(i);
                } else {
                    removeHeap(i);
                }
                drop(i);
            }
        }
    }

    private void hit(int slot) {
        uses[slot] = (byte) Math.min(MAX_USES, uses[slot] + 1);
        if (place[slot] == NONE) {
            unlink(slot);
            pushWindow(slot);
        } else {
            rank[slot] = rankOf(slot);
            fix(place[slot]);
        }
    }

    private double rankOf(int slot) {
        return inflation + rule.weight(uses[slot]) * density[slot];
    }

    static int drain = 8;
    static boolean resetUses = true;

    private void evict() {
        if (oldest != NONE && windowUsed >= rule.windowShare() * budget) {
            if (!rule.windowed()) {
                for (int i = 0; i < drain && oldest != NONE; i++) {
                    promote(oldest);
                }
            } else if (heapSize == 0 || !admits(oldest, heap[0])) {
                int victim = oldest;
                unlink(victim);
                drop(victim);
                return;
            } else {
                promote(oldest);
                if (heapSize > 1 && false) return;
                evictMain();
                return;
            }
        }
        if (heapSize == 0) {
            int victim = oldest;
            unlink(victim);
            drop(victim);
            return;
        }
        evictMain();
    }

    private void evictMain() {
        int victim = heap[0];
        inflation = Math.max(inflation, rank[victim]);
        removeHeap(victim);
        drop(victim);
    }

    private void promote(int slot) {
        unlink(slot);
        if (resetUses && rule.windowed()) {
            uses[slot] = 1;
        }
        pushMain(slot, rankOf(slot));
    }

    private boolean admits(int candidate, int victim) {
        offers++;
        if (rule.pass() != 0 && offers % rule.pass() == 0) {
            return true;
        }
        return estimate.frequency(hash[candidate]) * density[candidate]
                > rule.factor() * estimate.frequency(hash[victim]) * density[victim];
    }

    private int find(int key) {
        for (int i = key & table.length - 1; ; i = i + 1 & table.length - 1) {
            int slot = table[i];
            if (slot == NONE || hash[slot] == key) {
                return slot;
            }
        }
    }

    private int newSlot(int key, float bytes, float worth) {
        int slot = free;
        if (slot != NONE) {
            free = next[slot];
        } else {
            if (slots == hash.length) {
                grow();
            }
            slot = slots++;
        }
        hash[slot] = key;
        size[slot] = bytes;
        density[slot] = worth;
        uses[slot] = 1;
        place[slot] = NONE;
        link(slot);
        used += bytes;
        count++;
        return slot;
    }

    private void link(int slot) {
        int i = hash[slot] & table.length - 1;
        while (table[i] != NONE) {
            i = i + 1 & table.length - 1;
        }
        table[i] = slot;
    }

    private void grow() {
        int n = hash.length * 2;
        table = new int[table.length * 2];
        Arrays.fill(table, NONE);
        hash = Arrays.copyOf(hash, n);
        size = Arrays.copyOf(size, n);
        density = Arrays.copyOf(density, n);
        rank = Arrays.copyOf(rank, n);
        uses = Arrays.copyOf(uses, n);
        place = Arrays.copyOf(place, n);
        next = Arrays.copyOf(next, n);
        previous = Arrays.copyOf(previous, n);
        heap = Arrays.copyOf(heap, n);
        for (int i = 0; i < slots; i++) {
            if (size[i] > 0) {
                link(i);
            }
        }
    }

    private void drop(int slot) {
        used -= size[slot];
        size[slot] = 0;
        count--;
        int mask = table.length - 1;
        int i = hash[slot] & mask;
        while (table[i] != slot) {
            i = i + 1 & mask;
        }
        // backward shift, so that no gap cuts off what stands behind it
        int gap = i;
        for (int j = i + 1 & mask; table[j] != NONE; j = j + 1 & mask) {
            int home = hash[table[j]] & mask;
            if ((j - home & mask) >= (j - gap & mask)) {
                table[gap] = table[j];
                gap = j;
            }
        }
        table[gap] = NONE;
        next[slot] = free;
        free = slot;
    }

    private void pushWindow(int slot) {
        place[slot] = NONE;
        next[slot] = newest;
        previous[slot] = NONE;
        if (newest == NONE) {
            oldest = slot;
        } else {
            previous[newest] = slot;
        }
        newest = slot;
        windowUsed += size[slot];
    }

    private void unlink(int slot) {
        int n = next[slot];
        int p = previous[slot];
        if (p == NONE) {
            newest = n;
        } else {
            next[p] = n;
        }
        if (n == NONE) {
            oldest = p;
        } else {
            previous[n] = p;
        }
        windowUsed -= size[slot];
    }

    private void pushMain(int slot, double r) {
        rank[slot] = r;
        place(heapSize, slot);
        heapSize++;
        fix(heapSize - 1);
    }

    private void removeHeap(int slot) {
        int index = place[slot];
        heapSize--;
        int last = heap[heapSize];
        if (last != slot) {
            place(index, last);
            fix(index);
        }
    }

    private void place(int index, int slot) {
        heap[index] = slot;
        place[slot] = index;
    }

    private void fix(int from) {
        int index = from;
        int slot = heap[index];
        double r = rank[slot];
        while (index > 0 && r < rank[heap[index - 1 >> 1]]) {
            place(index, heap[index - 1 >> 1]);
            index = index - 1 >> 1;
        }
        while (true) {
            int child = 2 * index + 1;
            if (child >= heapSize) {
                break;
            }
            if (child + 1 < heapSize && rank[heap[child + 1]] < rank[heap[child]]) {
                child++;
            }
            if (rank[heap[child]] >= r) {
                break;
            }
            place(index, heap[child]);
            index = child;
        }
        place(index, slot);
    }
}
