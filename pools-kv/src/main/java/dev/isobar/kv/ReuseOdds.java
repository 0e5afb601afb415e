package dev.isobar.kv;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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

    /// Works all odds out anew.
    ///
    /// @param blocksPerRequest the mean
    void learn(double blocksPerRequest) {
        double weight = PSEUDO_REQUESTS * blocksPerRequest;
        double[] all = odds(sum(reused, 0, LAST), sum(survived, 0, LAST), null, weight);
        for (int level = 0; level < LEVELS; level++) {
            int from = level * SIZES;
            double[] again = sum(reused, from, from + SIZES);
            double[] older = sum(survived, from, from + SIZES);
            double[] ofLevel = odds(again, older, all, weight);
            for (int kind = from; kind < from + SIZES; kind++) {
                learn(kind, ofLevel, weight);
            }
        }
        learn(LAST, null, weight);
    }

    private void learn(int kind, double @Nullable [] coarser, double weight) {
        double[] odds =
                odds(sum(reused, kind, kind + 1), sum(survived, kind, kind + 1), coarser, weight);
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            worth[kind * BUCKETS + bucket] = (float) bestRate(odds, bucket);
        }
    }

    private static double[] sum(double[] counts, int fromKind, int toKind) {
        double[] sum = Arrays.copyOfRange(counts, fromKind * BUCKETS, (fromKind + 1) * BUCKETS);
        for (int kind = fromKind + 1; kind < toKind; kind++) {
            for (int bucket = 0; bucket < BUCKETS; bucket++) {
                sum[bucket] += counts[kind * BUCKETS + bucket];
            }
        }
        return sum;
    }

    private static double[] odds(
            double[] again, double[] older, double @Nullable [] coarser, double weight) {
        double ratio = coarser == null ? 1 : ratio(again, older, coarser, weight);
        double[] odds = new double[BUCKETS];
        double before = FIRST_ODDS;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            double prior = coarser == null ? before : Math.min(MOST_ODDS, ratio * coarser[bucket]);
            double seen = again[bucket] + older[bucket];
            odds[bucket] = (again[bucket] + weight * prior) / (seen + weight);
            before = odds[bucket];
        }
        return odds;
    }

    private static double ratio(double[] again, double[] older, double[] coarser, double weight) {
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
