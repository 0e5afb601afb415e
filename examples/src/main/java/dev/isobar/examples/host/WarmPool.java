package dev.isobar.examples.host;

import dev.isobar.pool.store.RestoreReport;
import dev.isobar.pool.store.WarmStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A pool over a store: restores it while the service runs already, and measures how warm it began.
///
/// *Safe for several threads*; ended once.
final class WarmPool {

    private final WarmStore store;
    private final WarmFigures.What what;
    private final Supplier<CacheFigures> counts;
    private final @Nullable FirstMinute before;
    private final AtomicBoolean ending = new AtomicBoolean();
    private final CompletableFuture<RestoreReport> restored;
    private volatile @Nullable FirstMinute now;

    /// Begins to restore.
    ///
    /// @param counts what the pool has counted so far
    /// @param restore brings back what is on the disk, until it is told to stop
    WarmPool(
            WarmStore store,
            WarmFigures.What what,
            Supplier<CacheFigures> counts,
            Function<BooleanSupplier, RestoreReport> restore) {
        this.store = store;
        this.what = what;
        this.counts = counts;
        this.before = FirstMinute.last(store, what).orElse(null);
        this.restored =
                CompletableFuture.supplyAsync(
                        () -> restore.apply(ending::get),
                        task -> Thread.ofPlatform().name("demo-restore " + what).start(task));
    }

    /// Notes the first minute when it is over.
    void looked(Duration elapsed) {
        if (now == null && elapsed.compareTo(FirstMinute.LONGEST) >= 0) {
            note(FirstMinute.LONGEST);
        }
    }

    private void note(Duration span) {
        FirstMinute noted = new FirstMinute(span, counts.get());
        noted.keep(store, what);
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
        return noted == null ? null : new WarmFigures(what, restored.join(), noted, before);
    }
}
