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

    /// How many buckets of age there are.
    static final int BUCKETS = 57;

    /// Up to how many uses of a block are counted.
    static final int MOST_USES = 127;

    /// How many counts of uses are told apart.
    static final int LEVELS = 16;

    /// How many sizes of requests are told apart, by powers of two.
    static final int SIZES = 16;

    /// The class of blocks that were the last of a request.
    static final int LAST = LEVELS * SIZES;

    static final int CLASSES = LAST + 1;

    private static final double FIRST_EDGE_MILLIS = 250;
    private static final double RATIO = 1.3;
    private static final double FIRST_ODDS = 0.01;
    private static final double MOST_ODDS = 0.9;
    private static final double PSEUDO_REQUESTS = 4;

    /// Beyond this share of survivors, horizons are not worth looking at.
    private static final double FEW = 1e-4;

    private final double[] edges = new double[BUCKETS + 1];
    private final double[] reused = new double[CLASSES * BUCKETS];
    private final double[] survived = new double[CLASSES * BUCKETS];
    private final float[] worth = new float[CLASSES * BUCKETS];

    /// For working out: the counts of what is being looked at, and its odds.
    private final double[] again = new double[BUCKETS];

    private final double[] older = new double[BUCKETS];
    private final double[] ofAll = new double[BUCKETS];
    private final double[] ofLevel = new double[BUCKETS];
    private final double[] ofKind = new double[BUCKETS];

    ReuseOdds() {
        for (int bucket = 1; bucket <= BUCKETS; bucket++) {
            edges[bucket] = FIRST_EDGE_MILLIS * Math.pow(RATIO, bucket - 1);
        }
    }

    /// The class of a block.
    ///
    /// @param uses how often it was asked for; at least 1
    /// @param news how many blocks of the request were never seen before
    static int classOf(int uses, int news) {
        int size = Math.min(SIZES - 1, Integer.SIZE - Integer.numberOfLeadingZeros(news));
        return levelOf(uses) * SIZES + size;
    }

    /// One level for each count up to 8, then two for each doubling.
    private static int levelOf(int uses) {
        if (uses <= 8) {
            return uses - 1;
        }
        int doublings = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(uses);
        return Math.min(LEVELS - 1, 8 + 2 * (doublings - 3) + (uses >> (doublings - 1) & 1));
    }

    /// Where a bucket ends, in milliseconds of age.
    double end(int bucket) {
        return edges[bucket + 1];
    }

    void reused(int kind, int bucket) {
        reused[kind * BUCKETS + bucket]++;
    }

    void survived(int kind, int bucket, int blocks) {
        survived[kind * BUCKETS + bucket] += blocks;
    }

    /// Expected hits by block and millisecond, as of the last [#learn].
    float worth(int kind, int bucket) {
        return worth[kind * BUCKETS + bucket];
    }

    /// Works all odds out anew. Allocates nothing.
    ///
    /// @param blocksPerRequest the mean
    void learn(double blocksPerRequest) {
        double weight = PSEUDO_REQUESTS * blocksPerRequest;
        sum(0, LAST);
        oddsOfTheirOwn(ofAll, weight);
        for (int level = 0; level < LEVELS; level++) {
            int from = level * SIZES;
            sum(from, from + SIZES);
            oddsBeside(ofAll, ofLevel, weight);
            for (int kind = from; kind < from + SIZES; kind++) {
                sum(kind, kind + 1);
                oddsBeside(ofLevel, ofKind, weight);
                appraise(kind);
            }
        }
        sum(LAST, CLASSES);
        oddsOfTheirOwn(ofKind, weight);
        appraise(LAST);
    }

    private void appraise(int kind) {
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            worth[kind * BUCKETS + bucket] = (float) bestRate(ofKind, bucket);
        }
    }

    /// Adds up the counts of some classes.
    private void sum(int fromKind, int toKind) {
        Arrays.fill(again, 0);
        Arrays.fill(older, 0);
        for (int kind = fromKind; kind < toKind; kind++) {
            for (int bucket = 0; bucket < BUCKETS; bucket++) {
                again[bucket] += reused[kind * BUCKETS + bucket];
                older[bucket] += survived[kind * BUCKETS + bucket];
            }
        }
    }

    /// Odds that lean on those of the age before.
    private void oddsOfTheirOwn(double[] odds, double weight) {
        double before = FIRST_ODDS;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            odds[bucket] = odds(bucket, before, weight);
            before = odds[bucket];
        }
    }

    /// Odds that lean on those of a coarser class.
    private void oddsBeside(double[] coarser, double[] odds, double weight) {
        double ratio = ratio(coarser, weight);
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
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
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
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
        for (int bucket = from; bucket < BUCKETS && alive > FEW; bucket++) {
            double width = edges[bucket + 1] - edges[bucket];
            hits += alive * odds[bucket];
            time += alive * width * (1 - odds[bucket] / 2);
            alive *= 1 - odds[bucket];
            best = Math.max(best, hits / time);
        }
        return best;
    }
}
