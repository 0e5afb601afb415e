package dev.isobar.broker.admission;

import static dev.isobar.broker.admission.Fixture.granted;
import static dev.isobar.broker.admission.Fixture.waits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.isobar.broker.Resource;
import dev.isobar.broker.admission.AdmissionAnswer.Cancelled;
import dev.isobar.broker.admission.AdmissionAnswer.Cause;
import dev.isobar.broker.admission.AdmissionAnswer.Closed;
import dev.isobar.broker.admission.AdmissionAnswer.Granted;
import dev.isobar.broker.admission.AdmissionAnswer.Impossible;
import dev.isobar.broker.admission.AdmissionAnswer.Limit;
import dev.isobar.broker.admission.AdmissionAnswer.Overloaded;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    private final Fixture f = new Fixture(c -> c.queueLimit(4).maxWait(Duration.ofSeconds(10)));
    private final Admission admission = f.admission;

    @AfterEach
    void booksBalance() {
        f.assertBooksBalance();
    }

    @Test
    void tryAdmit_fits_reservesUntilClosed() {
        Grant grant = f.take(f.request("a", 528));
        assertThat(f.available(f.tokens)).isEqualTo(472);
        assertThat(grant.claim()).isEqualTo(Claim.of(f.tokens, 528));
        assertThat(grant.holder()).isEqualTo("a");
        grant.close();
        assertThat(f.available(f.tokens)).isEqualTo(1000);
        assertThat(grant.isOpen()).isFalse();
        assertThat(grant.claim()).isEqualTo(Claim.nothing());
    }

    @Test
    void claimOnTwo_oneShort_takesNeither() {
        f.take(f.lane("a"));
        f.take(f.lane("b"));
        var both = AdmissionRequest.of("c", Claim.of(f.tokens, 10).and(f.lanes, 1));
        assertThat(admission.tryAdmit(both)).isInstanceOf(Overloaded.class);
        assertThat(f.available(f.tokens)).isEqualTo(1000);
    }

    @Test
    void waiter_holdsNothing() {
        f.take(f.lane("a"));
        Grant lane = f.take(f.lane("b"));
        Ticket both =
                admission.submit(AdmissionRequest.of("c", Claim.of(f.tokens, 900).and(f.lanes, 1)));
        assertThat(waits(both)).isTrue();
        assertThat(f.available(f.tokens)).isEqualTo(1000);
        Grant tokens = f.take(f.request("d", 1000));
        lane.close();
        assertThat(f.available(f.lanes)).as("no lane is held while tokens are short").isEqualTo(1);
        tokens.close();
        granted(both).close();
    }

    @Test
    void snapshot_answeredAtOnce_isNoWait_thoughTheClockRan() {
        try (Admission ticking =
                f.timed(Admission.builder(AdmissionConfig.of("ticking")).supply(f.lanes))
                        .nanoClock(f.clock::incrementAndGet)
                        .build()) {
            Grant first = granted(ticking.submit(f.lane("a")));
            granted(ticking.submit(f.lane("b")));
            assertThat(ticking.snapshot().totals().waits()).isZero();

            Ticket waits = ticking.submit(f.lane("c"));
            first.close();

            granted(waits);
            assertThat(ticking.snapshot().totals().waits()).isEqualTo(1);
        }
    }

    @Test
    void release_admitsWhoWaits_withTheTimeItWaited() {
        Grant first = f.take(f.request("a", 800));
        Ticket second = admission.submit(f.request("b", 300));
        assertThat(waits(second)).isTrue();
        f.pass(Duration.ofMillis(250));
        first.close();
        assertThat(second.now().orElseThrow())
                .isEqualTo(new Granted(granted(second), Duration.ofMillis(250)));
        assertThat(f.available(f.tokens)).isEqualTo(700);
    }

    @Test
    void impossible_isRefusedAtOnce_withTheNumbers() {
        assertThat(admission.submit(f.request("a", 1001)).now().orElseThrow())
                .isInstanceOfSatisfying(
                        Impossible.class,
                        refusal -> {
                            assertThat(refusal.limit()).isEqualTo(Limit.CAPACITY);
                            assertThat(refusal.shortage().requested()).isEqualTo(1001);
                            assertThat(refusal.message())
                                    .isEqualTo(
                                            "kv: 1001 tokens of kv can never be granted"
                                                    + " (capacity=1000)");
                        });
    }

    @Test
    void tryAdmit_noRoom_saysWhoHoldsItAndWhenToAskAgain() {
        f.take(f.request("small", 300));
        f.take(f.request("large", 600));
        assertThat(admission.tryAdmit(f.request("c", 200)))
                .isInstanceOfSatisfying(
                        Overloaded.class,
                        refusal -> {
                            assertThat(refusal.cause()).isEqualTo(Cause.NO_ROOM);
                            assertThat(refusal.retryAfterSeconds()).isEqualTo(1);
                            assertThat(refusal.message())
                                    .isEqualTo(
                                            "kv: no 200 tokens of kv after 0 ms, and it does not"
                                                    + " wait (available=100, capacity=1000, waiting=0,"
                                                    + " largest holder=large)");
                        });
    }

    @Test
    void queueFull_isRefusedAtOnce() {
        f.take(f.request("a", 1000));
        for (int i = 0; i < 4; i++) {
            assertThat(waits(admission.submit(f.request("w" + i, 1)))).isTrue();
        }
        assertThat(admission.submit(f.request("x", 1)).now().orElseThrow())
                .isInstanceOfSatisfying(
                        Overloaded.class,
                        refusal -> {
                            assertThat(refusal.cause()).isEqualTo(Cause.QUEUE_FULL);
                            assertThat(refusal.waiting()).isEqualTo(4);
                        });
    }

    @Test
    void queueFull_roomLeft_isGrantedAllTheSame() {
        f.take(f.request("a", 1000));
        for (int i = 0; i < 4; i++) {
            admission.submit(f.request("w" + i, 1));
        }
        f.take(f.lane("l")).close();
    }

    @Test
    void timedOut_leavesTheQueue() {
        f.take(f.request("a", 1000));
        Ticket late = admission.submit(f.request("b", 1));
        f.pass(Duration.ofSeconds(10));
        assertThat(late.now().orElseThrow())
                .isInstanceOfSatisfying(
                        Overloaded.class,
                        refusal -> {
                            assertThat(refusal.cause()).isEqualTo(Cause.TIMED_OUT);
                            assertThat(refusal.waited()).isEqualTo(Duration.ofSeconds(10));
                            assertThat(refusal.message()).contains("1 tokens of kv after 10000 ms");
                        });
        assertThat(admission.snapshot().waiting()).isEmpty();
        assertThat(admission.snapshot().holders()).hasSize(1);
        assertThat(f.available(f.tokens)).isZero();
    }

    /// The bug of a well-known bulkhead: the waiter that timed out stays in the queue and swallows the
    /// permit.
    @Test
    void timedOutWaiter_doesNotSwallowThePermit() {
        Grant all = f.take(f.request("a", 1000));
        Ticket timedOut =
                admission.submit(f.request("b", 1000).waitingAtMost(Duration.ofMillis(50)));
        f.pass(Duration.ofMillis(50));
        assertThat(timedOut.now().orElseThrow()).isInstanceOf(Overloaded.class);
        all.close();
        f.take(f.request("c", 1000)).close();
    }

    /// The same without an alarm: the release itself sees that the time is up.
    @Test
    void overdueWaiter_alarmLate_doesNotSwallowThePermit() {
        Grant all = f.take(f.request("a", 1000));
        Ticket overdue =
                admission.submit(f.request("b", 1000).waitingAtMost(Duration.ofMillis(50)));
        f.clock.addAndGet(Duration.ofMillis(50).toNanos());
        all.close();
        assertThat(overdue.now().orElseThrow()).isInstanceOf(Overloaded.class);
        f.take(f.request("c", 1000)).close();
    }

    @Test
    void timeOut_ofTheHead_letsTheNextIn() {
        f.take(f.request("a", 600));
        admission.submit(f.request("head", 1000).waitingAtMost(Duration.ofSeconds(3)));
        f.pass(Duration.ofSeconds(2));
        Ticket next = admission.submit(f.request("b", 400));
        assertThat(waits(next)).as("the aged head is not passed").isTrue();
        f.pass(Duration.ofSeconds(1));
        granted(next).close();
    }

    @Test
    void cancel_runsTheElectionAgain() {
        f.take(f.request("a", 600));
        Ticket head = admission.submit(f.request("head", 1000));
        f.pass(Duration.ofSeconds(2));
        Ticket next = admission.submit(f.request("b", 400));
        assertThat(waits(next)).isTrue();
        assertThat(head.cancel()).isTrue();
        assertThat(head.now().orElseThrow()).isEqualTo(new Cancelled("kv", Duration.ofSeconds(2)));
        granted(next).close();
        assertThat(head.cancel()).as("twice").isFalse();
    }

    @Test
    void cancel_afterTheGrant_leavesIt() {
        Ticket ticket = admission.submit(f.request("a", 10));
        assertThat(ticket.cancel()).isFalse();
        assertThat(granted(ticket).isOpen()).isTrue();
        ticket.close();
        assertThat(granted(ticket).isOpen()).isFalse();
        ticket.close();
    }

    @Test
    void close_ofAWaitingTicket_takesItBack() {
        f.take(f.request("a", 1000));
        Ticket ticket = admission.submit(f.request("b", 10));
        ticket.close();
        assertThat(ticket.now().orElseThrow()).isInstanceOf(Cancelled.class);
        assertThat(f.alarmsSet()).isZero();
    }

    @Test
    void grant_closedTwice_isReleasedOnce() {
        Grant first = f.take(f.request("a", 400));
        first.close();
        f.take(f.request("b", 400));
        first.close();
        assertThat(f.available(f.tokens)).isEqualTo(600);
    }

    @Test
    void tryGrow_takesAllOrNothing() {
        f.take(f.lane("x"));
        Grant grant = f.take(AdmissionRequest.of("a", Claim.of(f.tokens, 500).and(f.lanes, 1)));
        assertThat(grant.tryGrow(Claim.of(f.tokens, 256))).isInstanceOf(Granted.class);
        assertThat(grant.claim().amount(f.tokens)).isEqualTo(756);
        assertThat(grant.tryGrow(Claim.of(f.tokens, 100).and(f.lanes, 1)))
                .isInstanceOf(Overloaded.class);
        assertThat(grant.claim().amount(f.tokens)).isEqualTo(756);
        assertThat(f.available(f.tokens)).isEqualTo(244);
        assertThat(grant.tryGrow(Claim.of(f.tokens, 300))).isInstanceOf(Impossible.class);
        grant.close();
        assertThat(f.available(f.tokens)).isEqualTo(1000);
    }

    @Test
    void tryGrow_goesBeforeWhoWaits() {
        Grant grant = f.take(f.request("a", 700));
        Ticket waiting = admission.submit(f.request("b", 500));
        assertThat(grant.tryGrow(Claim.of(f.tokens, 100))).isInstanceOf(Granted.class);
        grant.close();
        granted(waiting).close();
    }

    @Test
    void shrink_givesBackAndElects() {
        Grant grant = f.take(f.request("a", 700));
        Ticket waiting = admission.submit(f.request("b", 500));
        grant.shrink(Claim.of(f.tokens, 200));
        granted(waiting).close();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> grant.shrink(Claim.of(f.tokens, 501)))
                .withMessage("a cannot give back 501 tokens of kv: it holds 500");
        assertThat(grant.claim().amount(f.tokens)).isEqualTo(500);
    }

    @Test
    void closedGrant_takesNoMore() {
        Grant grant = f.take(f.request("a", 700));
        grant.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> grant.tryGrow(Claim.of(f.tokens, 1)))
                .withMessage("the grant of a is closed");
        assertThatIllegalStateException().isThrownBy(() -> grant.shrink(Claim.nothing()));
    }

    @Test
    void claimOnNothing_isGranted_evenWhenAllIsTaken() {
        f.take(f.request("a", 1000));
        f.take(AdmissionRequest.of("b", Claim.nothing())).close();
        assertThat(f.available(f.tokens)).isZero();
    }

    @Test
    void strangeSupply_refused_andNothingChanged() {
        Supply other = Supply.counted(Resource.custom("kv"), "tokens", 5);
        Grant grant = f.take(f.request("a", 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> admission.submit(AdmissionRequest.of("b", Claim.of(other, 1))))
                .withMessageContaining("not a supply of this admission: tokens of kv");
        assertThatIllegalArgumentException().isThrownBy(() -> grant.tryGrow(Claim.of(other, 1)));
        assertThat(f.available(f.tokens)).isEqualTo(999);
    }

    @Test
    void close_refusesWhoWaits_andLeavesGrants() {
        Grant grant = f.take(f.request("a", 1000));
        Ticket waiting = admission.submit(f.request("b", 1));
        admission.close();
        assertThat(waiting.now().orElseThrow()).isEqualTo(new Closed("kv"));
        assertThat(admission.tryAdmit(f.request("c", 1))).isEqualTo(new Closed("kv"));
        assertThat(grant.isOpen()).isTrue();
        grant.close();
        admission.close();
    }

    @Test
    void retryAfter_growsWithTheQueueAndTheTimeGrantsAreHeld() {
        Grant first = f.take(f.request("a", 1000));
        f.pass(Duration.ofSeconds(8));
        first.close();
        f.take(f.request("b", 1000));
        Ticket waiting = admission.submit(f.request("w", 1));
        assertThat(admission.tryAdmit(f.request("c", 1)))
                .isInstanceOfSatisfying(
                        Overloaded.class,
                        refusal ->
                                assertThat(refusal.retryAfter()).isEqualTo(Duration.ofSeconds(16)));
        waiting.close();
    }

    @Test
    void snapshot_showsHoldersAndWaiters() {
        f.take(f.request("a", 900).forTenant("acme"));
        Ticket waiting = admission.submit(f.request("b", 200));
        f.pass(Duration.ofMillis(5));
        AdmissionSnapshot s = admission.snapshot();
        assertThat(s.supplies())
                .containsExactly(
                        new AdmissionSnapshot.SupplyView("kv", "tokens", 1000, 900, 100),
                        new AdmissionSnapshot.SupplyView("engine", "lanes", 2, 0, 2));
        assertThat(s.holders())
                .containsExactly(
                        new AdmissionSnapshot.HolderView("a", "900 tokens of kv", 5_000_000));
        assertThat(s.tenants())
                .containsExactly(new AdmissionSnapshot.TenantView("acme", "kv", "tokens", 900));
        assertThat(s.waiting())
                .containsExactly(
                        new AdmissionSnapshot.WaiterView("b", "200 tokens of kv", 5_000_000, 0));
        waiting.close();
    }

    @Test
    void badArguments_sayWhatWasWrong() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Claim.of(f.tokens, -1))
                .withMessage("amount=-1: must be at least 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AdmissionConfig.builder("x").queueLimit(-1).build())
                .withMessage("queueLimit=-1: must be at least 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> f.request("a", 1).waitingAtMost(Duration.ofNanos(-1)))
                .withMessageContaining("maxWait=");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Admission.of(AdmissionConfig.of("x")))
                .withMessage("supplies=0: must be from 1 to 64");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Admission.of(
                                AdmissionConfig.of("x"),
                                f.tokens,
                                Supply.counted(Resource.custom("kv"), "tokens", 1)))
                .withMessage("two supplies of one name: tokens of kv");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> f.take(f.request("u", 1)).used(f.tokens, 1))
                .withMessageContaining("is counted");
    }
}
