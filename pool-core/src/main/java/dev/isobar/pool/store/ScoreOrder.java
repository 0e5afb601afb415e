package dev.isobar.pool.store;

/// Which of two scores is better.
public enum ScoreOrder {
    /// As with a loss.
    LOWER_IS_BETTER,
    /// As with a hit rate.
    HIGHER_IS_BETTER;

    /// Negative if the first is better. Scores are finite: a total order.
    int compare(double one, double other) {
        int ascending = Double.compare(one, other);
        return this == LOWER_IS_BETTER ? ascending : -ascending;
    }

    /// Whether a score is better than another by more than a share of the other.
    ///
    /// @param gain the share; at least 0
    boolean improves(double score, double on, double gain) {
        double by = this == LOWER_IS_BETTER ? on - score : score - on;
        return by > gain * Math.abs(on);
    }
}
