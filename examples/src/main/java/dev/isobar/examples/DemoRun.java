package dev.isobar.examples;

import dev.isobar.broker.BrokerConfig;
import dev.isobar.broker.BrokerSnapshot;
import dev.isobar.examples.corpus.Corpus;
import dev.isobar.examples.host.BrokerFigures;
import dev.isobar.examples.host.DemoHost;
import dev.isobar.examples.host.DemoPlan;
import dev.isobar.examples.host.ReliefLog;
import dev.isobar.examples.host.Requests;
import dev.isobar.examples.host.SnapshotViews;
import dev.isobar.examples.host.Summary;
import dev.isobar.examples.view.DemoView;
import dev.isobar.examples.view.Screen;
import dev.isobar.examples.workload.Workers;
import java.time.Duration;
import java.time.Instant;
import java.util.function.IntSupplier;

/// One run of the demo: starts the host and the workers, shows what happens until the time is up,
/// and closes everything in good order.
///
/// *One thread only.*
final class DemoRun {

    private static final Duration REFRESH = Duration.ofMillis(250);
    private static final int WORKERS = 2;

    private final DemoHost host;
    private final DemoPlan plan;
    private final Corpus corpus;
    private final Duration total;
    private final StopSignal stop;
    private final ReliefLog reliefs = new ReliefLog();
    private final Instant startedAt = Instant.now();
    private final long startNanos = System.nanoTime();

    private DemoRun(DemoHost host, DemoPlan plan, Corpus corpus, Duration total, StopSignal stop) {
        this.host = host;
        this.plan = plan;
        this.corpus = corpus;
        this.total = total;
        this.stop = stop;
    }

    /// Starts the host; from now on the time counts.
    ///
    /// @param plan how large everything is
    /// @param corpus what is searched
    /// @param total how long to run; zero: until it is stopped
    /// @param stop ends the run early
    static DemoRun start(
            DemoPlan plan, Corpus corpus, BrokerConfig broker, Duration total, StopSignal stop) {
        return new DemoRun(DemoHost.start(plan, corpus, broker), plan, corpus, total, stop);
    }

    /// How a run ended.
    ///
    /// @param summary what it came to
    /// @param lastSnapshot what the broker saw last, before anything was closed
    record Result(Summary summary, BrokerSnapshot lastSnapshot) {}

    /// Runs to the end, and closes the host and the screen. Called once.
    ///
    /// @param warnings says how many warnings were logged
    Result run(Screen screen, IntSupplier warnings) {
        BrokerSnapshot last;
        long requests;
        long failures;
        try (screen;
                host;
                var workers = startWorkers()) {
            while (!over()) {
                show(workers, screen);
                stop.await(REFRESH);
            }
            workers.stop();
            last = show(workers, screen);
            requests = workers.turns();
            failures = workers.failures();
        }
        BrokerSnapshot closed = host.snapshot();
        reliefs.add(closed.decisions());
        return new Result(
                new Summary(
                        corpus,
                        requests,
                        failures,
                        host.caches(),
                        BrokerFigures.of(closed),
                        reliefs.byResource(),
                        warnings.getAsInt(),
                        host.leftovers()),
                last);
    }

    private Workers startWorkers() {
        return Workers.start(
                WORKERS,
                plan.requestsPerSecond(),
                Requests.of(host.service(), corpus.passages().size(), System::nanoTime));
    }

    private boolean over() {
        return stop.await(Duration.ZERO) || (!total.isZero() && elapsed().compareTo(total) >= 0);
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    private BrokerSnapshot show(Workers workers, Screen screen) {
        BrokerSnapshot snapshot = host.snapshot();
        reliefs.add(snapshot.decisions());
        var views = new SnapshotViews(snapshot, host.caches(), startedAt);
        screen.show(
                new DemoView(
                        elapsed(),
                        total,
                        workers.turns(),
                        plan.budgetBytes(),
                        views.resources(),
                        views.sources(),
                        views.decisions()));
        return snapshot;
    }
}
