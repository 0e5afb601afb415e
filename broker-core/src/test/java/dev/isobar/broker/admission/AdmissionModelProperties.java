package dev.isobar.broker.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.admission.AdmissionAnswer.Granted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/// Random orders of requests, releases, cancellations, growth and time, against a small model that
/// decides by the written rule: go through those who wait in the order of arrival; the first that fits
/// goes, unless one before it may not be passed and wants some of the same.
class AdmissionModelProperties {

    private static final int BYPASS = 2;
    private static final long AGING = 50;
    private static final long MAX_WAIT = 120;

    enum Kind {
        ASK,
        TRY,
        RELEASE,
        CANCEL,
        GROW,
        SHRINK,
        PASS
    }

    /// One step: what, to whom (by number), and how much of the two supplies.
    record Step(Kind kind, int whom, long tokens, long lanes) {}

    private static final class Asked {
        final long tokens;
        final long lanes;
        final long since;
        int passed;

        Asked(long tokens, long lanes, long since) {
            this.tokens = tokens;
            this.lanes = lanes;
            this.since = since;
        }

        boolean overlaps(Asked other) {
            return (tokens > 0 && other.tokens > 0) || (lanes > 0 && other.lanes > 0);
        }
    }

    /// What has the same number in the model and in the admission.
    private static final class Pair {
        final Asked asked;
        final Ticket ticket;
        long heldTokens;

        Pair(Asked asked, Ticket ticket) {
            this.asked = asked;
            this.ticket = ticket;
        }
    }

    private final Fixture f =
            new Fixture(c ->
                    c.bypassLimit(BYPASS)
                            .queueLimit(1000)
                            .agingAfter(Duration.ofMillis(AGING))
                            .maxWait(Duration.ofMillis(MAX_WAIT)));
    private final List<Pair> waiting = new ArrayList<>();
    private final List<Pair> holding = new ArrayList<>();
    private long freeTokens = 1000;
    private long freeLanes = 2;
    private long now;

    @Property(tries = 300)
    void randomOrders_agreeWithTheModel(@ForAll("steps") List<Step> steps) {
        new AdmissionModelProperties().run(steps);
    }

    private void run(List<Step> steps) {
        for (Step step : steps) {
            take(step);
            elect();
            compare(step);
        }
        List.copyOf(waiting).forEach(pair -> pair.ticket.close());
        List.copyOf(holding).forEach(pair -> pair.ticket.close());
        waiting.forEach(pair -> assertThat(pair.ticket.now()).isPresent());
        assertThat(f.available(f.tokens)).isEqualTo(1000);
        assertThat(f.available(f.lanes)).isEqualTo(2);
        f.assertBooksBalance();
        assertThat(f.alarmsSet()).isZero();
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Kind> kinds =
                Arbitraries.frequencyOf(
                        Tuple.of(6, Arbitraries.just(Kind.ASK)),
                        Tuple.of(2, Arbitraries.just(Kind.TRY)),
                        Tuple.of(5, Arbitraries.just(Kind.RELEASE)),
                        Tuple.of(1, Arbitraries.just(Kind.CANCEL)),
                        Tuple.of(1, Arbitraries.just(Kind.GROW)),
                        Tuple.of(1, Arbitraries.just(Kind.SHRINK)),
                        Tuple.of(1, Arbitraries.just(Kind.PASS)));
        Arbitrary<Step> step =
                Combinators.combine(
                                kinds,
                                Arbitraries.integers().between(0, 100),
                                Arbitraries.of(0L, 50L, 100L, 300L, 700L, 1000L),
                                Arbitraries.of(0L, 0L, 1L, 2L))
                        .as(Step::new);
        return step.list().ofMinSize(1).ofMaxSize(60);
    }

