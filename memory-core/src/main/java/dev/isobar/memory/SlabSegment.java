package dev.isobar.memory;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The memory of one segment of a [PageSlab].
///
/// *Immutable.*
///
/// @param block what the space handed out
/// @param view its bytes in host memory; null if they are not there
record SlabSegment(MemoryBlock block, @Nullable MemorySegment view) {

    /// Takes a segment from the space.
    static SlabSegment take(MemorySpace space, long bytes, long alignment) {
        MemoryBlock block = space.allocate(bytes, alignment);
        return switch (space.kind()) {
            case HOST, MAPPED_FILE -> new SlabSegment(block, viewOrFree(space, block));
            case OPENCL, CUDA -> new SlabSegment(block, null);
        };
    }

    private static MemorySegment viewOrFree(MemorySpace space, MemoryBlock block) {
        try {
            return space.view(block);
        } catch (Throwable t) {
            try {
                space.free(block);
            } catch (RuntimeException e) {
                t.addSuppressed(e);
            }
            throw t;
        }
    }
}
