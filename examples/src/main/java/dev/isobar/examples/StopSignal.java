package dev.isobar.examples;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Lets Ctrl-C end a run in good order: the process waits until the run says that it is over.
///
/// *Safe for several threads.*
final class StopSignal implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stopAndWait, "isobar-stop");

    /// A signal that Ctrl-C, or a polite kill, gives.
    static StopSignal onShutdown() {
        var signal = new StopSignal();
        Runtime.getRuntime().addShutdownHook(signal.hook);
        return signal;
    }

    /// Asks the run to end.
    void stop() {
        stop.countDown();
    }

    /// Waits for the signal.
    ///
    /// @return whether it was given within `time`
    boolean await(Duration time) {
        try {
            return stop.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /// The run is over: the process may end.
    @Override
    public void close() {
        over.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The hook runs already, and has just been told.
        }
    }

    private void stopAndWait() {
        stop();
        try {
            boolean ended = over.await(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
            if (!ended) {
                System.err.println("isobar: the run did not end in time");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
