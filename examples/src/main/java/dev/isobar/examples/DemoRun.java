package dev.isobar.examples;

import dev.isobar.broker.BrokerConfig;
import dev.isobar.broker.BrokerSnapshot;
import dev.isobar.examples.corpus.Corpus;
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

    private final DemoPlan plan;
    private final Corpus corpus;
    private final Duration total;
    private final StopSignal stop;
    private final ReliefLog reliefs = new ReliefLog();
    private final Instant startedAt = Instant.now();
    private final long startNanos = System.nanoTime();

    /// @param plan how large everything is
    /// @param corpus what is searched
    /// @param total how long to run; zero: until it is stopped
    /// @param stop ends the run early
    DemoRun(DemoPlan plan, Corpus corpus, Duration total, StopSignal stop) {
        this.plan = plan;
        this.corpus = corpus;
        this.total = total;
        this.stop = stop;
    }

    /// How a run ended.
    ///
    /// @param summary what it came to
    /// @param lastSnapshot what the broker saw last, before anything was closed
    record Result(Summary summary, BrokerSnapshot lastSnapshot) {}

    /// Runs to the end.
    ///
    /// @param warnings says how many warnings were logged
    Result run(BrokerConfig brokerConfig, Screen screen, IntSupplier warnings) {
        DemoHost host = DemoHost.start(plan, corpus, brokerConfig);
        BrokerSnapshot last;
        long requests;
        long failures;
        try (screen;
                host;
                var workers = startWorkers(host)) {
            while (!over()) {
                show(host, workers, screen);
                stop.await(REFRESH);
            }
            workers.close();
            last = show(host, workers, screen);
            requests = workers.turns();
            failures = workers.failures();
        }
        reliefs.add(host.snapshot().decisions());
        return new Result(
                new Summary(
                        corpus,
                        requests,
                        failures,
                        host.caches(),
                        reliefs.byResource(),
                        warnings.getAsInt(),
                        host.leftovers()),
                last);
    }

    private Workers startWorkers(DemoHost host) {
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

    private BrokerSnapshot show(DemoHost host, Workers workers, Screen screen) {
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
