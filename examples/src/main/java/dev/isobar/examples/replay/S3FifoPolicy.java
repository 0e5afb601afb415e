package dev.isobar.examples.replay;

/// Three FIFO queues (J. Yang, Y. Zhang, Z. Qiu, Y. Yue, R. Vinayak, *FIFO queues are all you need for
/// cache eviction*, SOSP 2023): newcomers go into a small one of a tenth of the cache; what was used
/// twice there moves into the main one, the rest leaves a ghost behind; a newcomer with a ghost goes
/// into the main queue at once. In the main queue what was used goes round once more for each use, up
/// to three.
final class S3FifoPolicy implements ReplayPolicy {

    private static final int MAX_USES = 3;
    private static final int USES_TO_STAY = 2;

    private final long capacityBytes;
    private final long smallBytes;
    private final KeyList small = new KeyList();
    private final KeyList main = new KeyList();
    private final KeyList ghosts = new KeyList();
    private final KeyNumbers sizes = new KeyNumbers();
    private final KeyNumbers uses = new KeyNumbers();
    private final KeyNumbers ghostSizes = new KeyNumbers();
    private long smallUsed;
    private long mainUsed;
    private long ghostUsed;

    S3FifoPolicy(long capacityBytes) {
        this.capacityBytes = capacityBytes;
        this.smallBytes = Math.max(1, capacityBytes / 10);
    }

    @Override
    public boolean request(int key, long bytes, long cost) {
        if (sizes.get(key) != 0) {
            uses.set(key, Math.min(MAX_USES, uses.get(key) + 1));
            return true;
        }
        if (bytes > capacityBytes) {
            return false;
        }
        boolean ghost = ghostSizes.get(key) != 0;
        if (ghost) {
            ghosts.remove(key);
            dropGhost(key);
        }
        while (smallUsed + mainUsed + bytes > capacityBytes) {
            evict();
        }
        sizes.set(key, bytes);
        uses.set(key, 0);
        if (ghost) {
            enterMain(key);
        } else {
            small.addLast(key);
            smallUsed += bytes;
        }
        return false;
    }

    private void evict() {
        if (!small.isEmpty() && (smallUsed > smallBytes || main.isEmpty())) {
            evictFromSmall();
        } else {
            evictFromMain();
        }
    }

    private void evictFromSmall() {
        int key = small.removeFirst();
        smallUsed -= sizes.get(key);
        if (uses.get(key) >= USES_TO_STAY) {
            uses.set(key, 0);
            enterMain(key);
            return;
        }
        addGhost(key, sizes.get(key));
        sizes.set(key, 0);
    }

    private void evictFromMain() {
        int key = main.removeFirst();
        if (uses.get(key) > 0) {
            uses.set(key, uses.get(key) - 1);
            main.addLast(key);
            return;
        }
        mainUsed -= sizes.get(key);
        sizes.set(key, 0);
    }

    private void enterMain(int key) {
        main.addLast(key);
        mainUsed += sizes.get(key);
    }

    private void addGhost(int key, long bytes) {
        ghosts.addLast(key);
        ghostSizes.set(key, bytes);
        ghostUsed += bytes;
        while (ghostUsed > capacityBytes - smallBytes && !ghosts.isEmpty()) {
            dropGhost(ghosts.removeFirst());
        }
    }

    private void dropGhost(int key) {
        ghostUsed -= ghostSizes.get(key);
        ghostSizes.set(key, 0);
    }
}
