package dev.isobar.kv;

/// Remembers a share of all blocks that were ever asked for, held or not: how often, in which class and
/// when. From them [ReuseOdds] learns at which age blocks are asked for again and at which they are not, so
/// nothing is biased by what was dropped.
///
/// A block has eight places that follow from its key; the one of them that was asked for the longest ago
/// makes room. Keys are remembered by 32 bits: two that agree in them are taken for one, which a statistic
/// can bear. That a block has grown older is counted when it is asked for, dropped, or all are looked at.
///
/// *Guarded by caller.* Constant time; allocates nothing.
final class ReuseGhosts {

    /// No place: {@value}.
    static final int NONE = -1;

    /// What a remembered block costs in bytes: {@value}.
    static final int BYTES_PER_GHOST = 4 + 4 + 2 + 2 + 1 + 1;

    private static final int WAYS = 8;

    private final ReuseOdds odds;
    private final int sets;
    private final int[] marks;
    private final int[] times;
    private final char[] kinds;
    private final char[] runEnds;
    private final byte[] buckets;

    /// How often each was asked for; 0 for an empty place.
    private final byte[] uses;

    /// @param ghosts about how many blocks are remembered; at least 1
    ReuseGhosts(ReuseOdds odds, int ghosts) {
        this.odds = odds;
        sets = Math.max(1, ghosts / WAYS);
        int places = sets * WAYS;
        marks = new int[places];
        times = new int[places];
        kinds = new char[places];
        runEnds = new char[places];
        buckets = new byte[places];
        uses = new byte[places];
    }

    /// How many places there are.
    int places() {
        return uses.length;
    }

    /// The place of a block, or [#NONE].
    int find(long key) {
        int from = set(key);
        int mark = mark(key);
        for (int place = from; place < from + WAYS; place++) {
            if (marks[place] == mark && uses[place] > 0) {
                return place;
            }
        }
        return NONE;
    }

    int uses(int place) {
        return uses[place];
    }

    /// How far the blocks of the last request for this one went that were of its class: the depth of the
    /// last of them, from 0.
    int runEnd(int place) {
        return runEnds[place];
    }

    /// A block was asked for.
    ///
    /// @param kind the class it is in from now on
    /// @param times how often it was asked for, this time included; at least 1
    /// @param now in ticks
    void asked(long key, int kind, int times, int runEnd, int now) {
        int place = find(key);
        if (place == NONE) {
            place = room(key, now);
            marks[place] = mark(key);
        } else {
            age(place, now);
            odds.reused(kinds[place], buckets[place]);
        }
        kinds[place] = (char) kind;
        uses[place] = (byte) Math.min(ReuseOdds.MOST_USES, times);
        runEnds[place] = (char) Math.min(Character.MAX_VALUE, runEnd);
        buckets[place] = 0;
        this.times[place] = now;
    }

    private int room(long key, int now) {
        int from = set(key);
        int oldest = from;
        for (int place = from; place < from + WAYS; place++) {
            if (uses[place] == 0) {
                return place;
            }
            oldest = times[place] - times[oldest] < 0 ? place : oldest;
        }
        age(oldest, now);
        return oldest;
    }

    /// Counts for all of them how much older they have become.
    void age(int now) {
        for (int place = 0; place < uses.length; place++) {
            if (uses[place] > 0) {
                age(place, now);
            }
        }
    }

    private void age(int place, int now) {
        int age = now - times[place];
        while (buckets[place] < odds.buckets() - 1 && age >= odds.end(buckets[place])) {
            odds.survived(kinds[place], buckets[place]);
            buckets[place]++;
        }
    }

    private static int mark(long key) {
        return (int) (key >>> Integer.SIZE);
    }

    private int set(long key) {
        return (int) ((((key >>> 16) & 0xFFFF_FFFFL) * sets) >>> Integer.SIZE) * WAYS;
    }
}
