package dev.isobar.kv;

import dev.isobar.memory.MemoryBlock;
import dev.isobar.memory.MemorySpace;

/// Copies the half full last block of a sequence, when two go on from it. The default is the space's own
/// copy; an engine that has a stream of its own gives another, so that the copy is in order with its
/// kernels.
///
/// Called by the thread that reserves, without a lock of ours. The source is not written meanwhile, and
/// nobody else sees the target. Must be safe for several threads.
@FunctionalInterface
public interface BlockCopier {

    /// The space's own copy.
    BlockCopier OF_THE_SPACE = MemorySpace::copyAcross;

    /// Copies bytes, and returns when they are there, or ordered before whatever the engine does next.
    ///
    /// If it throws, the reservation failed and nothing has changed.
    ///
    /// @param space that both blocks are of
    /// @param fromOffset where to begin to read, in bytes
    /// @param toOffset where to begin to write, in bytes
    /// @param bytes how many
    void copy(
            MemorySpace space,
            MemoryBlock from,
            long fromOffset,
            MemoryBlock to,
            long toOffset,
            long bytes);
}
