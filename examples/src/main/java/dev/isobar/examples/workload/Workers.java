package dev.isobar.examples.workload;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;

/// Threads that each do one thing again and again at a steady pace, until they are closed.
///
/// A turn that throws is counted, and the first one is logged; the worker goes on.
///
/// *Safe for several threads.*
public final class Workers implements AutoCloseable {

    private static final Logger LOG = System.getLogger(Workers.class.getName());
    private static final long PATIENCE_MILLIS = TimeUnit.SECONDS.toMillis(10);

    private final List<Thread> threads = new ArrayList<>();
    private final LongAdder turns = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private volatile boolean stopping;

    private Workers() {}

    /// Starts workers.
    ///
    /// @param count how many; at least 1
    /// @param turnsPerSecond of all of them together; more than 0
    /// @param turns gives each worker, by its number from 0, what it does in a turn
    public static Workers start(int count, double turnsPerSecond, IntFunction<Runnable> turns) {
        var workers = new Workers();
        for (int i = 0; i < count; i++) {
            Runnable turn = turns.apply(i);
            Pace pace = Pace.of(turnsPerSecond / count);
            workers.threads.add(
                    Thread.ofPlatform()
                            .name("demo-worker-" + i)
                            .daemon()
                            .start(() -> workers.work(turn, pace)));
        }
        return workers;
    }

    /// Turns that went well.
    public long turns() {
        return turns.sum();
    }

    /// Turns that threw.
    public long failures() {
        return failures.sum();
    }

    /// Asks all workers to stop, and waits until their last turns are over. Idempotent.
    @Override
    public void close() {
        stopping = true;
        threads.forEach(Thread::interrupt);
        for (Thread thread : threads) {
            try {
                thread.join(PATIENCE_MILLIS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void work(Runnable turn, Pace pace) {
        while (!stopping) {
            pace.awaitTurn();
            if (!stopping) {
                takeTurn(turn);
            }
        }
    }

    private void takeTurn(Runnable turn) {
        try {
            turn.run();
            turns.increment();
        } catch (RuntimeException e) {
            if (!stopping) {
                failed(e);
            }
        }
    }

    private void failed(RuntimeException e) {
        if (failures.sum() == 0) {
            LOG.log(Level.WARNING, "a request failed; further ones are only counted", e);
        }
        failures.increment();
    }
}
