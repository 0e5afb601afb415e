package dev.isobar.broker.admission;

import java.util.Objects;

/// What one tenant may have of one supply.
///
/// *Immutable.* A tenant without a share has no minimum, no maximum and weight 1.
///
/// @param tenant whose share
/// @param supply of what
/// @param minimum units that nobody else is granted; at least 0
/// @param maximum units that the tenant is never granted more than; at least 1 and `minimum`
/// @param weight among several whose requests could be granted, the one goes first who holds least per
///     weight; more than 0
public record TenantShare(String tenant, Supply supply, long minimum, long maximum, double weight) {

    /// @throws IllegalArgumentException if a number is out of bounds
    public TenantShare {
        Checks.name("tenant", tenant);
        Objects.requireNonNull(supply, "supply");
        Checks.atLeast("minimum", minimum, 0);
        Checks.atLeast("maximum", maximum, Math.max(1, minimum));
        if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
            throw Checks.bad("weight", weight, "must be more than 0 and finite");
        }
    }

    /// A share with no limits but a weight.
    public static TenantShare weighted(String tenant, Supply supply, double weight) {
        return new TenantShare(tenant, supply, 0, Long.MAX_VALUE, weight);
    }
}
