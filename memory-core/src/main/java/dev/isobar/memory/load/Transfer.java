package dev.isobar.memory.load;

/// A strategy at work: how a chunk gets from its file to where its pieces belong.
///
/// *Safe for several threads*, each with a [Lane] of its own.
sealed interface Transfer extends AutoCloseable
        permits MappedTransfer, ReadTransfer, StagedTransfer, DirectTransfer {

    /// Finds out whether a file can be loaded that way. Called before the first chunk.
    ///
    /// @throws LoadException if not
    void prepare(FileSource source);

    /// Whether lanes need staging buffers.
    boolean stages(ChunkPlan plan);

    /// Moves a chunk: reads it, and delivers its pieces.
    ///
    /// @throws LoadException if it cannot be read
    /// @throws InternalError if a mapped file was cut short
    void move(Chunk chunk, Lane lane);

    /// Where a read that is to contain an offset begins.
    default long aligned(long offset) {
        return offset & -LoadPolicy.CHUNK_STEP_BYTES;
    }

    @Override
    void close();

    /// The strategy of that name.
    static Transfer of(LoadStrategy strategy) {
        return switch (strategy) {
            case MAPPED -> new MappedTransfer();
            case READ -> new ReadTransfer();
            case STAGED -> new StagedTransfer();
            case DIRECT -> new DirectTransfer();
        };
    }

    /// Whether a piece of the plan goes to a device.
    static boolean leavesHost(ChunkPlan plan) {
        return plan.chunks().stream()
                .flatMap(chunk -> chunk.pieces().stream())
                .anyMatch(piece -> !Lane.inHost(piece.item().target()));
    }
}
