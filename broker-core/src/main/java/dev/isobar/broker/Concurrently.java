package dev.isobar.broker;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/// Runs several pieces of our own work at the same time.
final class Concurrently {

    private Concurrently() {}

    /// Runs them all, each on a virtual thread, and waits for all; a single one runs here.
    ///
    /// @return their results, in the same order
    static <T> List<T> all(List<Supplier<T>> work) {
        if (work.size() == 1) {
            return List.of(work.getFirst().get());
        }
        List<CompletableFuture<T>> running =
                work.stream()
                        .map(one -> CompletableFuture.supplyAsync(one, Concurrently::start))
                        .toList();
        return running.stream().map(CompletableFuture::join).toList();
    }

    private static void start(Runnable task) {
        Thread.ofVirtual().name("isobar-broker: pass").start(task);
    }
}
