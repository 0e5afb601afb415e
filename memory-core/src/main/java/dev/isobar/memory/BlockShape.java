package dev.isobar.memory;

/// What a block of a [HostSpace] needs: the one place where sizes are rounded.
///
/// Sizes up to 256 bytes are rounded to 16, larger ones to a 16th of the power of two below them:
/// at most 6.3 % is lost, and there are few enough different sizes for groups to be shared. All
/// slots of a group have one size, a multiple of the alignment, and groups begin at a multiple of
/// [#GROUP_ALIGNMENT]; so every slot is aligned.
///
/// *Immutable.*
///
/// @param bytes what was asked for
/// @param alignment what the address must be a multiple of
/// @param slotBytes what the block will occupy
/// @param shared whether it is one slot of many in a group, or has a group of its own
record BlockShape(long bytes, long alignment, long slotBytes, boolean shared) {

    static final long GROUP_ALIGNMENT = 4096;

    private static final long MAX_ALIGNMENT = 1L << 30;
    private static final long FINEST_STEP_BYTES = 16;
    private static final long STEPS_PER_DOUBLING = 16;
    private static final long LONER_STEP_BYTES = 64;
    private static final long SLOTS_PER_GROUP_AT_LEAST = 8;

    /// @param bytes at least 1 and at most [HostSpaceConfig#MAX_CAPACITY_BYTES], so that no sum
    ///     here can overflow
    static BlockShape of(long bytes, long alignment, long groupBytes) {
        long slotBytes = roundUp(roundUp(bytes, stepBytes(bytes)), alignment);
        if (alignment <= GROUP_ALIGNMENT && slotBytes <= groupBytes / SLOTS_PER_GROUP_AT_LEAST) {
            return new BlockShape(bytes, alignment, slotBytes, true);
        }
        return new BlockShape(bytes, alignment, roundUp(bytes, LONER_STEP_BYTES), false);
    }

    static void requireValid(long bytes, long alignment) {
        if (bytes < 1) {
            throw new IllegalArgumentException("bytes must be at least 1: " + bytes);
        }
        if (Long.bitCount(alignment) != 1 || alignment < 1 || alignment > MAX_ALIGNMENT) {
            throw new IllegalArgumentException(
                    "alignment must be a power of two from 1 to "
                            + MAX_ALIGNMENT
                            + ": "
                            + alignment);
        }
    }

    private static long stepBytes(long bytes) {
        return Math.max(
                FINEST_STEP_BYTES, Long.highestOneBit(Math.max(1, bytes - 1)) / STEPS_PER_DOUBLING);
    }

    private static long roundUp(long bytes, long powerOfTwo) {
        return (bytes + powerOfTwo - 1) & -powerOfTwo;
    }
}
