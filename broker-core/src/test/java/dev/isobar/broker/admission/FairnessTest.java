package dev.isobar.broker.admission;

import static dev.isobar.broker.admission.Fixture.granted;
import static dev.isobar.broker.admission.Fixture.waits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.isobar.broker.Resource;
import dev.isobar.broker.admission.AdmissionAnswer.Impossible;
import dev.isobar.broker.admission.AdmissionAnswer.Limit;
import dev.isobar.broker.admission.AdmissionAnswer.Overloaded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Who goes before whom: the bounded bypass, aging, sessions and shares.
class FairnessTest {

    @Test
    void equalClaims_areGrantedInTheOrderOfArrival() {
        var f = new Fixture();
        Grant all = f.take(f.request("a", 1000));
        List<Ticket> tickets = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            tickets.add(f.admission.submit(f.request("w" + i, 1000)));
        }
        all.close();
        for (Ticket ticket : tickets) {
            assertThat(tickets.stream().filter(Fixture::waits).count())
                    .isEqualTo(tickets.size() - 1L - tickets.indexOf(ticket));
            granted(ticket).close();
        }
    }

    @Test
    void smallRequests_passABlockedHead_atMostTheLimit() {
        var f = new Fixture(c -> c.bypassLimit(3).agingAfter(Duration.ofDays(1)));
        Grant running = f.take(f.request("running", 600));
        Ticket head = f.admission.submit(f.request("head", 900));
        for (int i = 0; i < 3; i++) {
            f.take(f.request("small" + i, 100)).close();
        }
        assertThat(f.admission.snapshot().waiting().getFirst().passed()).isEqualTo(3);
        assertThat(f.admission.tryAdmit(f.request("fourth", 100))).isInstanceOf(Overloaded.class);
        Ticket behind = f.admission.submit(f.request("behind", 100));
        running.close();
        granted(head);
        granted(behind);
        assertThat(f.admission.snapshot().totals().bypasses()).isEqualTo(3);
    }

    @Test
    void bypassLimit_zero_isStrictlyFirstComeFirstServed() {
        var f = new Fixture(c -> c.bypassLimit(0));
        f.take(f.request("running", 600));
        f.admission.submit(f.request("head", 900));
        assertThat(f.admission.tryAdmit(f.request("small", 1))).isInstanceOf(Overloaded.class);
    }

    @Test
    void agedHead_isNotPassedAnyMore_thoughTheLimitIsNotReached() {
        var f = new Fixture(c -> c.bypassLimit(100).agingAfter(Duration.ofSeconds(2)));
        f.take(f.request("running", 600));
        f.admission.submit(f.request("head", 900));
        f.take(f.request("before", 1)).close();
        f.pass(Duration.ofSeconds(2));
        assertThat(f.admission.tryAdmit(f.request("after", 1))).isInstanceOf(Overloaded.class);
    }

    @Test
    void claimOnOtherSupplies_isNoBypass() {
        var f = new Fixture(c -> c.bypassLimit(0));
        f.take(f.request("running", 600));
        f.admission.submit(f.request("head", 900));
        f.take(f.lane("other"));
        assertThat(f.admission.snapshot().waiting().getFirst().passed()).isZero();
    }

    /// What becomes free adds up for a head that may not be passed, so it gets in as soon as those that
    /// hold something are done.
    @Test
    void barredHead_getsInAfterThoseThatHoldSomething() {
        var f = new Fixture(c -> c.bypassLimit(0).queueLimit(100));
        List<Grant> running = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            running.add(f.take(f.request("r" + i, 100)));
        }
        Ticket head = f.admission.submit(f.request("head", 1000));
        List<Ticket> behind = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            behind.add(f.admission.submit(f.request("b" + i, 100)));
        }
        running.forEach(Grant::close);
        granted(head).close();
        behind.forEach(ticket -> granted(ticket).close());
    }

    @Test
    void session_goesOneAtATime_andItsFollowersAreNotInTheQueue() {
        var f = new Fixture(c -> c.queueLimit(1));
        Grant first = f.take(f.lane("turn 1").inSession("s"));
        Ticket second = f.admission.submit(f.lane("turn 2").inSession("s"));
        assertThat(waits(second)).as("a lane is free, the session is not").isTrue();
        f.take(f.lane("other session").inSession("t"));
        Ticket queued = f.admission.submit(f.lane("third session").inSession("u"));
        assertThat(waits(queued)).as("the one place in the queue is free").isTrue();
        assertThat(f.admission.tryAdmit(f.lane("turn 3").inSession("s")))
                .isInstanceOfSatisfying(
                        Overloaded.class,
                        refusal -> assertThat(refusal.shortage().unit()).isEqualTo("turn"));
        first.close();
        assertThat(waits(second)).isFalse();
        assertThat(waits(queued)).as("the one that came first goes first").isTrue();
        granted(second).close();
        granted(queued).close();
        f.assertBooksBalance();
    }

    @Test
    void session_waitingForRoom_itsSecondWaitsBehindIt() {
        var f = new Fixture();
        Grant all = f.take(f.request("x", 1000));
        Ticket first = f.admission.submit(f.request("turn 1", 500).inSession("s"));
        Ticket second = f.admission.submit(f.request("turn 2", 10).inSession("s"));
        all.close();
        assertThat(waits(second)).isTrue();
        granted(first).close();
        granted(second).close();
    }

    /// Six seconds for its turn and four for room are ten, which is all it has.
    @Test
    void session_turnAndRoom_shareOneDeadline() {
        var f = new Fixture(c -> c.maxWait(Duration.ofSeconds(10)));
        Grant turn = f.take(f.lane("turn 1").inSession("s"));
        Grant all = f.take(f.request("x", 1000));
        Ticket second = f.admission.submit(f.request("turn 2", 500).inSession("s"));
        f.pass(Duration.ofSeconds(6));
        turn.close();
        f.pass(Duration.ofSeconds(3));
        assertThat(waits(second)).isTrue();
        f.pass(Duration.ofSeconds(1));
        assertThat(second.now().orElseThrow())
                .isInstanceOfSatisfying(
                        Overloaded.class,
                        refusal -> assertThat(refusal.waited()).isEqualTo(Duration.ofSeconds(10)));
        all.close();
        f.assertBooksBalance();
    }

    @Test
    void noSession_waitsForNoTurn() {
        var f = new Fixture();
        Grant named = f.take(f.lane("a").inSession("s"));
        Grant nameless = f.take(f.lane("b"));
        named.close();
        nameless.close();
        f.take(f.lane("c")).close();
    }

    @Test
    void session_empty_claim_waitsForItsTurnOnly() {
        var f = new Fixture();
        var request = AdmissionRequest.of("a", Claim.nothing()).inSession("s");
        Grant first = f.take(request);
        assertThat(f.admission.tryAdmit(request)).isInstanceOf(Overloaded.class);
        first.close();
        f.take(request).close();
    }

    @Test
    void tenantMinimum_isKeptForIt() {
        var f = sharing(new Bounds("gold", 400, 1000), new Bounds("free", 0, 1000));
        Grant free = f.take(f.request("f", 600).forTenant("free"));
        assertThat(f.admission.tryAdmit(f.request("f2", 1).forTenant("free")))
                .isInstanceOf(Overloaded.class);
        assertThat(f.admission.tryAdmit(f.request("nobody", 1))).isInstanceOf(Overloaded.class);
        f.take(f.request("g", 400).forTenant("gold"));
        free.close();
        assertThat(f.admission.tryAdmit(f.request("f", 601).forTenant("free")))
                .isInstanceOfSatisfying(
                        Impossible.class,
                        refusal -> assertThat(refusal.shortage().capacity()).isEqualTo(600));
    }

    @Test
    void tenantMaximum_keepsBackOnlyThatTenant() {
        var f = sharing(new Bounds("noisy", 0, 300));
        Grant first = f.take(f.request("n1", 300).forTenant("noisy"));
        Ticket second = f.admission.submit(f.request("n2", 200).forTenant("noisy"));
        for (int i = 0; i < 20; i++) {
            f.take(f.request("other", 700).forTenant("quiet")).close();
        }
        assertThat(waits(second)).isTrue();
        assertThat(f.admission.snapshot().waiting().getFirst().passed()).isZero();
        assertThat(f.admission.tryAdmit(f.request("n3", 301).forTenant("noisy")))
                .isInstanceOfSatisfying(
                        Impossible.class,
                        refusal -> assertThat(refusal.limit()).isEqualTo(Limit.TENANT_MAXIMUM));
        first.close();
        granted(second).close();
    }

    @Test
    void weights_decideAmongThoseWhoCanGo() {
        var tokens = Supply.counted(Resource.custom("kv"), "tokens", 1000);
        var clock = new AtomicLong();
        try (var admission =
                Admission.builder(AdmissionConfig.builder("kv").bypassLimit(100).build())
                        .supply(tokens)
                        .share(TenantShare.weighted("heavy", tokens, 3))
                        .share(TenantShare.weighted("light", tokens, 1))
                        .nanoClock(clock::get)
                        .build()) {
            var all = granted(admission.tryAdmit(request(tokens, 1000, "nobody")));
            var light = new ArrayList<Ticket>();
            var heavy = new ArrayList<Ticket>();
            for (int i = 0; i < 10; i++) {
                light.add(admission.submit(request(tokens, 100, "light")));
            }
            for (int i = 0; i < 10; i++) {
                heavy.add(admission.submit(request(tokens, 100, "heavy")));
            }
            all.shrink(Claim.of(tokens, 800));
            assertThat(heavy.stream().filter(t -> !waits(t)).count()).isEqualTo(6);
            assertThat(light.stream().filter(t -> !waits(t)).count()).isEqualTo(2);
        }
    }

    @Test
    void weights_doNotOverrideTheBypassLimit() {
        var tokens = Supply.counted(Resource.custom("kv"), "tokens", 100);
        try (var admission =
                Admission.builder(
                                AdmissionConfig.builder("kv")
                                        .bypassLimit(2)
                                        .agingAfter(Duration.ofDays(1))
                                        .build())
                        .supply(tokens)
                        .share(TenantShare.weighted("heavy", tokens, 1000))
                        .build()) {
            Grant running = granted(admission.tryAdmit(request(tokens, 50, "poor")));
            Grant rest = granted(admission.tryAdmit(request(tokens, 50, "x")));
            Ticket poor = admission.submit(request(tokens, 50, "poor"));
            var rich = new ArrayList<Ticket>();
            for (int i = 0; i < 3; i++) {
                rich.add(admission.submit(request(tokens, 50, "heavy")));
            }
            rest.close();
            granted(rich.get(0)).close();
            granted(rich.get(1)).close();
            assertThat(waits(poor)).as("passed twice, it goes now").isFalse();
            assertThat(waits(rich.get(2))).isTrue();
            running.close();
        }
    }

    @Test
    void twoSharesOfOneTenant_refused() {
        var tokens = Supply.counted(Resource.custom("kv"), "tokens", 100);
        var builder =
                Admission.builder(AdmissionConfig.of("kv"))
                        .supply(tokens)
                        .share(TenantShare.weighted("a", tokens, 1))
                        .share(TenantShare.weighted("a", tokens, 2));
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessage("two shares of tokens of kv for tenant a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TenantShare.weighted("a", tokens, 0))
                .withMessage("weight=0.0: must be more than 0 and finite");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TenantShare("a", tokens, 5, 4, 1))
                .withMessage("maximum=4: must be at least 5");
    }

    private record Bounds(String tenant, long minimum, long maximum) {}

    private static Fixture sharing(Bounds... bounds) {
        return new Fixture(
                c -> c,
                tokens ->
                        Arrays.stream(bounds)
                                .map(b ->
                                        new TenantShare(
                                                b.tenant(), tokens, b.minimum(), b.maximum(), 1))
                                .toList());
    }

    private static AdmissionRequest request(Supply tokens, long amount, String tenant) {
        return AdmissionRequest.of(tenant, Claim.of(tokens, amount)).forTenant(tenant);
    }
}
