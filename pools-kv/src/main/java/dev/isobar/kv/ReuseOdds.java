package dev.isobar.kv;

import java.util.Arrays;

/// The odds that a block is asked for again, by its class and age, and what follows from them: how many
/// hits a unit of memory and time can expect.
///
/// Ages are counted in buckets whose width grows by 1.3 each. For each class and bucket it is counted how
/// many blocks were asked for again at that age, and how many grew older; both for all blocks, held or not,
/// so nothing is biased by what was dropped. A class with few counts leans on a coarser one: its odds are
/// those of the coarser class times one ratio (proportional hazards), as far as its own counts do not say
/// otherwise. Ages that nobody has reached yet lean on the age before: the same odds for the same ratio of
/// ages.
///
/// The worth of a block is the best, over all times that it might be kept for, of expected hits by expected
/// block-time (a Gittins index). *Guarded by caller.*
final class ReuseOdds {

    /// In which unit ages are counted, in milliseconds: {@value}.
    static final int TICK_MILLIS = 16;

    /// Up to how many uses of a block are counted.
    static final int MOST_USES = 127;

    private static final double FIRST_EDGE_TICKS = 250.0 / TICK_MILLIS;
    private static final double FIRST_ODDS = 0.01;
    private static final double MOST_ODDS = 0.9;
    private static final double PSEUDO_REQUESTS = 4;

    /// Beyond this share of survivors, horizons are not worth looking at.
    private static final double FEW = 1e-4;

    /// When a count reaches this, all are halved: well before a float stops counting.
    private static final float MOST_COUNTED = 1 << 22;

    private final Grid grid;
    private final int buckets;
    private final int last;
    private final float[] edges;
    private final float[] reused;
    private final float[] survived;
    private final float[] worth;

    /// For working out: the counts of what is being looked at, and its odds.
    private final double[] again;

    private final double[] older;
    private final double[] ofAll;
    private final double[] ofLevel;
    private final double[] ofKind;

    /// How finely odds are told apart.
    ///
    /// @param levels how many counts of uses
    /// @param sizes how many sizes of requests, by powers of two
    /// @param buckets how many ages
    /// @param ratio how many times as long as the one before each age is
    record Grid(int levels, int sizes, int buckets, double ratio) {
        int cells() {
            return (levels * sizes + 1) * buckets;
        }

        /// What counts and odds take, in bytes.
        long bytes() {
            return 12L * cells() + 44L * buckets;
        }
    }

    ReuseOdds(Grid grid) {
        this.grid = grid;
        buckets = grid.buckets();
        last = grid.levels() * grid.sizes();
        edges = new float[buckets + 1];
        for (int bucket = 1; bucket <= buckets; bucket++) {
            edges[bucket] = (float) (FIRST_EDGE_TICKS * Math.pow(grid.ratio(), bucket - 1));
        }
        reused = new float[grid.cells()];
        survived = new float[grid.cells()];
        worth = new float[grid.cells()];
        again = new double[buckets];
        older = new double[buckets];
        ofAll = new double[buckets];
        ofLevel = new double[buckets];
        ofKind = new double[buckets];
    }

    int buckets() {
        return buckets;
    }

    /// The class of blocks that were the last of a request.
    int last() {
        return last;
    }

    /// The class of a block.
    ///
    /// @param uses how often it was asked for; at least 1
    /// @param news how many blocks of the request were never seen before
    int classOf(int uses, int news) {
        int size = Math.min(grid.sizes() - 1, Integer.SIZE - Integer.numberOfLeadingZeros(news));
        return levelOf(uses) * grid.sizes() + size;
    }

    /// One level for each count up to 8, then two for each doubling.
    private int levelOf(int uses) {
        if (uses <= 8) {
            return Math.min(grid.levels(), uses) - 1;
        }
        int doublings = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(uses);
        int level = 8 + 2 * (doublings - 3) + (uses >> (doublings - 1) & 1);
        return Math.min(grid.levels() - 1, level);
    }

    /// Where a bucket ends, in ticks of age.
    float end(int bucket) {
        return edges[bucket + 1];
    }

