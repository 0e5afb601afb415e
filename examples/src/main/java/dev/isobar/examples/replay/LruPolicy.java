package dev.isobar.examples.replay;

/// Evicts what was used least recently.
final class LruPolicy implements ReplayPolicy {

    private final long capacityBytes;
    private final KeyList list = new KeyList();
    private final KeyNumbers resident = new KeyNumbers();
    private long used;

    LruPolicy(long capacityBytes) {
        this.capacityBytes = capacityBytes;
    }

    @Override
    public boolean request(int key, long bytes, long cost) {
        if (resident.get(key) != 0) {
            list.moveToLast(key);
            return true;
        }
        if (bytes > capacityBytes) {
            return false;
        }
        while (used + bytes > capacityBytes) {
            int victim = list.removeFirst();
            used -= resident.get(victim);
            resident.set(victim, 0);
        }
        list.addLast(key);
        resident.set(key, bytes);
        used += bytes;
        return false;
    }
}
