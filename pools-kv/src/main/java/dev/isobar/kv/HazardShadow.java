package dev.isobar.kv;

/// Drops the leaf of which, by [ReuseOdds], the fewest hits can be expected for its memory and time.
///
/// *Guarded by caller.*
final class HazardShadow extends ShadowOrder {

    /// What a slot costs here in bytes, without the heap: {@value}.
    static final int BYTES_PER_SLOT = 1 + 2 + 2 + 4;

    private static final int NONE = BlockHistory.NONE;
    private static final int LEAST_DROPS = 8;
    private static final int LEAVES_PER_DROP = 8;
    private static final int SLOTS_PER_DROP = 128;
    private static final int MOST = Character.MAX_VALUE - 1;

    private final BlockHistory history;
    private final int capacity;
    private final ReuseOdds odds;
    private final LeafHeap leaves;

    private final boolean[] resident;
    private final char[] children;
    private final char[] kinds;
    private final int[] times;
    private int held;
    private boolean stale;
    private int drops;
    private int dropLimit;

    private int now;

    /// @param capacity how many blocks it holds
    HazardShadow(BlockHistory history, int capacity, ReuseOdds odds) {
        this.history = history;
        this.capacity = capacity;
        this.odds = odds;
        int slots = history.slots();
        leaves = new LeafHeap(capacity + 1);
        resident = new boolean[slots + 1];
        children = new char[slots + 1];
        kinds = new char[slots + 1];
        times = new int[slots + 1];
    }

    @Override
    boolean holds(int slot) {
        return resident[slot];
    }

    /// The class in which a block is from now on.
    void describe(int slot, int kind) {
        kinds[slot] = (char) kind;
        times[slot] = now;
    }

    /// The odds have been worked out anew.
    void learnt() {
        stale = true;
    }

    /// Time has passed.
    ///
    /// @param ticks of [ReuseOdds#TICK_MILLIS]
    void passTo(int ticks) {
        now = ticks;
    }

    @Override
    void request(ShadowPath path) {
        int kept = Math.min(path.length(), capacity);
        int missing = 0;
        for (int at = 0; at < kept; at++) {
            int slot = path.slot(at);
            missing += resident[slot] ? 0 : 1;
            children[slot]++; // stays until all are in
        }
        while (held + missing > capacity && dropOne()) {}
        for (int at = 0; at < kept; at++) {
            children[path.slot(at)]--;
            enter(path.slot(at), path.parent(at));
        }
        if (kept > 0) {
            offer(path.slot(kept - 1));
        }
    }

    private void enter(int slot, int parent) {
        if (!resident[slot]) {
            resident[slot] = true;
            held++;
            if (parent != NONE && children[parent] < MOST) {
                children[parent]++;
            }
        }
    }

    private boolean leaf(int slot) {
        return resident[slot] && children[slot] == 0;
    }

    private void offer(int slot) {
        if (!stale && leaf(slot)) {
            stale = !leaves.add(slot, key(slot));
        }
    }

    private long key(int slot) {
        return odds.key(kinds[slot], now, times[slot]);
    }

    private boolean dropOne() {
        int slot = least();
        if (slot == NONE) {
            return false;
        }
        drops++;
        resident[slot] = false;
        held--;
        int parent = history.parent(slot);
        if (parent != NONE && children[parent] > 0) {
            children[parent]--;
            offer(parent);
        }
        return true;
    }

    private int least() {
        if (stale || drops >= dropLimit) {
            collect();
        }
        while (leaves.size() > 0) {
            int slot = leaves.first();
            if (!leaf(slot)) {
                leaves.removeFirst();
            } else if (key(slot) > leaves.firstKey()) {
                leaves.sinkFirst(key(slot));
            } else {
                return slot;
            }
        }
        return NONE;
    }

    private void collect() {
        leaves.clear();
        stale = false;
        drops = 0;
        for (int slot = 1; slot < resident.length; slot++) {
            offer(slot);
        }
        int some = Math.max(leaves.size() / LEAVES_PER_DROP, resident.length / SLOTS_PER_DROP);
        dropLimit = Math.max(LEAST_DROPS, some);
    }

    /// The key of what goes next, or -1 if nothing can. For tests.
    long leastKey() {
        int slot = least();
        return slot == NONE ? -1 : key(slot);
    }

    /// The same, found by looking at every block. For tests.
    long leastKeyOfAllLeaves() {
        long least = Long.MAX_VALUE;
        for (int slot = 1; slot < resident.length; slot++) {
            least = leaf(slot) ? Math.min(least, key(slot)) : least;
        }
        return least == Long.MAX_VALUE ? -1 : least;
    }

    /// Counts everything again and compares. Looks at every block.
    ///
    /// @throws IllegalStateException if something does not agree
    void checkInvariants() {
        int[] below = new int[children.length];
        int residents = 0;
        for (int slot = 1; slot < resident.length; slot++) {
            residents += resident[slot] ? 1 : 0;
            below[resident[slot] ? history.parent(slot) : NONE]++;
        }
        require(residents == held, "number of held", held);
        for (int slot = 1; slot < resident.length; slot++) {
            require(children[slot] == below[slot], "children of slot", slot);
        }
    }

    private static void require(boolean agrees, String what, int number) {
        if (!agrees) {
            throw new IllegalStateException("wrong " + what + " " + number);
        }
    }

    /// A block that is not held is forgotten.
    void forgotten(int slot) {
        children[slot] = 0;
    }
}
