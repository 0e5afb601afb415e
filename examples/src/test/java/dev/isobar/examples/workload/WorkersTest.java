package dev.isobar.examples.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WorkersTest {

    private static final double FAST = 10_000;

    @Test
    void start_twoWorkers_eachTakesItsTurns() throws InterruptedException {
        Set<Integer> seen = ConcurrentHashMap.newKeySet();
        var both = new CountDownLatch(2);

        try (var workers =
                Workers.start(
                        2,
                        FAST,
                        worker ->
                                () -> {
                                    if (seen.add(worker)) {
                                        both.countDown();
                                    }
                                })) {
            assertThat(both.await(20, TimeUnit.SECONDS)).isTrue();
            Awaitility.await().until(() -> workers.turns() >= 2);
            assertThat(workers.failures()).isZero();
        }
    }

    @Test
    void start_turnThatThrows_isCountedAndTheWorkerGoesOn() {
        Logger log = Logger.getLogger(Workers.class.getName());
        log.setLevel(Level.OFF);
        try (var workers = Workers.start(1, FAST, _ -> WorkersTest::fail)) {
            Awaitility.await().until(() -> workers.failures() >= 3);
            assertThat(workers.turns()).isZero();
        } finally {
            log.setLevel(null);
        }
    }

    @Test
    void close_workerThatWaits_endsItsThread() {
        var started = new CountDownLatch(1);
        var threads = ConcurrentHashMap.<Thread>newKeySet();

        var workers =
                Workers.start(
                        1,
                        0.001,
                        _ ->
                                () -> {
                                    threads.add(Thread.currentThread());
                                    started.countDown();
                                });
        Awaitility.await().until(() -> started.getCount() == 0);
        workers.close();
        workers.close();

        assertThat(threads).singleElement().matches(thread -> !thread.isAlive());
    }

    private static void fail() {
        throw new IllegalStateException("on purpose");
    }
}
