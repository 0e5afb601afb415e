package dev.isobar.kv;

import java.lang.foreign.MemorySegment;

/// Where the bytes of some blocks come from.
interface BlockSource {

    /// Reads a block.
    ///
    /// @param at which one, from 0
    /// @param target as many bytes as a block has
    /// @return whether the bytes are what they should be
    boolean read(int at, MemorySegment target);

    /// A sum over the tokens of a block, or 0 if they are not known.
    int tokenSum(int at);

    /// Whose block it is.
    ///
    /// @param at its place, from 0
    String tenant(int at);
}
