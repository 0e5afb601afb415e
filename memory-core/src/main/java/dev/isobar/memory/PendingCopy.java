package dev.isobar.memory;

/// A copy that was begun and may still run.
///
/// Until it is over, nobody frees its blocks, closes the arena of its other side, or writes to what
/// it reads. The surest way to keep to that is `try (var copy = space.copyInAsync(...)) {...}`.
///
/// *Safe for several threads.*
public interface PendingCopy extends AutoCloseable {

    /// Whether it is over, well or not. Never waits.
    boolean done();

    /// Waits for the end. An interrupt does not cut the wait short, since the bytes are in use until
    /// then; the flag is set again.
    ///
    /// @throws MemorySpaceException if the system or the device failed the copy; some of the bytes
    ///     may have been copied
    /// @throws IllegalStateException if a block was freed, or a space closed, meanwhile
    CopyReport await();

    /// Waits for the end, whichever it is: [#await()] says how it went. Closing twice does nothing.
    @Override
    void close();
}
