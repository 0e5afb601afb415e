package dev.isobar.memory.load;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// The threads that help the callers of a loader. Platform threads: a read blocks, and would keep the
/// carrier of a virtual one.
///
/// *Safe for several threads.*
final class LaneThreads implements AutoCloseable {

    private static final long IDLE_SECONDS = 5;

    private final ThreadPoolExecutor pool;

    LaneThreads(int threads) {
        AtomicInteger numbers = new AtomicInteger();
        pool =
                new ThreadPoolExecutor(
                        threads,
                        threads,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        task ->
                                Thread.ofPlatform()
                                        .daemon()
                                        .name("isobar-load-" + numbers.incrementAndGet())
                                        .unstarted(task));
        pool.allowCoreThreadTimeOut(true);
    }

    void run(Runnable lane) {
        pool.execute(lane);
    }

    @Override
    public void close() {
        pool.shutdown();
    }
}
