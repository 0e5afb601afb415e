package dev.isobar.kv;

import java.lang.foreign.MemorySegment;

/// Reads blocks by their number.
@FunctionalInterface
interface BlockReader {

    /// Reads a block.
    ///
    /// @param target as many bytes as a block has
    /// @return whether the bytes are what they should be
    boolean read(int block, MemorySegment target);
}
