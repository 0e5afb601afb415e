package dev.isobar.kv;

/// A handle of a block was used after the block was freed, or is used by nobody. Nothing that belongs to
/// others was given out.
public final class StaleBlockException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private final int block;
    private final int handleGeneration;
    private final int blockGeneration;

    /// @param handle what was used
    /// @param generation which holder the block belongs to now, or will belong to next
    /// @param state what the block is now, for the message
    StaleBlockException(KvBlock handle, int generation, String state) {
        super(
                "pool %s: stale handle: block %s in generation %d, the handle is of %d"
                        .formatted(handle.pool(), state, generation, handle.generation()));
        block = handle.number();
        handleGeneration = handle.generation();
        blockGeneration = generation;
    }

    /// The number of the block.
    public int block() {
        return block;
    }

    /// Which holder the handle was given to.
    public int handleGeneration() {
        return handleGeneration;
    }

    /// Which holder the block belongs to now, or will belong to next.
    public int blockGeneration() {
        return blockGeneration;
    }
}
