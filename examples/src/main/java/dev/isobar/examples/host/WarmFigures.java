package dev.isobar.examples.host;

import dev.isobar.examples.view.Words;
import dev.isobar.pool.store.RestoreReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a pool over a store began a run.
///
/// *Immutable.*
///
/// @param what what the pool has
/// @param restored what came back by itself
/// @param now the first minute of this run
/// @param before the first minute of the run before; null if there was none
public record WarmFigures(
        What what, RestoreReport restored, FirstMinute now, @Nullable FirstMinute before) {

    /// What a pool has on the disk.
    public enum What {
        /// Embedding vectors.
        VECTORS("vectors", "vectors'"),
        /// KV blocks.
        KV_BLOCKS("KV blocks", "KV tokens'");

        private final String plural;
        private final String whose;

        What(String plural, String whose) {
            this.plural = plural;
            this.whose = whose;
        }
    }

    /// What is said of it.
    List<String> lines() {
        return List.of(
                "%-17s %s of %s %s on disk restored, %s stale, %s corrupt, %s refused"
                        .formatted(
                                "warm start",
                                Words.count(restored.restored()),
                                Words.count(restored.listed()),
                                what.plural,
                                Words.count(restored.stale()),
                                Words.count(restored.corrupt()),
                                Words.count(restored.refused())),
                "%-17s %s hit rate %s; the run before: %s"
                        .formatted(
                                "first " + seconds(now),
                                what.whose,
                                Words.percent(now.figures().hitRate()),
                                before == null
                                        ? "none"
                                        : Words.percent(before.figures().hitRate())
                                                + (seconds(before).equals(seconds(now))
                                                        ? ""
                                                        : " in " + seconds(before))));
    }

    private static String seconds(FirstMinute minute) {
        return minute.span().toSeconds() + " s";
    }
}
