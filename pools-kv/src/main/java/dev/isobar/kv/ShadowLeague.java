package dev.isobar.kv;

import java.util.List;

/// Which of several shadows has found most lately.
///
/// Hits are counted with a half-life, in blocks asked for. The leader changes when another has more than
/// {@value #MARGIN} times its score, so that two that are as good do not take turns.
///
/// *Guarded by caller.*
final class ShadowLeague {

    /// By how much another has to be better: {@value}.
    static final double MARGIN = 1.01;

    private static final double HALF_LIFE_CAPACITIES = 8;
    private static final double LEAST_HALF_LIFE_BLOCKS = 32_768;

    private final List<ShadowOrder> shadows;
    private final double[] scores;
    private final double halfLife;
    private int leader;

    /// @param shadows the first leads at the beginning
    /// @param capacity how many blocks the cache holds
    /// @param share of all blocks that are followed
    ShadowLeague(List<ShadowOrder> shadows, int capacity, double share) {
        this.shadows = List.copyOf(shadows);
        this.scores = new double[shadows.size()];
        this.halfLife = share * Math.max(LEAST_HALF_LIFE_BLOCKS, HALF_LIFE_CAPACITIES * capacity);
    }

    /// The place of the shadow that leads, from 0.
    int leader() {
        return leader;
    }

    /// Counts what each would have found, before the request changes what they hold.
    void count(ShadowPath path) {
        double decay = Math.pow(0.5, path.length() / halfLife);
        for (int i = 0; i < scores.length; i++) {
            scores[i] = scores[i] * decay + shadows.get(i).hits(path);
        }
    }

    /// Lets the best lead, if it is better enough.
    ///
    /// @return whether the leader has changed
    boolean elect() {
        int best = leader;
        for (int i = 0; i < scores.length; i++) {
            best = scores[i] > scores[best] ? i : best;
        }
        if (scores[best] <= MARGIN * scores[leader]) {
            return false;
        }
        leader = best;
        return true;
    }
}
