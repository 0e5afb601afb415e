package dev.isobar.memory;

/// A copy that may still be under way.
///
/// Until it is done, the block must not be freed, and host memory that takes part must stay alive
/// and, as a source, unchanged. Copies are not ordered among one another: start what builds on a
/// copy when that copy is done.
///
/// *Safe for several threads.* Closing the space waits for its copies.
public interface PendingCopy extends AutoCloseable {

    /// Whether the copy has ended, well or badly. Does not wait.
    boolean done();

    /// Waits for the end. Calling it again gives the same answer.
    ///
    /// @throws MemorySpaceException if the copy failed; what its target holds is then undefined
    CopyReport await();

    /// Waits for the end and gives back what the copy held. Closing twice does nothing.
    ///
    /// @throws MemorySpaceException if the copy failed and [#await()] has not said so yet
    @Override
    void close();
}
