package dev.isobar.memory.load;

import dev.isobar.memory.MemoryBlock;
import java.util.List;

/// What [FileLoader#loadNew] made.
///
/// *Immutable.*
///
/// @param blocks a block for each extent, in their order; the caller frees them
/// @param report how it went
public record Loaded(List<MemoryBlock> blocks, LoadReport report) {

    /// Copies the list.
    public Loaded {
        blocks = List.copyOf(blocks);
    }
}
