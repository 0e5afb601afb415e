package dev.isobar.pool;

import java.util.List;

/// One way to choose victims, as settings of one rule: [AdaptiveOrder] says how they act.
///
/// @param name for people
/// @param growth how the worth of an entry grows with its uses
/// @param windowShare the part of the pool that newcomers pass first; at 0 they go into the main part
///     at once
/// @param trial how a newcomer gets from there into the main part
/// @param factor how many times as much a newcomer must promise as the victim in whose place it wants
/// @param pass one in so many newcomers needs no promise; 0: none
record AdaptiveRule(
        String name, Growth growth, double windowShare, Trial trial, double factor, int pass) {

    /// How the worth of an entry grows with its uses since it came into the main part.
    enum Growth {
        USES,
        ROOT,
        NONE
    }

    /// What a newcomer has to show.
    enum Trial {
        /// Nothing.
        NONE,
        /// That it is asked for more often, for its worth per byte, than the victim.
        CONTEST,
        /// That it was used in the window, or again soon after it had to leave it.
        SECOND_USE
    }

    /// Newcomers prove themselves by a second use: a tenth of the pool and a memory of those that left
    /// it, as in S3-FIFO. Does well on most traces, best on few.
    static final AdaptiveRule SECOND_USE =
            new AdaptiveRule("second-use", Growth.ROOT, 0.10, Trial.SECOND_USE, 1, 0);

    /// Greedy-dual-size-frequency.
    static final AdaptiveRule GREEDY = new AdaptiveRule("greedy", Growth.USES, 0, Trial.NONE, 1, 0);

    /// All rules there are to choose from. A contest at factor 1 is that of W-TinyLFU. Factor 2 keeps
    /// a part of a loop that is larger than the pool: halving the sketch makes keys of one frequency
    /// differ by up to that factor. One in 64 passes all the same, as in bimodal insertion, lest the
    /// pool freezes. Without a trial, the worth of uses goes from all ([#GREEDY]) to none (LRU).
    static final List<AdaptiveRule> ALL =
            List.of(
                    SECOND_USE,
                    new AdaptiveRule("loop", Growth.USES, 0.01, Trial.CONTEST, 2, 64),
                    new AdaptiveRule("contest", Growth.USES, 0.01, Trial.CONTEST, 1, 0),
                    new AdaptiveRule("contest-root", Growth.ROOT, 0.05, Trial.CONTEST, 1, 0),
                    GREEDY,
                    new AdaptiveRule("greedy-root", Growth.ROOT, 0, Trial.NONE, 1, 0),
                    new AdaptiveRule("recency", Growth.NONE, 0, Trial.NONE, 1, 0));

    private static final int MAX_USES = 15;
    private static final double[] ROOTS = new double[MAX_USES + 1];

    static {
        for (int i = 0; i < ROOTS.length; i++) {
            ROOTS[i] = Math.sqrt(i);
        }
    }

    /// The worth, in terms of the first use, of so many uses.
    double weight(int uses) {
        int counted = Math.clamp(uses, 1, MAX_USES);
        return switch (growth) {
            case USES -> counted;
            case ROOT -> ROOTS[counted];
            case NONE -> 1;
        };
    }

    boolean windowed() {
        return trial != Trial.NONE;
    }

    /// The bytes that the window is to have. At least those of a large newcomer: otherwise each would
    /// cost proven entries their place before it has proved anything.
    double windowBytes(double limitBytes, double largeBytes) {
        return windowed() ? Math.max(largeBytes, windowShare * limitBytes) : 0;
    }
}
