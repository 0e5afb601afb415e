package dev.isobar.pool.store;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;

/// The one thread that changes a root. Nobody interrupts it, and what it does is done in the order in
/// which it was asked; callers wait for it even when they are interrupted, and stay interrupted.
final class StoreThread implements AutoCloseable {

    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final Thread thread;
    private boolean closed;

    StoreThread(String name) {
        thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
        thread.start();
    }

    /// Does something there, and waits. What it throws is thrown here.
    ///
    /// @throws IllegalStateException if the thread has ended
    <T> T call(Callable<T> task) {
        if (Thread.currentThread().equals(thread)) {
            return Waiting.run(task);
        }
        CompletableFuture<T> done = new CompletableFuture<>();
        if (!submit(
                () -> {
                    try {
                        done.complete(task.call());
                    } catch (Throwable t) {
                        done.completeExceptionally(t);
                    }
                })) {
            throw new IllegalStateException("the store is closed");
        }
        return Waiting.on(done);
    }

    /// Waits for something that is done there, even when interrupted.
    static <T> T await(CompletableFuture<T> done) {
        return Waiting.on(done);
    }

    /// Does something there, some time; what it throws is lost.
    ///
    /// @return false if the thread has ended: it will not be done
    synchronized boolean submit(Runnable task) {
        return !closed && tasks.add(task);
    }

    /// Whether memory can be read there: that of one thread cannot.
    boolean reaches(MemorySegment memory) {
        return memory.isAccessibleBy(thread);
    }

    /// Ends it when everything that was asked for is done.
    @Override
    public void close() {
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            tasks.add(() -> ended.complete(true));
        }
        Waiting.on(ended);
    }

    private void run() {
        while (true) {
            try {
                tasks.take().run();
            } catch (InterruptedException _) {
                continue;
            } catch (Throwable _) {
                continue;
            }
            synchronized (this) {
                if (closed && tasks.isEmpty()) {
                    return;
                }
            }
        }
    }

    /// Waiting that an interrupt does not end.
    private static final class Waiting {

        static <T> T on(CompletableFuture<T> done) {
            boolean interrupted = false;
            try {
                while (true) {
                    try {
                        return done.get();
                    } catch (InterruptedException _) {
                        interrupted = true;
                    } catch (ExecutionException e) {
                        throw unchecked(Objects.requireNonNull(e.getCause()));
                    }
                }
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        static <T> T run(Callable<T> task) {
            try {
                return task.call();
            } catch (Exception e) {
                throw unchecked(e);
            }
        }

        private static RuntimeException unchecked(Throwable failure) {
            switch (failure) {
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                default -> throw new IllegalStateException(failure);
            }
        }
    }
}
