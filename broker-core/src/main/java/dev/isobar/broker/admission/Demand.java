package dev.isobar.broker.admission;

/// A claim as the ledger sees it: amounts by the supplies' numbers.
///
/// @param amounts units by supply; never changed after it was made
/// @param mask one bit for each supply of which anything is wanted
/// @param tenant whose shares it counts against; empty for none
@SuppressWarnings("ArrayRecordComponent") // never compared
record Demand(long[] amounts, long mask, String tenant) {

    /// Whether both want some of the same.
    boolean overlaps(long otherMask) {
        return (mask & otherMask) != 0;
    }

    /// This and another together.
    Demand plus(Demand other) {
        long[] sum = amounts.clone();
        for (int s = 0; s < sum.length; s++) {
            sum[s] = saturated(sum[s], other.amounts[s]);
        }
        return new Demand(sum, mask | other.mask, tenant);
    }

    /// The sum of two amounts of at least 0, at most `Long.MAX_VALUE`.
    static long saturated(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
