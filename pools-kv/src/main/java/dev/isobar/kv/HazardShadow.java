package dev.isobar.kv;

import java.util.Arrays;

/// Drops the leaf of which, by [ReuseOdds], the fewest hits can be expected for its memory and time.
///
/// The blocks of one request that are of one class are a *segment*: a piece of a path that ages as one.
/// Segments are in one list for each bucket of age, oldest first, so that time is a matter of looking at
/// the heads; and those that end in a leaf are in one list for each *cell*, which is a class and a bucket.
/// All leaves of a cell are worth the same, and cells are ranked each time that the odds are worked out.
///
/// *Guarded by caller.*
final class HazardShadow extends ShadowOrder {

    /// What a slot costs here in bytes, with a sixth of a segment: {@value}.
    static final int BYTES_PER_SLOT = 1 + 1 + 2 + 4 + 6;

    private static final int NONE = BlockHistory.NONE;
    private static final int LEARN_EACH = 100;
    private static final int MOST_CHILDREN = Character.MAX_VALUE;

    private final BlockHistory history;
    private final int capacity;
    private final ReuseOdds odds = new ReuseOdds();
    private final CellRanks ranks = new CellRanks(odds);

    /// The list of segments that can be used again.
    private static final int UNUSED = ReuseOdds.BUCKETS;

    private byte[] uses;
    private boolean[] resident;
    private char[] children;
    private int[] segments;
    private int held;

    private long[] times = new long[64];
    private short[] kinds = new short[64];
    private byte[] buckets = new byte[64];
    private int[] alive = new int[64];
    private int[] ends = new int[64];
    private final SlotLists byAge = new SlotLists(63, ReuseOdds.BUCKETS + 1);
    private final SlotLists byCell = new SlotLists(63, ReuseOdds.CLASSES * ReuseOdds.BUCKETS);

    private long nowMillis;
    private long requests;
    private long blocks;

    HazardShadow(BlockHistory history, int capacity) {
        this.history = history;
        this.capacity = capacity;
        int slots = history.slots();
        uses = new byte[slots + 1];
        resident = new boolean[slots + 1];
        children = new char[slots + 1];
        segments = new int[slots + 1];
        for (int segment = 1; segment < times.length; segment++) {
            byAge.addLast(UNUSED, segment);
        }
    }

    @Override
    boolean holds(int slot) {
        return resident[slot];
    }

    /// Time has passed: segments grow older.
    void passTo(long millis) {
        nowMillis = Math.max(nowMillis, millis);
        for (int bucket = ReuseOdds.BUCKETS - 2; bucket >= 0; bucket--) {
            double limit = nowMillis - odds.end(bucket);
            int segment = byAge.first(bucket);
            while (segment != NONE && times[segment] <= limit) {
                grow(segment, bucket);
                segment = byAge.first(bucket);
            }
        }
    }

    private void grow(int segment, int bucket) {
        odds.survived(kinds[segment], bucket, alive[segment]);
        boolean listed = byCell.listed(segment);
        unlist(segment);
        byAge.remove(bucket, segment);
        byAge.addLast(bucket + 1, segment);
        buckets[segment]++;
        if (listed) {
            list(segment);
        }
    }

    @Override
    void request(int[] path, int length, int above, Dropped dropped) {
        int news = 0;
        for (int at = 0; at < length; at++) {
            if (uses[path[at]] == 0) {
                news++;
            } else {
                again(path[at]);
            }
        }
        int kept = Math.min(length, capacity);
        int missing = 0;
        for (int at = 0; at < kept; at++) {
            missing += resident[path[at]] ? 0 : 1;
        }
        while (held + missing > capacity && dropOne(dropped)) {}
        for (int at = 0; at < kept; at++) {
            enter(path[at], at == 0 ? above : path[at - 1]);
        }
        segment(path, length, kept, news, above);
        learn(length);
    }

    private void again(int slot) {
        int segment = segments[slot];
        odds.reused(kinds[segment], buckets[segment]);
        leave(slot, segment);
    }

    private void leave(int slot, int segment) {
        segments[slot] = NONE;
        if (ends[segment] == slot) {
            unlist(segment);
            ends[segment] = NONE;
        }
        if (--alive[segment] == 0) {
            unlist(segment);
            byAge.remove(buckets[segment], segment);
            byAge.addLast(UNUSED, segment);
        }
    }

    private void enter(int slot, int parent) {
        if (!resident[slot]) {
            resident[slot] = true;
            held++;
            if (parent != NONE && children[parent] < MOST_CHILDREN) {
                children[parent]++;
            }
        }
    }

    /// Cuts the path into segments.
    private void segment(int[] path, int length, int kept, int news, int above) {
        int segment = NONE;
        int kind = -1;
        for (int at = 0; at < length; at++) {
            int slot = path[at];
            uses[slot] = (byte) Math.min(ReuseOdds.MOST_USES, uses[slot] + 1);
            boolean last = at == length - 1 && above == NONE;
            int own = last ? ReuseOdds.LAST : ReuseOdds.classOf(uses[slot], news);
            if (own != kind) {
                listIfLeaf(segment);
                kind = own;
                segment = begin(kind);
            }
            segments[slot] = segment;
            alive[segment]++;
            ends[segment] = at < kept ? slot : ends[segment];
        }
        listIfLeaf(segment);
    }

