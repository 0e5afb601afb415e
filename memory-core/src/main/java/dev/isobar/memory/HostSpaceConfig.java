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
/// @param hugePages whether to ask the system for huge pages: first touch is several times faster,
///     and memory is given back in larger pieces. Linux; groups are then at least
///     [#MIN_HUGE_GROUP_BYTES]
/// @param locked whether to ask the system never to swap this memory out. Linux; an ordinary user may
///     lock only a few MiB
/// @param scrubOnFree whether a block is overwritten with zeroes when it is freed
///
/// Huge pages and locking need native access (`--enable-native-access`); whether they took effect is
/// said by [HostSpace#pages()]. A space without them makes no restricted call.
public record HostSpaceConfig(
        String name,
        long capacityBytes,
        long groupBytes,
        boolean hugePages,
        boolean locked,
        boolean scrubOnFree) {

    /// The largest capacity: {@value}.
    public static final long MAX_CAPACITY_BYTES = 1L << 60;

    /// The smallest group: {@value}.
    public static final long MIN_GROUP_BYTES = 1L << 14;

    /// The largest group: {@value}.
    public static final long MAX_GROUP_BYTES = 1L << 28;

    /// The smallest group with huge pages: {@value}.
    public static final long MIN_HUGE_GROUP_BYTES = 1L << 21;

    private static final long LARGEST_DEFAULT_GROUP_BYTES = 1L << 20;
    private static final int GROUPS_IN_A_SMALL_SPACE = 256;

    /// @throws IllegalArgumentException if the name is blank or a size is out of range
    public HostSpaceConfig {
        requireValid(name, capacityBytes, groupBytes, "groupBytes");
        if (hugePages && groupBytes < MIN_HUGE_GROUP_BYTES) {
            throw new IllegalArgumentException(
                    "groupBytes must be at least %d with huge pages: %d"
                            .formatted(MIN_HUGE_GROUP_BYTES, groupBytes));
        }
    }

    /// A space of ordinary pages that are neither locked nor scrubbed.
    ///
    /// @throws IllegalArgumentException if the name is blank or a size is out of range
    public HostSpaceConfig(String name, long capacityBytes, long groupBytes) {
        this(name, capacityBytes, groupBytes, false, false, false);
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

    /// The same with huge pages, and groups of at least [#MIN_HUGE_GROUP_BYTES].
    public HostSpaceConfig withHugePages() {
        return new HostSpaceConfig(
                name,
                capacityBytes,
                Math.max(groupBytes, MIN_HUGE_GROUP_BYTES),
                true,
                locked,
                scrubOnFree);
    }

    /// The same, locked in memory.
    public HostSpaceConfig withLockedPages() {
        return new HostSpaceConfig(name, capacityBytes, groupBytes, hugePages, true, scrubOnFree);
    }

    /// The same, with blocks overwritten when they are freed.
    public HostSpaceConfig withScrubOnFree() {
        return new HostSpaceConfig(name, capacityBytes, groupBytes, hugePages, locked, true);
    }

    static void requireValid(String name, long capacityBytes, long groupBytes, String group) {
        Objects.requireNonNull(name, "name");
        if (name.isBlank()) {
            throw new IllegalArgumentException("space name must not be blank");
        }
        requireCapacity(capacityBytes);
        if (Long.bitCount(groupBytes) != 1
                || groupBytes < MIN_GROUP_BYTES
                || groupBytes > MAX_GROUP_BYTES) {
            throw new IllegalArgumentException(
                    "%s must be a power of two from %d to %d: %d"
                            .formatted(group, MIN_GROUP_BYTES, MAX_GROUP_BYTES, groupBytes));
        }
    }

    static void requireCapacity(long capacityBytes) {
        if (capacityBytes < 1 || capacityBytes > MAX_CAPACITY_BYTES) {
            throw new IllegalArgumentException(
                    "capacityBytes must be from 1 to " + MAX_CAPACITY_BYTES + ": " + capacityBytes);
        }
    }
}
