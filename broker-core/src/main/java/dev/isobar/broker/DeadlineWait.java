package dev.isobar.broker;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Waits until a call is done or its time is up. Tests put their own time in its place.
interface DeadlineWait {

    /// By the clock of the machine.
    DeadlineWait REAL = (_, done, limit) -> awaitReal(done, limit);

    /// Waits.
    ///
    /// @param callee the thread that runs the call
    /// @param done completes, never exceptionally, when the call is done
    /// @return whether it is done
    boolean await(Thread callee, CompletableFuture<?> done, Duration limit);

    /// Goes on waiting when interrupted, since every wait here is short; the flag is restored.
    private static boolean awaitReal(CompletableFuture<?> done, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    done.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                    return true;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (TimeoutException e) {
                    return false;
                } catch (ExecutionException e) {
                    return true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
