package dev.isobar.memory;

import java.util.List;

/// What [PageSlab#shrink(long)] gave back.
///
/// *Immutable.*
///
/// @param askedBytes what was asked for
/// @param returnedBytes what the space got back, a multiple of the segment; may be more than asked
/// @param returnedSegments how many segments that were
/// @param unreturnedBytes what the space failed to take back, now and before: still charged, and
///     tried again with the next call
/// @param failures why it failed, one for each segment tried
public record SlabShrink(
        long askedBytes,
        long returnedBytes,
        int returnedSegments,
        long unreturnedBytes,
        List<RuntimeException> failures) {

    /// Keeps a copy of the list.
    public SlabShrink {
        failures = List.copyOf(failures);
    }
}
