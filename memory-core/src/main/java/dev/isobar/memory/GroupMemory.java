package dev.isobar.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Where a [GroupedSpace] takes its groups from.
///
/// *Safe for several threads.*
interface GroupMemory {

    /// Takes a piece.
    ///
    /// @param alignment what its address must be a multiple of
    /// @throws OutOfMemoryError if the system has none
    /// @throws java.io.UncheckedIOException if the disk has no room
    /// @throws MemorySpaceException if the system fails otherwise
    Piece take(long bytes, long alignment);

    /// Memory with an arena of its own.
    ///
    /// @param arena what it lives in
    /// @param segment the memory
    /// @param afterClose what to do once the memory is gone; must not throw
    record Piece(Arena arena, MemorySegment segment, Runnable afterClose) {

        /// Closes the arena. Asks every thread of the process, so not for a request path.
        ///
        /// @throws IllegalStateException if the memory is in use by a native call: nothing was given
        ///     back
        void giveBack() {
            arena.close();
            afterClose.run();
        }
    }
}
