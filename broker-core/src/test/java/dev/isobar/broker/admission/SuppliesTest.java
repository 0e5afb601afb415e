package dev.isobar.broker.admission;

import static dev.isobar.broker.admission.Fixture.granted;
import static dev.isobar.broker.admission.Fixture.waits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isobar.broker.Resource;
import dev.isobar.broker.admission.AdmissionAnswer.Cancelled;
import dev.isobar.broker.admission.AdmissionAnswer.Granted;
import dev.isobar.broker.admission.AdmissionAnswer.Impossible;
import dev.isobar.broker.admission.AdmissionAnswer.Overloaded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// Supplies that somebody else knows, threads, and foreign code that misbehaves.
class SuppliesTest {

    private final AtomicLong free = new AtomicLong(100);
    private final AtomicLong capacity = new AtomicLong(100);
    private final Supply bytes =
            Supply.measured(Resource.device(0), "bytes", capacity::get, free::get);
    private final Admission admission = Admission.of(AdmissionConfig.of("kv"), bytes);

    @Test
    void measured_whatIsGrantedAndNotUsedYet_isNotGrantedTwice() {
        Grant grant = granted(admission.tryAdmit(request(60)));
        assertThat(admission.tryAdmit(request(41))).isInstanceOf(Overloaded.class);
        free.addAndGet(-60);
        grant.used(bytes, 60);
        assertThat(admission.tryAdmit(request(41))).isInstanceOf(Overloaded.class);
        granted(admission.tryAdmit(request(40)));
    }

    @Test
    void measured_partlyUsed_holdsBackTheRest() {
        Grant grant = granted(admission.tryAdmit(request(60)));
        free.addAndGet(-20);
        grant.used(bytes, 20);
        assertThat(available()).isEqualTo(40);
        grant.close();
        assertThat(available()).isEqualTo(80);
    }

    @Test
    void measured_usedMoreThanGranted_countsAsGranted() {
        Grant grant = granted(admission.tryAdmit(request(60)));
        free.addAndGet(-70);
        grant.used(bytes, 70);
        assertThat(available()).isEqualTo(30);
        grant.shrink(Claim.of(bytes, 50));
        grant.close();
        assertThat(available()).isEqualTo(30);
    }

    @Test
    void reconsider_admitsWhoWaits() {
        free.set(10);
        Ticket waiting = admission.submit(request(60));
        free.set(60);
        assertThat(waits(waiting)).isTrue();
        admission.reconsider();
        granted(waiting).close();
    }

    @Test
    void capacityShrinks_whoCanNeverBeGrantedIsToldSo() {
        free.set(0);
        Ticket waiting = admission.submit(request(60));
        capacity.set(50);
        admission.reconsider();
        assertThat(waiting.now().orElseThrow()).isInstanceOf(Impossible.class);
    }

    @Test
    void counted_capacityBelowWhatIsGranted_grantsNothingMore() {
        var supply = Supply.counted(Resource.device(0), "blocks", capacity::get);
        try (var counted = Admission.of(AdmissionConfig.of("kv"), supply)) {
            Grant grant = granted(counted.tryAdmit(AdmissionRequest.of("a", Claim.of(supply, 80))));
            capacity.set(50);
            assertThat(counted.snapshot().supplies().getFirst().available()).isEqualTo(-30);
            assertThat(counted.tryAdmit(AdmissionRequest.of("b", Claim.of(supply, 1))))
                    .isInstanceOf(Overloaded.class);
            grant.close();
            granted(counted.tryAdmit(AdmissionRequest.of("b", Claim.of(supply, 50))));
        }
    }

    /// The change comes after the supply was asked and before the request is in the queue: nobody else
    /// will ever say so again.
    @Test
    void changeWhileAsking_isNotLost() {
        var first = new AtomicReference<Runnable>();
        var supply =
                Supply.measured(
                        Resource.device(0),
                        "bytes",
                        () -> 100,
                        () -> {
                            long seen = free.get();
                            Runnable change = first.getAndSet(null);
                            if (change != null) {
                                change.run();
                            }
                            return seen;
                        });
        try (var racing = Admission.of(AdmissionConfig.of("kv"), supply)) {
            free.set(0);
            first.set(() -> {
                free.set(100);
                racing.reconsider();
            });
            granted(racing.submit(AdmissionRequest.of("a", Claim.of(supply, 100))));
        }
    }

