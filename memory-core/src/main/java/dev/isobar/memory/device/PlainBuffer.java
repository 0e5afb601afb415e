package dev.isobar.memory.device;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Ordinary native memory.
///
/// *Immutable.*
///
/// @param arena owns the segment, and nothing else
/// @param segment the memory
public record PlainBuffer(Arena arena, MemorySegment segment) implements HostBuffer {

    private static final long PAGE_BYTES = 4096;

    /// Takes memory of the host.
    ///
    /// @throws OutOfMemoryError if there is none
    public static PlainBuffer of(long bytes) {
        Arena arena = Arena.ofShared();
        try {
            return new PlainBuffer(arena, arena.allocate(bytes, PAGE_BYTES));
        } catch (Throwable t) {
            arena.close();
            throw t;
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
