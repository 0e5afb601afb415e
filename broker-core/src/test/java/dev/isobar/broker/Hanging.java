package dev.isobar.broker;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Calls that hang, without waiting for a deadline: whoever calls [#hang()] hangs until
/// [#release()], and who waits for it finds its time up, by the manual clock, as soon as it hangs.
final class Hanging implements DeadlineWait {

    private final ManualClock clock;
    private final Map<Thread, CompletableFuture<Void>> hangs = new ConcurrentHashMap<>();
    private volatile CountDownLatch release = new CountDownLatch(1);

    Hanging(ManualClock clock) {
        this.clock = clock;
    }

    /// Ignores interruption, as bad code does.
    void hang() {
        CountDownLatch end = release;
        hangOf(Thread.currentThread()).complete(null);
        boolean done = false;
        while (!done) {
            try {
                end.await();
                done = true;
            } catch (InterruptedException _) {
                // hangs on
            }
        }
    }

    /// All that hang come back; later ones hang again.
    void release() {
        CountDownLatch end = release;
        release = new CountDownLatch(1);
        end.countDown();
    }

    @Override
    public boolean await(Thread callee, CompletableFuture<?> done, Duration limit) {
        CompletableFuture<Void> hangs = hangOf(callee);
        CompletableFuture.anyOf(done, hangs).orTimeout(30, TimeUnit.SECONDS).join();
        if (done.isDone()) {
            return true;
        }
        clock.advance(limit);
        return false;
    }

    private CompletableFuture<Void> hangOf(Thread thread) {
        return hangs.computeIfAbsent(thread, _ -> new CompletableFuture<>());
    }
}
