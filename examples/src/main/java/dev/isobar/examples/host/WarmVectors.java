package dev.isobar.examples.host;

import dev.isobar.embedding.EmbeddingPool;
import dev.isobar.embedding.EmbeddingStats;
import dev.isobar.pool.store.RestoreReport;
import dev.isobar.pool.store.WarmStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The embedding pool over a store: restores it while the service runs already, and measures how warm
/// it began.
///
/// *Safe for several threads*; ended once.
final class WarmVectors {

    private final WarmStore store;
    private final EmbeddingPool pool;
    private final @Nullable FirstMinute before;
    private final AtomicBoolean ending = new AtomicBoolean();
    private final CompletableFuture<RestoreReport> restored;
    private volatile @Nullable FirstMinute now;

    WarmVectors(WarmStore store, EmbeddingPool pool) {
        this.store = store;
        this.pool = pool;
        this.before = FirstMinute.last(store).orElse(null);
        this.restored =
                CompletableFuture.supplyAsync(
                        () -> pool.restore(ending::get),
                        task -> Thread.ofPlatform().name("demo-restore").start(task));
    }

    /// Notes the first minute when it is over.
    void looked(Duration elapsed) {
        if (now == null && elapsed.compareTo(FirstMinute.LONGEST) >= 0) {
            note(FirstMinute.LONGEST);
        }
    }

    private void note(Duration span) {
        FirstMinute noted = new FirstMinute(span, figures(pool.stats()));
        noted.keep(store);
        now = noted;
    }

    /// Ends the restore, and notes the run if it was shorter than a minute; before the pool closes.
    void end(Duration elapsed) {
        ending.set(true);
        restored.join();
        if (now == null) {
            note(elapsed.compareTo(FirstMinute.LONGEST) < 0 ? elapsed : FirstMinute.LONGEST);
        }
    }

    /// How the run began, once its restore is over; null until the first minute is.
    @Nullable WarmFigures figures() {
        FirstMinute noted = now;
        return noted == null ? null : new WarmFigures(restored.join(), noted, before);
    }

    /// A vector that came from the disk was not embedded again: here it is a hit.
    static CacheFigures figures(EmbeddingStats stats) {
        long hits = stats.hits() + stats.recalled();
        return new CacheFigures(hits + stats.misses() + stats.shared(), hits, stats.evictions());
    }
}
