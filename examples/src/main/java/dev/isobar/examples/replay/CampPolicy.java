package dev.isobar.examples.replay;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Cost-adaptive multi-queue eviction (S. Ghandeharizadeh, S. Irani, J. Lam, J. Yap, *CAMP: A Cost
/// Adaptive Multi-Queue Eviction Policy for Key-Value Stores*, Middleware 2014): greedy-dual-size,
/// where the ratio of cost to size is rounded to its first bits, so that keys of one ratio stand in
/// one LRU queue, and a heap needs to hold only the heads of the queues.
final class CampPolicy implements ReplayPolicy {

    private static final int PRECISION_BITS = 5;

    private final long capacityBytes;
    private final Map<Long, Integer> queueOfRatio = new HashMap<>();
    private final List<KeyList> queues = new ArrayList<>();
    private final KeyHeap heads = new KeyHeap();
    private final KeyNumbers sizes = new KeyNumbers();
    private final KeyNumbers queueOf = new KeyNumbers();
    private final KeyNumbers priority = new KeyNumbers();
    private long used;
    private long inflation;
    private long maxBytes = 1;

    CampPolicy(long capacityBytes) {
        this.capacityBytes = capacityBytes;
    }

    @Override
    public boolean request(int key, long bytes, long cost) {
        boolean hit = sizes.get(key) != 0;
        if (hit) {
            leave(key);
        } else {
            if (bytes > capacityBytes) {
                return false;
            }
            while (used + bytes > capacityBytes) {
                int victim = queues.get(heads.least()).first();
                inflation = Math.max(inflation, priority.get(victim));
                leave(victim);
                used -= sizes.get(victim);
                sizes.set(victim, 0);
            }
            used += bytes;
            sizes.set(key, bytes);
        }
        maxBytes = Math.max(maxBytes, bytes);
        enter(key, rounded(Math.max(1, Math.multiplyExact(cost, maxBytes) / bytes)));
        return hit;
    }

    private void enter(int key, long ratio) {
        int number = queueOfRatio.computeIfAbsent(ratio, _ -> newQueue());
        KeyList queue = queues.get(number);
        queueOf.set(key, number);
        priority.set(key, inflation + ratio);
        queue.addLast(key);
        heads.set(number, (double) priority.get(queue.first()));
    }

    private void leave(int key) {
        int number = (int) queueOf.get(key);
        KeyList queue = queues.get(number);
        queue.remove(key);
        if (queue.isEmpty()) {
            heads.remove(number);
        } else {
            heads.set(number, (double) priority.get(queue.first()));
        }
    }

    private int newQueue() {
        queues.add(new KeyList());
        return queues.size() - 1;
    }

    /// The number with all but its first bits cleared.
    private static long rounded(long number) {
        int drop = Long.SIZE - Long.numberOfLeadingZeros(number) - PRECISION_BITS;
        return drop <= 0 ? number : number >> drop << drop;
    }
}
