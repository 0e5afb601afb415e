package dev.isobar.kv;

/// What a tenant may have of a pool.
///
/// *Immutable.*
///
/// @param minBytes what others cannot evict; at least 0
/// @param maxBytes what it never has more than; at least `minBytes`
/// @param weight its part of what goes beyond the minimums; more than 0
public record TenantShare(long minBytes, long maxBytes, double weight) {

    /// No minimum, no maximum, weight 1.
    public static final TenantShare EQUAL = new TenantShare(0, Long.MAX_VALUE, 1);

    /// @throws IllegalArgumentException if a number is out of range
    public TenantShare {
        if (minBytes < 0 || maxBytes < minBytes || !(weight > 0) || Double.isInfinite(weight)) {
            throw new IllegalArgumentException(
                    "a share needs 0 <= minBytes <= maxBytes and weight > 0: %d, %d, %s"
                            .formatted(minBytes, maxBytes, weight));
        }
    }
}
