package dev.isobar.broker;

/// What a source holds, in bytes, at one moment.
///
/// *Immutable.* The four numbers are read without locks, so they may belong to moments a few
/// nanoseconds apart: `pinned + reclaimable` can differ from `used` while the source is busy.
///
/// @param usedBytes bytes charged to the source: entries, entries dropped but still leased, and
///     reservations of loads in flight; at least 0
/// @param capacityBytes the source's limit; 0 means unmanaged (pressure 0, never acted on)
/// @param pinnedBytes bytes that cannot be given back because a lease is open; at least 0
/// @param reclaimableBytes an estimate of what `reclaim` could give back now; at least 0
public record Usage(long usedBytes, long capacityBytes, long pinnedBytes, long reclaimableBytes) {

    /// @throws IllegalArgumentException if a number is negative
    public Usage {
        requireNotNegative(usedBytes, "usedBytes");
        requireNotNegative(capacityBytes, "capacityBytes");
        requireNotNegative(pinnedBytes, "pinnedBytes");
        requireNotNegative(reclaimableBytes, "reclaimableBytes");
    }

    /// A usage with nothing pinned, all of it reclaimable.
    public static Usage of(long usedBytes, long capacityBytes) {
        return new Usage(usedBytes, capacityBytes, 0, usedBytes);
    }

    /// Used / capacity: at least 0, may exceed 1; 0 if the capacity is 0.
    public double pressure() {
        return capacityBytes == 0 ? 0.0 : (double) usedBytes / capacityBytes;
    }

    /// Whether the broker looks after this source at all: its capacity is known.
    public boolean managed() {
        return capacityBytes > 0;
    }

    private static void requireNotNegative(long bytes, String name) {
        if (bytes < 0) {
            throw new IllegalArgumentException(name + " must be at least 0: " + bytes);
        }
    }
}