    private void take(Step step) {
        switch (step.kind) {
            case ASK -> ask(step, f.admission.config().maxWait());
            case TRY -> attempt(step);
            case RELEASE -> pick(holding, step).ifPresent(this::release);
            case CANCEL ->
                    pick(waiting, step)
                            .ifPresent(pair -> {
                                assertThat(pair.ticket.cancel()).isTrue();
                                waiting.remove(pair);
                            });
            case GROW -> pick(holding, step).ifPresent(pair -> grow(pair, step.tokens));
            case SHRINK -> pick(holding, step).ifPresent(pair -> shrink(pair, step.tokens));
            case PASS -> {
                now += step.tokens / 10;
                f.pass(Duration.ofMillis(step.tokens / 10));
                waiting.removeIf(pair -> now - pair.asked.since >= MAX_WAIT);
            }
        }
    }

    private void ask(Step step, Duration maxWait) {
        var claim = Claim.of(f.tokens, step.tokens).and(f.lanes, step.lanes);
        var request = AdmissionRequest.of("x", claim).waitingAtMost(maxWait);
        waiting.add(new Pair(new Asked(step.tokens, step.lanes, now), f.admission.submit(request)));
    }

    private void attempt(Step step) {
        ask(step, Duration.ZERO);
        Pair pair = waiting.getLast();
        elect();
        assertThat(granted(pair)).isEqualTo(holding.contains(pair));
        waiting.remove(pair);
    }

    private void release(Pair pair) {
        pair.ticket.close();
        holding.remove(pair);
        freeTokens += pair.heldTokens;
        freeLanes += pair.asked.lanes;
    }

    private void grow(Pair pair, long extra) {
        boolean fits = extra <= freeTokens && pair.heldTokens + extra <= 1000;
        AdmissionAnswer answer = grant(pair).tryGrow(Claim.of(f.tokens, extra));
        assertThat(answer instanceof Granted).isEqualTo(fits);
        pair.heldTokens += fits ? extra : 0;
        freeTokens -= fits ? extra : 0;
    }

    private void shrink(Pair pair, long wanted) {
        long less = Math.min(wanted, pair.heldTokens);
        grant(pair).shrink(Claim.of(f.tokens, less));
        pair.heldTokens -= less;
        freeTokens += less;
    }

    private void elect() {
        for (Pair next = next(); next != null; next = next()) {
            for (Pair earlier : waiting.subList(0, waiting.indexOf(next))) {
                earlier.asked.passed += earlier.asked.overlaps(next.asked) ? 1 : 0;
            }
            waiting.remove(next);
            holding.add(next);
            next.heldTokens = next.asked.tokens;
            freeTokens -= next.asked.tokens;
            freeLanes -= next.asked.lanes;
        }
    }

    private @Nullable Pair next() {
        for (Pair pair : waiting) {
            boolean fits = pair.asked.tokens <= freeTokens && pair.asked.lanes <= freeLanes;
            boolean barred =
                    waiting.subList(0, waiting.indexOf(pair)).stream()
                            .anyMatch(e -> mayNotBePassed(e) && e.asked.overlaps(pair.asked));
            if (fits && !barred) {
                return pair;
            }
        }
        return null;
    }

    private boolean mayNotBePassed(Pair pair) {
        return pair.asked.passed >= BYPASS || now - pair.asked.since >= AGING;
    }

    private void compare(Step step) {
        assertThat(holding).as("after %s", step).allMatch(AdmissionModelProperties::granted);
        assertThat(waiting).as("after %s", step).allMatch(pair -> Fixture.waits(pair.ticket));
        assertThat(waiting).allMatch(pair -> pair.asked.passed <= BYPASS);
        assertThat(f.available(f.tokens)).isEqualTo(freeTokens);
        assertThat(f.available(f.lanes)).isEqualTo(freeLanes);
    }

    private static boolean granted(Pair pair) {
        return pair.ticket.now().filter(Granted.class::isInstance).isPresent();
    }

    private static Grant grant(Pair pair) {
        return Fixture.granted(pair.ticket);
    }

    private static Optional<Pair> pick(List<Pair> from, Step step) {
        return from.isEmpty() ? Optional.empty() : Optional.of(from.get(step.whom % from.size()));
    }
}
