package dev.isobar.examples.replay;

/// Greedy-dual-size-frequency, exact (L. Cherkasova, *Improving WWW Proxies Performance with
/// Greedy-Dual-Size-Frequency Caching Policy*, HP Labs, 1998).
final class GdsfPolicy implements ReplayPolicy {

    private final long capacityBytes;
    private final KeyHeap heap = new KeyHeap();
    private final KeyNumbers sizes = new KeyNumbers();
    private final KeyNumbers uses = new KeyNumbers();
    private long used;
    private double inflation;

    GdsfPolicy(long capacityBytes) {
        this.capacityBytes = capacityBytes;
    }

    @Override
    public boolean request(int key, long bytes, long cost) {
        boolean hit = sizes.get(key) != 0;
        if (!hit) {
            if (bytes > capacityBytes) {
                return false;
            }
            while (used + bytes > capacityBytes) {
                evict();
            }
            used += bytes;
            sizes.set(key, bytes);
            uses.set(key, 0);
        }
        long count = uses.get(key) + 1;
        uses.set(key, count);
        heap.set(key, inflation + (double) count * cost / bytes);
        return hit;
    }

    private void evict() {
        int victim = heap.least();
        inflation = heap.leastValue();
        heap.remove(victim);
        used -= sizes.get(victim);
        sizes.set(victim, 0);
    }
}
