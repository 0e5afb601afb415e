package dev.isobar.broker;

import java.util.Objects;

/// Why bytes were not given. Exhaustive: a `switch` over it needs no `default`.
///
/// *Immutable.* Names and components are the wire form, too: a JSON library that writes records
/// gives the same field names.
public sealed interface ResourceRefusal {

    /// The pool, disk or device that refused; not blank.
    String holder();

    /// One sentence for people, with the numbers.
    String message();

    /// All that could go has gone, and it is not enough.
    ///
    /// @param holder who refused
    /// @param requestedBytes what was asked for
    /// @param availableBytes what could have been given
    /// @param evictedBytes what was evicted in vain
    /// @param detail who holds the rest, for people; may be empty
    record TierExhausted(
            String holder,
            long requestedBytes,
            long availableBytes,
            long evictedBytes,
            String detail)
            implements ResourceRefusal {
        public TierExhausted {
            Resource.requireName(holder, "holder");
            Objects.requireNonNull(detail, "detail");
        }

        @Override
        public String message() {
            return "%s: no %d bytes (available=%d, evicted=%d%s)"
                    .formatted(
                            holder,
                            requestedBytes,
                            availableBytes,
                            evictedBytes,
                            detail.isEmpty() ? "" : ", " + detail);
        }
    }

    /// A disk would be fuller than is allowed.
    ///
    /// @param holder the disk
    /// @param usedBytes what is used now
    /// @param capacityBytes the disk's size
    /// @param projectedBytes what would be added
    /// @param maxBasisPoints how full it may become, in 1/10000 of the capacity
    record DiskCapacity(
            String holder,
            long usedBytes,
            long capacityBytes,
            long projectedBytes,
            int maxBasisPoints)
            implements ResourceRefusal {
        public DiskCapacity {
            Resource.requireName(holder, "holder");
        }

        @Override
        public String message() {
            return "%s: %d more bytes would pass %d/10000 of the capacity (used=%d, capacity=%d)"
                    .formatted(holder, projectedBytes, maxBasisPoints, usedBytes, capacityBytes);
        }
    }

    /// It cannot be said whether there is room, so there is none.
    ///
    /// @param holder what was asked
    /// @param reason why it cannot be said
    record TierUnavailable(String holder, String reason) implements ResourceRefusal {
        public TierUnavailable {
            Resource.requireName(holder, "holder");
            Objects.requireNonNull(reason, "reason");
        }

        @Override
        public String message() {
            return holder + ": unavailable: " + reason;
        }
    }
}