    /// The bucket of an age in ticks.
    int bucket(int age) {
        int low = 0;
        int high = buckets - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (edges[middle + 1] > age) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    void reused(int kind, int bucket) {
        count(reused, kind * buckets + bucket);
    }

    void survived(int kind, int bucket) {
        count(survived, kind * buckets + bucket);
    }

    private void count(float[] counts, int cell) {
        if (++counts[cell] >= MOST_COUNTED) {
            for (int at = 0; at < reused.length; at++) {
                reused[at] /= 2;
                survived[at] /= 2;
            }
        }
    }

    /// Expected hits by block and tick, as of the last [#learn].
    float worth(int kind, int bucket) {
        return worth[kind * buckets + bucket];
    }

    /// What a leaf goes by, the lowest first: its worth; among equals the oldest, or the youngest where
    /// what is in a bucket grows more valuable with age.
    ///
    /// @param now in ticks
    /// @param touched when it was asked for, in ticks
    long key(int kind, int now, int touched) {
        int bucket = bucket(now - touched);
        float here = worth(kind, bucket);
        boolean rises = bucket + 1 < buckets && worth(kind, bucket + 1) > here;
        long order = touched & 0xFFFF_FFFFL;
        return (long) Float.floatToIntBits(here) << Integer.SIZE
                | (rises ? 0xFFFF_FFFFL - order : order);
    }

    /// Works all odds out anew. Allocates nothing.
    ///
    /// @param blocksPerRequest the mean
    void learn(double blocksPerRequest) {
        double weight = PSEUDO_REQUESTS * blocksPerRequest;
        sum(0, last);
        oddsOfTheirOwn(ofAll, weight);
        for (int level = 0; level < grid.levels(); level++) {
            int from = level * grid.sizes();
            sum(from, from + grid.sizes());
            oddsBeside(ofAll, ofLevel, weight);
            for (int kind = from; kind < from + grid.sizes(); kind++) {
                sum(kind, kind + 1);
                oddsBeside(ofLevel, ofKind, weight);
                appraise(kind);
            }
        }
        sum(last, last + 1);
        oddsOfTheirOwn(ofKind, weight);
        appraise(last);
    }

    private void appraise(int kind) {
        for (int bucket = 0; bucket < buckets; bucket++) {
            worth[kind * buckets + bucket] = (float) bestRate(ofKind, bucket);
        }
    }

    /// Adds up the counts of some classes.
    private void sum(int fromKind, int toKind) {
        Arrays.fill(again, 0);
        Arrays.fill(older, 0);
        for (int kind = fromKind; kind < toKind; kind++) {
            for (int bucket = 0; bucket < buckets; bucket++) {
                again[bucket] += reused[kind * buckets + bucket];
                older[bucket] += survived[kind * buckets + bucket];
            }
        }
    }

    /// Odds that lean on those of the age before.
    private void oddsOfTheirOwn(double[] odds, double weight) {
        double before = FIRST_ODDS;
        for (int bucket = 0; bucket < buckets; bucket++) {
            odds[bucket] = odds(bucket, before, weight);
            before = odds[bucket];
        }
    }

    /// Odds that lean on those of a coarser class.
    private void oddsBeside(double[] coarser, double[] odds, double weight) {
        double ratio = ratio(coarser, weight);
        for (int bucket = 0; bucket < buckets; bucket++) {
            odds[bucket] = odds(bucket, Math.min(MOST_ODDS, ratio * coarser[bucket]), weight);
        }
    }

    private double odds(int bucket, double prior, double weight) {
        double seen = again[bucket] + older[bucket];
        return (again[bucket] + weight * prior) / (seen + weight);
    }

    private double ratio(double[] coarser, double weight) {
        double happened = weight;
        double expected = weight;
        for (int bucket = 0; bucket < buckets; bucket++) {
            happened += again[bucket];
            expected += (again[bucket] + older[bucket]) * coarser[bucket];
        }
        return happened / expected;
    }

    private double bestRate(double[] odds, int from) {
        double alive = 1;
        double hits = 0;
        double time = 0;
        double best = 0;
        for (int bucket = from; bucket < buckets && alive > FEW; bucket++) {
            double width = edges[bucket + 1] - edges[bucket];
            hits += alive * odds[bucket];
            time += alive * width * (1 - odds[bucket] / 2);
            alive *= 1 - odds[bucket];
            best = Math.max(best, hits / time);
        }
        return best;
    }
}
