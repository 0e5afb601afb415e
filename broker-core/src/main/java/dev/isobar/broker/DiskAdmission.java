package dev.isobar.broker;

import java.math.BigInteger;
import java.util.Optional;

/// Whether a disk may take more bytes: in exact integer arithmetic, before anything is written.
public final class DiskAdmission {

    /// How full a disk may become by default: 95.00 % of its capacity.
    public static final int DEFAULT_MAX_BASIS_POINTS = 9_500;

    private static final int WHOLE = 10_000;

    private DiskAdmission() {}

    /// Checks against {@value #DEFAULT_MAX_BASIS_POINTS} basis points.
    ///
    /// @return why not; empty if there is room
    public static Optional<ResourceRefusal> check(
            String holder, long usedBytes, long capacityBytes, long projectedBytes) {
        return check(holder, usedBytes, capacityBytes, projectedBytes, DEFAULT_MAX_BASIS_POINTS);
    }

    /// Checks whether a disk stays within its limit. Exactly the limit is allowed, one byte more is
    /// not.
    ///
    /// @param holder the disk, for messages; not blank
    /// @param usedBytes what is used now; at least 0
    /// @param capacityBytes the disk's size; 0 = unknown, which is refused
    /// @param projectedBytes what would be added; at least 0
    /// @param maxBasisPoints how full it may become, in 1/10000 of the capacity; 1 to 10000, anything
    ///     else is refused
    /// @return why not; empty if there is room
    /// @throws IllegalArgumentException if a number of bytes is negative
    public static Optional<ResourceRefusal> check(
            String holder,
            long usedBytes,
            long capacityBytes,
            long projectedBytes,
            int maxBasisPoints) {
        Settings.requireAtLeast("usedBytes", usedBytes, 0);
        Settings.requireAtLeast("capacityBytes", capacityBytes, 0);
        Settings.requireAtLeast("projectedBytes", projectedBytes, 0);
        if (capacityBytes == 0) {
            return unavailable(holder, "capacity is unknown");
        }
        if (maxBasisPoints < 1 || maxBasisPoints > WHOLE) {
            return unavailable(
                    holder, "invalid threshold: " + maxBasisPoints + " is not in 1.." + WHOLE);
        }
        if (fits(usedBytes, capacityBytes, projectedBytes, maxBasisPoints)) {
            return Optional.empty();
        }
        return Optional.of(
                new ResourceRefusal.DiskCapacity(
                        holder, usedBytes, capacityBytes, projectedBytes, maxBasisPoints));
    }

    /// (used + projected) * 10000 <= capacity * maxBasisPoints, which needs more than 64 bits.
    private static boolean fits(
            long usedBytes, long capacityBytes, long projectedBytes, int maxBasisPoints) {
        BigInteger wanted = BigInteger.valueOf(usedBytes).add(BigInteger.valueOf(projectedBytes));
        BigInteger allowed =
                BigInteger.valueOf(capacityBytes).multiply(BigInteger.valueOf(maxBasisPoints));
        return wanted.multiply(BigInteger.valueOf(WHOLE)).compareTo(allowed) <= 0;
    }

    private static Optional<ResourceRefusal> unavailable(String holder, String reason) {
        return Optional.of(new ResourceRefusal.TierUnavailable(holder, reason));
    }
}
