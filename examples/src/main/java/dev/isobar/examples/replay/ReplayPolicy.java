package dev.isobar.examples.replay;

/// A cache as far as a replay sees it.
///
/// *One thread only.*
public interface ReplayPolicy extends AutoCloseable {

    /// Asks for a key. If it is not there, it is offered afterwards, and the policy may keep it.
    ///
    /// @param key the key's number, at least 0
    /// @param bytes its size, at least 1
    /// @param cost what a miss costs, at least 1
    /// @return whether it was there
    boolean request(int key, long bytes, long cost);

    @Override
    default void close() {}
}
