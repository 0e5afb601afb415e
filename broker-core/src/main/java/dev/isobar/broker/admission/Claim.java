package dev.isobar.broker.admission;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/// Units of one or several supplies that are wanted together, all or none.
///
/// *Immutable.*
///
/// ```java
/// var claim = Claim.of(tokens, 528).and(lanes, 1);
/// ```
public final class Claim {

    private static final Claim NOTHING = new Claim(Map.of());

    private final Map<Supply, Long> amounts;

    private Claim(Map<Supply, Long> amounts) {
        this.amounts = amounts;
    }

    /// A claim on nothing, which is always granted.
    public static Claim nothing() {
        return NOTHING;
    }

    /// A claim on one supply.
    ///
    /// @param amount how many units; at least 0
    /// @throws IllegalArgumentException if `amount` is negative
    public static Claim of(Supply supply, long amount) {
        return NOTHING.and(supply, amount);
    }

    /// This claim and more: amounts of one supply add up.
    ///
    /// @param amount how many units more; at least 0
    /// @throws IllegalArgumentException if `amount` is negative
    /// @throws ArithmeticException if the sum does not fit into 64 bits
    public Claim and(Supply supply, long amount) {
        Objects.requireNonNull(supply, "supply");
        Checks.atLeast("amount", amount, 0);
        if (amount == 0) {
            return this;
        }
        Map<Supply, Long> sum = new LinkedHashMap<>(amounts);
        sum.merge(supply, amount, Math::addExact);
        return new Claim(sum);
    }

    /// How many units of a supply are claimed; 0 if it is not named.
    public long amount(Supply supply) {
        return amounts.getOrDefault(supply, 0L);
    }

    /// The supplies of which at least one unit is claimed, with the amounts; cannot be changed.
    public Map<Supply, Long> amounts() {
        return Collections.unmodifiableMap(amounts);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Claim that && amounts.equals(that.amounts);
    }

    @Override
    public int hashCode() {
        return amounts.hashCode();
    }

    /// For people: `528 tokens of kv, 1 lanes of engine`.
    @Override
    public String toString() {
        return amounts.isEmpty()
                ? "nothing"
                : amounts.entrySet().stream()
                        .map(e -> e.getValue() + " " + e.getKey())
                        .collect(Collectors.joining(", "));
    }
}
