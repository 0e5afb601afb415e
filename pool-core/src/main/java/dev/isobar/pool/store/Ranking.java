package dev.isobar.pool.store;

import java.util.Comparator;

/// Which entry of a key is the one to start from. Strict total orders: of two entries one is always
/// the better, and better than better is better.
final class Ranking {

    /// Decides between entries of one generation, which only a damaged root can have.
    private static final Comparator<EntryInfo> BY_NAME =
            Comparator.comparing(EntryInfo::run).thenComparing(EntryInfo::role);

    private Ranking() {}

    /// Newest first.
    static Comparator<EntryInfo> newest() {
        return Comparator.comparingLong(EntryInfo::generation).reversed().thenComparing(BY_NAME);
    }

    /// Results before checkpoints. Of results the newest; of checkpoints the one with the best score,
    /// any score being better than none, and the newest of equals.
    static Comparator<EntryInfo> best(ScoreOrder order) {
        Comparator<EntryInfo> checkpoints =
                Comparator.comparing((EntryInfo each) -> each.score().isEmpty())
                        .thenComparing((one, other) -> byScore(order, one, other))
                        .thenComparing(newest());
        return Comparator.comparing((EntryInfo each) -> each.role() != Role.FINAL)
                .thenComparing((one, other) ->
                        one.role() == Role.FINAL
                                ? newest().compare(one, other)
                                : checkpoints.compare(one, other));
    }

    private static int byScore(ScoreOrder order, EntryInfo one, EntryInfo other) {
        return one.score().isEmpty()
                ? 0
                : order.compare(one.score().getAsDouble(), other.score().getAsDouble());
    }
}
