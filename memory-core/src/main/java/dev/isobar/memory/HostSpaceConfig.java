package dev.isobar.memory;

import java.util.Objects;

/// How a [HostSpace] is set up.
///
/// *Immutable.*
///
/// @param name what people call the space; not blank
/// @param capacityBytes what it may take from the system; from 1 to [#MAX_CAPACITY_BYTES]
/// @param groupBytes how much it takes at a time; a power of two from [#MIN_GROUP_BYTES] to
///     [#MAX_GROUP_BYTES]. Blocks up to an eighth of it share a group; larger ones get a group each.
///     Larger groups mean fewer calls to the system, smaller ones can be given back sooner.
public record HostSpaceConfig(String name, long capacityBytes, long groupBytes) {

    /// The largest capacity: {@value}.
    public static final long MAX_CAPACITY_BYTES = 1L << 60;

    /// The smallest group: {@value}.
    public static final long MIN_GROUP_BYTES = 1L << 14;

    /// The largest group: {@value}.
    public static final long MAX_GROUP_BYTES = 1L << 28;

    private static final long LARGEST_DEFAULT_GROUP_BYTES = 1L << 20;
    private static final int GROUPS_IN_A_SMALL_SPACE = 256;

    /// @throws IllegalArgumentException if the name is blank or a size is out of range
    public HostSpaceConfig {
        Objects.requireNonNull(name, "name");
        if (name.isBlank()) {
            throw new IllegalArgumentException("space name must not be blank");
        }
        requireCapacity(capacityBytes);
        if (Long.bitCount(groupBytes) != 1
                || groupBytes < MIN_GROUP_BYTES
                || groupBytes > MAX_GROUP_BYTES) {
            throw new IllegalArgumentException(
                    "groupBytes must be a power of two from %d to %d: %d"
                            .formatted(MIN_GROUP_BYTES, MAX_GROUP_BYTES, groupBytes));
        }
    }

    /// A space with groups of 1 MiB, or of about a 256th of the capacity where that is less: a
    /// small space that holds blocks of many sizes needs many groups.
    public static HostSpaceConfig of(String name, long capacityBytes) {
        long share = Long.highestOneBit(Math.max(1, capacityBytes / GROUPS_IN_A_SMALL_SPACE));
        return new HostSpaceConfig(
                name,
                capacityBytes,
                Math.clamp(share, MIN_GROUP_BYTES, LARGEST_DEFAULT_GROUP_BYTES));
    }

    static void requireCapacity(long capacityBytes) {
        if (capacityBytes < 1 || capacityBytes > MAX_CAPACITY_BYTES) {
            throw new IllegalArgumentException(
                    "capacityBytes must be from 1 to " + MAX_CAPACITY_BYTES + ": " + capacityBytes);
        }
    }
}
