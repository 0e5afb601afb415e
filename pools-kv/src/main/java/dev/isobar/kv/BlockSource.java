package dev.isobar.kv;

import java.lang.foreign.MemorySegment;

/// Where the bytes of some blocks come from.
interface BlockSource {

    /// The blocks of a sequence.
    static BlockSource of(KvSequence sequence) {
        return new BlockSource() {
            @Override
            public boolean read(int at, MemorySegment target) {
                sequence.read(at, 0, target);
                return true;
            }

            @Override
            public BlockOrigin origin(int at) {
                return sequence.origin(at);
            }
        };
    }

    /// Reads a block.
    ///
    /// @param at which one, from 0
    /// @param target as many bytes as a block has
    /// @return whether the bytes are what they should be
    boolean read(int at, MemorySegment target);

    /// What is known of a block besides its bytes.
    ///
    /// @param at its place, from 0
    BlockOrigin origin(int at);
}