    /// Units are granted and taken while another request has its answer from before.
    @Test
    void unitsTakenWhileAsking_areNotGrantedTwice() {
        var first = new AtomicReference<Runnable>();
        var supply =
                Supply.measured(
                        Resource.device(0),
                        "bytes",
                        () -> 100,
                        () -> {
                            long seen = free.get();
                            Runnable change = first.getAndSet(null);
                            if (change != null) {
                                change.run();
                            }
                            return seen;
                        });
        try (var racing = Admission.of(AdmissionConfig.of("kv"), supply)) {
            first.set(() -> {
                var other = AdmissionRequest.of("other", Claim.of(supply, 60));
                Grant grant = granted(racing.tryAdmit(other));
                free.addAndGet(-60);
                grant.used(supply, 60);
            });
            assertThat(racing.tryAdmit(AdmissionRequest.of("a", Claim.of(supply, 60))))
                    .isInstanceOf(Overloaded.class);
        }
    }

    @Test
    void supplierThrows_nothingIsGranted_andItRecovers() {
        var broken = new AtomicReference<RuntimeException>(new IllegalStateException("poisoned"));
        var supply =
                Supply.measured(
                        Resource.device(0),
                        "bytes",
                        () -> 100,
                        () -> {
                            RuntimeException failure = broken.get();
                            if (failure != null) {
                                throw failure;
                            }
                            return 100;
                        });
        var lanes = Supply.counted(Resource.custom("engine"), "lanes", 1);
        try (var poisoned = Admission.of(AdmissionConfig.of("kv"), supply, lanes)) {
            Ticket waiting = poisoned.submit(AdmissionRequest.of("a", Claim.of(supply, 1)));
            assertThat(waits(waiting)).isTrue();
            granted(poisoned.tryAdmit(AdmissionRequest.of("b", Claim.of(lanes, 1)))).close();
            assertThat(poisoned.snapshot().totals().supplyFailures()).isPositive();
            broken.set(null);
            poisoned.reconsider();
            granted(waiting).close();
        }
    }

    @Test
    void capacityNegative_isNoImpossibility() {
        capacity.set(-1);
        Ticket waiting = admission.submit(request(1));
        assertThat(waits(waiting)).isTrue();
        capacity.set(100);
        admission.reconsider();
        granted(waiting).close();
    }

    /// A supplier that hangs holds up the one who asks, and nobody else.
    @Test
    void supplierHangs_othersGoOn() throws InterruptedException {
        var asked = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var hung = new AtomicReference<Thread>();
        var supply =
                Supply.measured(
                        Resource.device(0),
                        "bytes",
                        () -> 100,
                        () -> {
                            if (Thread.currentThread() == hung.get()) {
                                asked.countDown();
                                await(go);
                            }
                            return 100;
                        });
        try (var busy = Admission.of(AdmissionConfig.of("kv"), supply)) {
            var request = AdmissionRequest.of("a", Claim.of(supply, 10));
            Thread slow =
                    Thread.ofVirtual().unstarted(() -> granted(busy.tryAdmit(request)).close());
            hung.set(slow);
            slow.start();
            asked.await();
            granted(busy.tryAdmit(request)).close();
            go.countDown();
            slow.join();
            assertThat(busy.snapshot().totals().released()).isEqualTo(2);
        }
    }

    @Test
    void admit_blocksAndIsWoken() throws InterruptedException {
        Grant all = granted(admission.tryAdmit(request(100)));
        var answer = new AtomicReference<AdmissionAnswer>();
        Thread waiter = Thread.ofVirtual().start(() -> answer.set(admitted(request(50))));
        awaitWaiting(1);
        all.close();
        waiter.join();
        assertThat(answer.get()).isInstanceOf(Granted.class);
        granted(answer.get()).close();
    }

    /// By the machine's own clock and timer.
    @Test
    void admit_timesOut() throws InterruptedException {
        Grant all = granted(admission.tryAdmit(request(100)));
        assertThat(admission.admit(request(1).waitingAtMost(Duration.ofMillis(5))))
                .isInstanceOfSatisfying(
                        Overloaded.class,
                        refusal ->
                                assertThat(refusal.waited())
                                        .isGreaterThanOrEqualTo(Duration.ofMillis(5)));
        all.close();
        granted(admission.tryAdmit(request(100))).close();
    }

