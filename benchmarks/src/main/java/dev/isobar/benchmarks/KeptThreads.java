package dev.isobar.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// The threads that JMH runs benchmarks with where they take turns: they outlive the turn, as the threads of
/// a program do. Caches keep things for each thread, which those that come and go would find cold, or
/// taken by others.
public final class KeptThreads extends AbstractExecutorService {

    private static final Map<Integer, ExecutorService> KEPT = new ConcurrentHashMap<>();

    private final ExecutorService threads;

    /// As JMH calls it.
    ///
    /// @param threads how many there are
    /// @param prefix of their names
    public KeptThreads(int threads, String prefix) {
        this.threads = KEPT.computeIfAbsent(threads, count -> started(count, prefix));
    }

    private static ExecutorService started(int threads, String prefix) {
        return Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().name(prefix, 0).daemon().factory());
    }

    /// What a virtual machine is told, for JMH to use these.
    static List<String> flags() {
        return List.of(
                "-Djmh.executor=CUSTOM", "-Djmh.executor.class=" + KeptThreads.class.getName());
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(task);
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return true;
    }

    @Override
    public boolean isTerminated() {
        return true;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return true;
    }
}
