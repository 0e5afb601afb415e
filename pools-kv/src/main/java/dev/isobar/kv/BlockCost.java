package dev.isobar.kv;

/// What it costs to have a block's content again once it is dropped.
@FunctionalInterface
interface BlockCost {

    /// In nanoseconds.
    ///
    /// @param table what is known of the block; to read only
    /// @param depth how many blocks are before it in its sequence
    double nanos(BlockTable table, int block, int depth);

    /// By computing it.
    static BlockCost of(PrefillCost prefill, int tokensPerBlock) {
        return (_, _, depth) -> prefill.nanos((long) depth * tokensPerBlock, tokensPerBlock);
    }
}