    @Test
    void admit_interrupted_takesTheRequestBack() throws InterruptedException {
        Grant all = granted(admission.tryAdmit(request(100)));
        var interrupted = new AtomicReference<Throwable>();
        Thread waiter =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                granted(admission.admit(request(50))).close();
                            } catch (InterruptedException e) {
                                interrupted.set(e);
                            }
                        });
        awaitWaiting(1);
        waiter.interrupt();
        waiter.join();
        assertThat(interrupted.get()).isInstanceOf(InterruptedException.class);
        assertThat(admission.snapshot().waiting()).isEmpty();
        all.close();
        granted(admission.tryAdmit(request(100))).close();
    }

    @Test
    void manyVirtualThreads_allGetTheirTurn_andAllComesBack() throws InterruptedException {
        var lanes = Supply.counted(Resource.custom("engine"), "lanes", 3);
        var config = AdmissionConfig.builder("kv").queueLimit(2000).maxWait(Duration.ofHours(1));
        try (var crowded = Admission.of(config.build(), bytes, lanes)) {
            var inside = new AtomicLong();
            var most = new AtomicLong();
            var claim = Claim.of(bytes, 20).and(lanes, 1);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                var request = AdmissionRequest.of("t" + i, claim);
                threads.add(
                        Thread.ofVirtual()
                                .start(() -> {
                                    try (Grant _ = granted(crowded.admit(request))) {
                                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                                        Thread.yield();
                                        inside.decrementAndGet();
                                    } catch (InterruptedException e) {
                                        throw new AssertionError(e);
                                    }
                                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(most).hasValueBetween(1L, 3L);
            assertThat(crowded.snapshot().totals().released()).isEqualTo(1000);
            assertThat(crowded.snapshot().supplies()).allMatch(s -> s.granted() == 0);
        }
    }

    @Test
    void answer_cancelledFuture_doesNotHurtTheRequest() {
        Grant all = granted(admission.tryAdmit(request(100)));
        Ticket ticket = admission.submit(request(10));
        ticket.answer().toCompletableFuture().cancel(true);
        assertThat(waits(ticket)).isTrue();
        all.close();
        granted(ticket).close();
    }

    @Test
    void executorRefuses_whatWasGrantedComesBack() {
        try (var refusing =
                Admission.builder(AdmissionConfig.of("kv"))
                        .supply(bytes)
                        .executor(_ -> {
                            throw new RejectedExecutionException("gone");
                        })
                        .build()) {
            Ticket ticket = refusing.submit(request(10));
            assertThatThrownBy(() -> ticket.answer().toCompletableFuture().join())
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(RejectedExecutionException.class);
            assertThat(refusing.snapshot().holders()).isEmpty();
        }
    }

    @Test
    void answer_byDefault_runsOnAVirtualThread() {
        var thread = new AtomicReference<Thread>();
        admission
                .submit(request(1))
                .answer()
                .thenAccept(_ -> thread.set(Thread.currentThread()))
                .toCompletableFuture()
                .join();
        assertThat(thread.get()).isNotNull();
    }

    @Test
    void cancelledTicket_answersCancelled() throws InterruptedException {
        granted(admission.tryAdmit(request(100)));
        Ticket ticket = admission.submit(request(1));
        ticket.cancel();
        assertThat(ticket.await()).isInstanceOf(Cancelled.class);
    }

    @Test
    void negativeUse_refused() {
        Grant grant = granted(admission.tryAdmit(request(10)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> grant.used(bytes, -1))
                .withMessage("amount=-1: must be at least 0");
    }

    private long available() {
        return admission.snapshot().supplies().getFirst().available();
    }

    private void awaitWaiting(int waiting) {
        Awaitility.await().until(() -> admission.snapshot().waiting().size() == waiting);
    }

    private AdmissionAnswer admitted(AdmissionRequest request) {
        try {
            return admission.admit(request);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private AdmissionRequest request(long amount) {
        return AdmissionRequest.of("a", Claim.of(bytes, amount));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
