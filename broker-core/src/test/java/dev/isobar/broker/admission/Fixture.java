package dev.isobar.broker.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.Resource;
import dev.isobar.broker.admission.AdmissionAnswer.Granted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// An admission of 1000 tokens and 2 lanes, with time that passes only when a test says so.
final class Fixture {

    final Supply tokens = Supply.counted(Resource.custom("kv"), "tokens", 1000);
    final Supply lanes = Supply.counted(Resource.custom("engine"), "lanes", 2);
    final AtomicLong clock = new AtomicLong();
    final Admission admission;

    private final List<Alarm> alarms = new ArrayList<>();

    private record Alarm(long at, Runnable task) {}

    Fixture() {
        this(config -> config);
    }

    Fixture(UnaryOperator<AdmissionConfig.Builder> settings) {
        this(settings, _ -> List.of());
    }

    Fixture(
            UnaryOperator<AdmissionConfig.Builder> settings,
            Function<Supply, List<TenantShare>> shares) {
        var config = settings.apply(AdmissionConfig.builder("kv")).build();
        var builder = Admission.builder(config).supply(tokens).supply(lanes);
        shares.apply(tokens).forEach(builder::share);
        admission = timed(builder).build();
    }

    /// Puts this fixture's time into an admission.
    Admission.Builder timed(Admission.Builder builder) {
        return builder.nanoClock(clock::get).alarms(this::after).executor(Runnable::run);
    }

    /// Lets time pass and rings what is due.
    void pass(Duration time) {
        clock.addAndGet(time.toNanos());
        ringDue();
    }

    int alarmsSet() {
        return alarms.size();
    }

    AdmissionRequest request(String holder, long amount) {
        return AdmissionRequest.of(holder, Claim.of(tokens, amount));
    }

    AdmissionRequest lane(String holder) {
        return AdmissionRequest.of(holder, Claim.of(lanes, 1));
    }

    Grant take(AdmissionRequest request) {
        return granted(admission.tryAdmit(request));
    }

    static Grant granted(AdmissionAnswer answer) {
        assertThat(answer).isInstanceOf(Granted.class);
        return ((Granted) answer).grant();
    }

    static Grant granted(Ticket ticket) {
        assertThat(ticket.now()).as("answered").isPresent();
        return granted(ticket.now().orElseThrow());
    }

    static boolean waits(Ticket ticket) {
        return ticket.now().isEmpty();
    }

    long available(Supply supply) {
        return admission.snapshot().supplies().stream()
                .filter(s -> s.unit().equals(supply.unit()))
                .findFirst()
                .orElseThrow()
                .available();
    }

    /// What must hold at any quiet moment.
    void assertBooksBalance() {
        AdmissionSnapshot s = admission.snapshot();
        AdmissionSnapshot.Totals t = s.totals();
        assertThat(t.requests())
                .isEqualTo(
                        t.granted()
                                + t.impossible()
                                + t.noRoom()
                                + t.queueFull()
                                + t.timedOut()
                                + t.cancelled()
                                + t.closed()
                                + s.waiting().size());
        assertThat(t.granted()).isEqualTo(t.released() + s.holders().size());
        if (s.holders().isEmpty()) {
            assertThat(s.supplies()).allMatch(v -> v.granted() == 0);
            assertThat(s.tenants()).isEmpty();
        }
    }

    private Runnable after(long nanos, Runnable task) {
        var alarm = new Alarm(clock.get() + nanos, task);
        alarms.add(alarm);
        return () -> alarms.remove(alarm);
    }

    private void ringDue() {
        List<Alarm> due = alarms.stream().filter(a -> a.at() <= clock.get()).toList();
        alarms.removeAll(due);
        due.forEach(a -> a.task().run());
    }
}
