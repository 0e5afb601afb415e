package dev.isobar.memory.load;

import java.util.List;

/// A strategy at work: how a chunk gets from its file to where its pieces belong.
///
/// *Safe for several threads*, each with a [Lane] of its own.
sealed interface Transfer extends AutoCloseable
        permits MappedTransfer, ReadTransfer, StagedTransfer, DirectTransfer {

    /// Finds out whether a file can be loaded that way. Called before the first chunk.
    ///
    /// @throws LoadException if not
    void prepare(FileSource source);

    /// How much is moved at a time, in bytes.
    default long chunkBytes(LoadPolicy policy, List<LoadItem> items) {
        return policy.chunkBytes();
    }

    /// Whether lanes need staging buffers.
    boolean stages(List<LoadItem> items);

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

    /// Whether an item goes to a device.
    static boolean leavesHost(List<LoadItem> items) {
        return items.stream().anyMatch(item -> !Lane.inHost(item.target()));
    }
}