    private int begin(int kind) {
        int segment = byAge.first(UNUSED);
        if (segment == NONE) {
            moreSegments();
            segment = byAge.first(UNUSED);
        }
        byAge.remove(UNUSED, segment);
        byAge.addLast(0, segment);
        times[segment] = nowMillis;
        kinds[segment] = (short) kind;
        buckets[segment] = 0;
        alive[segment] = 0;
        ends[segment] = NONE;
        return segment;
    }

    private boolean dropOne(Dropped dropped) {
        int cell = ranks.worst();
        if (cell < 0) {
            return false;
        }
        int segment = ranks.newestFirst(cell) ? byCell.last(cell) : byCell.first(cell);
        int slot = ends[segment];
        int parent = history.parent(slot);
        unlist(segment);
        resident[slot] = false;
        held--;
        ends[segment] = parent != NONE && segments[parent] == segment ? parent : NONE;
        if (parent != NONE) {
            children[parent]--;
            int above = segments[parent];
            if (above != NONE && ends[above] == parent) {
                listIfLeaf(above);
            }
        }
        dropped.dropped(slot);
        return true;
    }

    private void listIfLeaf(int segment) {
        if (segment != NONE
                && ends[segment] != NONE
                && children[ends[segment]] == 0
                && !byCell.listed(segment)) {
            list(segment);
        }
    }

    private void list(int segment) {
        int cell = cell(segment);
        byCell.addLast(cell, segment);
        ranks.occupied(cell);
    }

    private void unlist(int segment) {
        if (byCell.listed(segment)) {
            int cell = cell(segment);
            byCell.remove(cell, segment);
            if (byCell.size(cell) == 0) {
                ranks.vacant(cell);
            }
        }
    }

    private int cell(int segment) {
        return kinds[segment] * ReuseOdds.BUCKETS + buckets[segment];
    }

    private void learn(int length) {
        requests++;
        blocks += length;
        if (requests % LEARN_EACH == 0 || requests == 20 || requests == 50) {
            odds.learn((double) blocks / requests);
            ranks.rank(byCell);
        }
    }

    /// The worth of what goes next, or infinity if nothing can.
    double leastWorth() {
        int cell = ranks.worst();
        return cell < 0 ? Double.POSITIVE_INFINITY : worth(cell);
    }

    /// The same, found by looking at every block. For tests.
    double leastWorthOfAllLeaves() {
        double least = Double.POSITIVE_INFINITY;
        for (int slot = 1; slot < resident.length; slot++) {
            if (resident[slot] && children[slot] == 0) {
                least = Math.min(least, worth(cell(segments[slot])));
            }
        }
        return least;
    }

    private double worth(int cell) {
        return odds.worth(cell / ReuseOdds.BUCKETS, cell % ReuseOdds.BUCKETS);
    }

    /// Counts everything again and compares. Looks at every block.
    ///
    /// @throws IllegalStateException if something does not agree
    void checkInvariants() {
        int[] counted = new int[alive.length];
        int[] below = new int[children.length];
        int residents = 0;
        for (int slot = 1; slot < segments.length; slot++) {
            counted[segments[slot]]++;
            if (resident[slot]) {
                residents++;
                below[history.parent(slot)]++;
            }
        }
        require(residents == held, "held", 0);
        for (int slot = 1; slot < segments.length; slot++) {
            require(children[slot] == below[slot], "children of slot", slot);
        }
        for (int segment = 1; segment < alive.length; segment++) {
            int end = ends[segment];
            boolean used = counted[segment] > 0;
            require(!used || alive[segment] == counted[segment], "blocks of segment", segment);
            require(!used || end == NONE || resident[end], "end of segment", segment);
            boolean leaf = used && end != NONE && children[end] == 0;
            require(leaf == byCell.listed(segment), "cell of segment", segment);
        }
    }

    private static void require(boolean agrees, String what, int number) {
        if (!agrees) {
            throw new IllegalStateException("wrong " + what + " " + number);
        }
    }

    /// A block that is not held is forgotten.
    void forgotten(int slot) {
        if (segments[slot] != NONE) {
            leave(slot, segments[slot]);
        }
        uses[slot] = 0;
        children[slot] = 0;
    }

    private void moreSegments() {
        int before = times.length;
        int size = before * 2;
        times = Arrays.copyOf(times, size);
        kinds = Arrays.copyOf(kinds, size);
        buckets = Arrays.copyOf(buckets, size);
        alive = Arrays.copyOf(alive, size);
        ends = Arrays.copyOf(ends, size);
        byAge.grow(size - 1);
        byCell.grow(size - 1);
        for (int segment = before; segment < size; segment++) {
            byAge.addLast(UNUSED, segment);
        }
    }

    @Override
    void grown(int slots) {
        uses = Arrays.copyOf(uses, slots + 1);
        resident = Arrays.copyOf(resident, slots + 1);
        children = Arrays.copyOf(children, slots + 1);
        segments = Arrays.copyOf(segments, slots + 1);
    }
}
