package dev.isobar.examples;

import dev.isobar.broker.BrokerConfig;
import dev.isobar.broker.BrokerSnapshot;
import dev.isobar.examples.chat.ChatFigures;
import dev.isobar.examples.chat.ChatPlan;
import dev.isobar.examples.chat.ChatWork;
import dev.isobar.examples.host.BrokerFigures;
import dev.isobar.examples.host.DemoHost;
import dev.isobar.examples.host.DemoInput;
import dev.isobar.examples.host.DemoPlan;
import dev.isobar.examples.host.ReliefLog;
import dev.isobar.examples.host.Requests;
import dev.isobar.examples.host.SnapshotViews;
import dev.isobar.examples.host.Summary;
import dev.isobar.examples.view.DemoView;
import dev.isobar.examples.view.Screen;
import dev.isobar.examples.workload.Workers;
import dev.isobar.pool.store.StoreConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.function.IntSupplier;

/// One run of the demo: starts the host and the workers, shows what happens until the time is up,
/// and closes everything in good order.
///
/// *One thread only.*
final class DemoRun {

    private static final Duration REFRESH = Duration.ofMillis(250);
    private static final int SEARCHERS = 2;

    private final DemoHost host;
    private final DemoPlan plan;
    private final DemoInput input;
    private final Duration total;
    private final StopSignal stop;
    private final ReliefLog reliefs = new ReliefLog();
    private final Instant startedAt = Instant.now();
    private final long startNanos = System.nanoTime();

    private DemoRun(
            DemoHost host, DemoPlan plan, DemoInput input, Duration total, StopSignal stop) {
        this.host = host;
        this.plan = plan;
        this.input = input;
        this.total = total;
        this.stop = stop;
    }

    /// Starts the host; from now on the time counts.
    ///
    /// @param plan how large everything is
    /// @param input what it works on
    /// @param store where vectors and KV blocks outlive the run; without a root, nowhere
    /// @param total how long to run; zero: until it is stopped
    /// @param stop ends the run early
    static DemoRun start(
            DemoPlan plan,
            DemoInput input,
            BrokerConfig broker,
            StoreConfig store,
            Duration total,
            StopSignal stop) {
        return new DemoRun(DemoHost.start(plan, input, broker, store), plan, input, total, stop);
    }

    /// How a run ended.
    ///
    /// @param summary what it came to
    /// @param lastSnapshot what the broker saw last, before anything was closed
    /// @param lastChats what conversations had come to then
    record Result(Summary summary, BrokerSnapshot lastSnapshot, ChatFigures lastChats) {}

    /// Runs to the end, and closes the host and the screen. Called once.
    ///
    /// @param warnings says how many warnings were logged
    Result run(Screen screen, IntSupplier warnings) {
        BrokerSnapshot last;
        ChatFigures lastChats;
        long searches;
        long failures;
        try (screen;
                host;
                var searchers = startSearchers();
                var talkers = startTalkers()) {
            while (!over()) {
                show(searchers, screen);
                stop.await(REFRESH);
            }
            talkers.stop();
            searchers.stop();
            last = show(searchers, screen);
            lastChats = host.chats();
            searches = searchers.turns();
            failures = searchers.failures() + talkers.failures();
        }
        BrokerSnapshot closed = host.snapshot();
        reliefs.add(closed.decisions());
        return new Result(
                new Summary(
                        input,
                        searches,
                        host.chats(),
                        failures,
                        host.caches(),
                        BrokerFigures.of(closed),
                        reliefs.byResource(),
                        warnings.getAsInt(),
                        host.leftovers(),
                        host.warm()),
                last,
                lastChats);
    }

    private Workers startSearchers() {
        int passages = input.corpus().passages().size();
        return Workers.start(
                SEARCHERS,
                plan.requestsPerSecond(),
                Requests.of(host.search(), passages, System::nanoTime));
    }

    private Workers startTalkers() {
        return Workers.start(
                ChatPlan.WORKERS, input.chatsPerSecond(), ChatWork.of(host.chat(), input.chats()));
    }

    private boolean over() {
        return stop.await(Duration.ZERO) || (!total.isZero() && elapsed().compareTo(total) >= 0);
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    private BrokerSnapshot show(Workers searchers, Screen screen) {
        BrokerSnapshot snapshot = host.snapshot();
        reliefs.add(snapshot.decisions());
        ChatFigures chats = host.chats();
        var views = new SnapshotViews(snapshot, host.caches(), startedAt);
        screen.show(
                new DemoView(
                        elapsed(),
                        total,
                        searchers.turns(),
                        chats.answered(),
                        plan.budgetBytes(),
                        views.resources(),
                        views.sources(),
                        SnapshotViews.admission(chats.admission()),
                        views.decisions()));
        return snapshot;
    }
}
