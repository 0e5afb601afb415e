package dev.isobar.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class BriefLockTest {

    private static final int NEVER_SLEEP = Integer.MAX_VALUE;

    /// Much more than a thread needs to begin and find the lock taken.
    private static final long SPUN_NANOS = Duration.ofMillis(50).toNanos();

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicReference<Thread> waiter = new AtomicReference<>();
    private int counted;

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, BriefLock.TRIES})
    void lock_letsInOneAtATime(int tries) throws Exception {
        BriefLock lock = new BriefLock(tries);
        Callable<Void> count =
                () -> {
                    for (int i = 0; i < 20_000; i++) {
                        lock.lock();
                        counted++;
                        lock.unlock();
                    }
                    return null;
                };
        for (Future<Void> each : threads.invokeAll(List.of(count, count, count))) {
            each.get();
        }
        assertThat(counted).isEqualTo(60_000);
        assertThat(lock.isLocked()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, BriefLock.TRIES})
    void lock_heldForLong_letsTheWaiterSleep_andWakesIt(int tries) throws Exception {
        BriefLock lock = new BriefLock(tries);
        lock.lock();
        Future<Boolean> had = waits(lock::lock, lock);
        await(lock);
        lock.unlock();
        assertThat(had.get()).isTrue();
    }

    /// A thread that slept would never have been at work for so long.
    @Test
    void lock_heldBriefly_isHadWithoutSleeping() throws Exception {
        BriefLock lock = new BriefLock(NEVER_SLEEP);
        lock.lock();
        Future<Boolean> had = waits(lock::lock, lock);
        until(() -> waiter.get() != null && worked(waiter.get()) >= SPUN_NANOS);
        assertThat(lock.hasQueuedThreads()).isFalse();
        lock.unlock();
        assertThat(had.get()).isTrue();
    }

    @Test
    void lock_isHadAgainByItsHolder() {
        BriefLock lock = new BriefLock();
        lock.lock();
        lock.lock();
        assertThat(lock.getHoldCount()).isEqualTo(2);
    }

    @Test
    void lockInterruptibly_asleep_isInterrupted() throws Exception {
        BriefLock lock = new BriefLock();
        lock.lock();
        Future<Boolean> had = waits(lock::lockInterruptibly, lock);
        await(lock);
        waiter.get().interrupt();
        assertThatThrownBy(had::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(lock.hasQueuedThreads()).isFalse();
    }

    @Test
    void lockInterruptibly_interruptedBefore_doesNotTakeAFreeLock() {
        BriefLock lock = new BriefLock();
        Thread.currentThread().interrupt();
        assertThatThrownBy(lock::lockInterruptibly).isInstanceOf(InterruptedException.class);
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    void condition_letsTheLockGo_andHasItBackAfterwards() throws Exception {
        BriefLock lock = new BriefLock();
        Condition changed = lock.newCondition();
        Future<Boolean> had =
                waits(
                        () -> {
                            lock.lockInterruptibly();
                            while (counted == 0) {
                                changed.await();
                            }
                        },
                        lock);
        boolean told = false;
        while (!told) {
            lock.lock();
            told = lock.hasWaiters(changed);
            counted = told ? 1 : 0;
            changed.signalAll();
            lock.unlock();
        }
        assertThat(had.get()).isTrue();
    }

    private interface Wait {
        void untilHad() throws InterruptedException;
    }

    /// Another thread that waits for the lock, and lets it go; whether it had it.
    private Future<Boolean> waits(Wait wait, BriefLock lock) {
        return threads.submit(() -> {
            waiter.set(Thread.currentThread());
            wait.untilHad();
            boolean had = lock.isHeldByCurrentThread();
            lock.unlock();
            return had;
        });
    }

    private static long worked(Thread thread) {
        return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.threadId());
    }

    private static void await(BriefLock lock) throws InterruptedException {
        until(lock::hasQueuedThreads);
    }

    private static void until(BooleanSupplier done) throws InterruptedException {
        while (!done.getAsBoolean()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("the time is up");
            }
            Thread.onSpinWait();
        }
    }
}
