package dev.isobar.pool;

/// An entry of a pool with the adaptive priority: 56 bytes. It counts its uses coarsely, and knows
/// their time only by its era.
///
/// The word of its uses has those since it was placed in the lower 4 bits, up to 15, and all its hits in
/// the others. A use writes only what it changes: of a hot entry nothing, so that readers do not take each other's
/// cache lines away.
sealed class SlimEntry<K, V> extends Entry<K, V> permits LargeEntry {

    /// From so many uses on it makes no difference how many there are.
    static final int MAX_USES = 15;

    /// One in so many uses of a hot entry is noted, and counts for all of them.
    static final int NOTED = 16;

    /// By how many eras the last use of a hot entry may be out of date: of the 64 in which a pool is
    /// evicted once.
    private static final int HOT_ERAS = 4;

    private static final int HIT = MAX_USES + 1;
    private static final int MANY_HITS = Integer.MAX_VALUE - NOTED * HIT;

    private final int bytes;
    private final float loadCostNanos;

    /// Lower bits of the loss in ticks by which the entry stands in the order. It is compared by
    /// difference, so it may wrap around.
    private int place;

    /// @param bytes at most 2^31 - 1
    SlimEntry(K key, V value, long bytes, long loadCostNanos, int era, long ticks, int pins) {
        super(key, value, pins);
        this.bytes = (int) bytes;
        this.loadCostNanos = loadCostNanos;
        era(era);
        this.place = (int) ticks;
    }

    /// Notes a use.
    ///
    /// @param count how many uses there have been, to choose those that are noted of a hot entry
    /// @return how many uses it stands for: 1, or of a hot entry 0 or [#NOTED]
    int touch(int now, long count) {
        int u = uses();
        boolean hot = isHot(u);
        if (now - era() >= (hot ? HOT_ERAS : 1)) {
            era(now);
        }
        if (!hot) {
            uses(u < MANY_HITS ? u + HIT + 1 : u + 1);
            return 1;
        }
        if ((count & (NOTED - 1)) != 0) {
            return 0;
        }
        uses(u < MANY_HITS ? u + NOTED * HIT : u);
        return NOTED;
    }

    /// Begins to count uses anew.
    ///
    /// @param known how many of those until now shall count
    void countFrom(int known) {
        uses((uses() & -HIT) | Math.min(known, MAX_USES));
    }

    /// Uses since the entry was placed: 0 to 15.
    int usesSincePlaced() {
        return uses() & MAX_USES;
    }

    /// The loss, in ticks, by which the entry stands in the order: the lower 32 bits.
    int ticks() {
        return place;
    }

    /// Follows a change of what a tick is.
    void rescale(long inflation, double factor) {
        int above = place - (int) inflation;
        place = (int) (inflation + (long) (above * factor));
    }

    @Override
    long bytes() {
        return bytes;
    }

    @Override
    long loadCostNanos() {
        return (long) loadCostNanos;
    }

    @Override
    long hits() {
        return uses() / HIT;
    }

    @Override
    boolean isHot() {
        return isHot(uses());
    }

    private static boolean isHot(int uses) {
        return (uses & MAX_USES) == MAX_USES;
    }

    @Override
    void place(double loss) {
        if (loss != Double.NEGATIVE_INFINITY) {
            place = (int) (long) loss;
        }
    }

    @Override
    boolean hasRisenTo(double loss) {
        return loss != Double.NEGATIVE_INFINITY && (int) (long) loss - place > 0;
    }

    @Override
    boolean before(Entry<K, V> other) {
        SlimEntry<K, V> slim = (SlimEntry<K, V>) other; // an order has entries of one kind
        int byTicks = place - slim.place;
        return byTicks != 0 ? byTicks < 0 : era() - slim.era() < 0;
    }
}
