package dev.isobar.broker.admission;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The supplies of one admission, numbered, and what they say.
///
/// *Safe for several threads.*
final class Supplies {

    /// One bit each in a `long`.
    static final int MOST = 64;

    private static final Logger LOG = System.getLogger(Supplies.class.getName());

    private final List<Supply> supplies;
    private final boolean anyMeasured;
    private final LongAdder failures = new LongAdder();
    private final AtomicBoolean logged = new AtomicBoolean();

    /// @throws IllegalArgumentException if there are too many, or two of one name
    Supplies(List<Supply> supplies) {
        if (supplies.isEmpty() || supplies.size() > MOST) {
            throw Checks.bad("supplies", supplies.size(), "must be from 1 to " + MOST);
        }
        for (int s = 0; s < supplies.size(); s++) {
            if (supplies.subList(0, s).stream().anyMatch(supplies.get(s)::sameNameAs)) {
                throw new IllegalArgumentException("two supplies of one name: " + supplies.get(s));
            }
        }
        this.supplies = List.copyOf(supplies);
        this.anyMeasured = supplies.stream().anyMatch(Supply::isMeasured);
    }

    int count() {
        return supplies.size();
    }

    Supply get(int number) {
        return supplies.get(number);
    }

    /// The number of a supply.
    ///
    /// @throws IllegalArgumentException if it is a supply of somebody else
    int number(Supply supply) {
        for (int s = 0; s < supplies.size(); s++) {
            if (supplies.get(s) == supply) {
                return s;
            }
        }
        throw new IllegalArgumentException(
                "not a supply of this admission: " + supply + "; its supplies: " + supplies);
    }

    /// The claim by numbers.
    ///
    /// @throws IllegalArgumentException if the claim names a supply of somebody else
    Demand demand(Claim claim, String tenant) {
        long[] amounts = new long[supplies.size()];
        long mask = 0;
        for (Map.Entry<Supply, Long> entry : claim.amounts().entrySet()) {
            int number = number(entry.getKey());
            amounts[number] = entry.getValue();
            mask |= 1L << number;
        }
        return new Demand(amounts, mask, tenant);
    }

    Claim claim(Demand demand) {
        Claim claim = Claim.nothing();
        for (int s = 0; s < supplies.size(); s++) {
            claim = claim.and(supplies.get(s), demand.amounts()[s]);
        }
        return claim;
    }

    boolean anyMeasured() {
        return anyMeasured;
    }

    /// Asks every supply. Foreign code: never to be called with a lock held.
    Levels ask(long[] usedBefore) {
        long[] capacity = new long[supplies.size()];
        long[] free = new long[supplies.size()];
        long failed = 0;
        for (int s = 0; s < supplies.size(); s++) {
            Supply supply = supplies.get(s);
            capacity[s] = ask(supply, supply.capacity());
            free[s] = ask(supply, supply.free());
            failed |= capacity[s] < 0 || free[s] < 0 ? 1L << s : 0;
        }
        return new Levels(capacity, free, failed, usedBefore);
    }

    long failures() {
        return failures.sum();
    }

    /// The answer; less than 0 if there is none.
    private long ask(Supply supply, @Nullable LongSupplier question) {
        if (question == null) {
            return 0;
        }
        try {
            long answer = question.getAsLong();
            return answer < 0 ? failed(supply, "answered " + answer, null) : answer;
        } catch (Throwable e) { // whatever foreign code throws ends here
            return failed(supply, "threw", e);
        }
    }

    private long failed(Supply supply, String what, @Nullable Throwable cause) {
        failures.increment();
        if (logged.compareAndSet(false, true)) {
            LOG.log(
                    Level.WARNING,
                    "a supplier of "
                            + supply
                            + " "
                            + what
                            + "; nothing of it is granted until it answers again",
                    cause);
        }
        return -1;
    }
}
