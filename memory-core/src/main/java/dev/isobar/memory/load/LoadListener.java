package dev.isobar.memory.load;

/// Is told how far a load is, after every chunk.
///
/// *Called from several threads*, perhaps at the same time. What it throws is ignored.
@FunctionalInterface
public interface LoadListener {

    /// Hears nothing.
    LoadListener NONE = (_, _) -> {};

    /// A chunk is where it belongs.
    ///
    /// @param doneBytes how much is by now, in bytes
    /// @param totalBytes how much there is, in bytes
    void progressed(long doneBytes, long totalBytes);
}
