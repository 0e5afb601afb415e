package dev.isobar.examples.replay;

/// Low inter-reference recency set (S. Jiang, X. Zhang, *LIRS: An Efficient Low Inter-reference Recency
/// Set Replacement Policy to Improve Buffer Cache Performance*, SIGMETRICS 2002): ranks keys by the
/// number of others between their last two uses. Keys with small ones ("low") hold 99 % of the cache;
/// the rest passes through a queue of 1 %. What has left the cache stays known for a while, in a stack
/// of at most three times as many bytes as the cache.
final class LirsPolicy implements ReplayPolicy {

    private static final int LOW = 1;
    private static final int HIGH = 2;
    private static final int GONE = 3;

    private final long capacityBytes;
    private final long lowBytes;
    private final KeyList stack = new KeyList();
    private final KeyList queue = new KeyList();
    private final KeyList gone = new KeyList();
    private final KeyNumbers state = new KeyNumbers();
    private final KeyNumbers inStack = new KeyNumbers();
    private final KeyNumbers sizes = new KeyNumbers();
    private long lowUsed;
    private long used;
    private long goneUsed;

    LirsPolicy(long capacityBytes) {
        this.capacityBytes = capacityBytes;
        this.lowBytes = capacityBytes - Math.max(1, capacityBytes / 100);
    }

    @Override
    public boolean request(int key, long bytes, long cost) {
        int was = (int) state.get(key);
        if (was == LOW) {
            boolean bottom = stack.first() == key;
            stack.moveToLast(key);
            if (bottom) {
                prune();
            }
            return true;
        }
        if (was == HIGH) {
            hitHigh(key);
            return true;
        }
        if (bytes <= capacityBytes) {
            miss(key, bytes, was == GONE);
        }
        return false;
    }

    private void hitHigh(int key) {
        if (inStack.get(key) == 1) {
            stack.moveToLast(key);
            queue.remove(key);
            becomeLow(key);
        } else {
            push(key);
            queue.moveToLast(key);
        }
    }

    private void miss(int key, long bytes, boolean known) {
        if (known) {
            gone.remove(key);
            goneUsed -= sizes.get(key);
        }
        // so that making room does not forget the key that is asked for
        state.set(key, 0);
        boolean hadStackPlace = inStack.get(key) == 1;
        if (hadStackPlace) {
            stack.remove(key);
            inStack.set(key, 0);
        }
        makeRoom(bytes);
        sizes.set(key, bytes);
        used += bytes;
        push(key);
        if (lowUsed + bytes <= lowBytes || hadStackPlace) {
            becomeLow(key);
        } else {
            state.set(key, HIGH);
            queue.addLast(key);
        }
    }

    private void makeRoom(long bytes) {
        while (used + bytes > capacityBytes) {
            if (queue.isEmpty()) {
                demoteBottom();
                continue;
            }
            int victim = queue.removeFirst();
            used -= sizes.get(victim);
            if (inStack.get(victim) == 1) {
                state.set(victim, GONE);
                gone.addLast(victim);
                goneUsed += sizes.get(victim);
                forgetOldest();
            } else {
                state.set(victim, 0);
            }
        }
    }

    private void forgetOldest() {
        while (goneUsed > 3 * capacityBytes && !gone.isEmpty()) {
            int key = gone.removeFirst();
            goneUsed -= sizes.get(key);
            state.set(key, 0);
            stack.remove(key);
            inStack.set(key, 0);
        }
    }

    private void becomeLow(int key) {
        state.set(key, LOW);
        lowUsed += sizes.get(key);
        while (lowUsed > lowBytes && lowUsed > sizes.get(key)) {
            demoteBottom();
        }
        prune();
    }

    /// The low key that was used least recently becomes a high one.
    private void demoteBottom() {
        prune();
        int bottom = stack.removeFirst();
        inStack.set(bottom, 0);
        state.set(bottom, HIGH);
        lowUsed -= sizes.get(bottom);
        queue.addLast(bottom);
        prune();
    }

    /// Keeps a low key at the bottom of the stack.
    private void prune() {
        while (!stack.isEmpty() && state.get(stack.first()) != LOW) {
            int key = stack.removeFirst();
            inStack.set(key, 0);
            if (state.get(key) == GONE) {
                gone.remove(key);
                goneUsed -= sizes.get(key);
                state.set(key, 0);
            }
        }
    }

    private void push(int key) {
        if (inStack.get(key) == 1) {
            stack.remove(key);
        }
        stack.addLast(key);
        inStack.set(key, 1);
    }
}
