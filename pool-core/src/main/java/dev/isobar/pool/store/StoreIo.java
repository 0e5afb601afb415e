package dev.isobar.pool.store;

/// What a store has asked of the file system since it was made, and how long that took. A snapshot.
///
/// *Immutable.*
///
/// @param reads reads of files
/// @param readBytes what they brought, in bytes
/// @param readNanos how long they took, in nanoseconds
/// @param writes writes to files
/// @param writtenBytes what they wrote, in bytes
/// @param writeNanos how long they took, in nanoseconds
/// @param forces forced writes, of files and of folders
/// @param forceNanos how long they took, in nanoseconds
public record StoreIo(
        long reads,
        long readBytes,
        long readNanos,
        long writes,
        long writtenBytes,
        long writeNanos,
        long forces,
        long forceNanos) {

    /// Nothing yet.
    static StoreIo nothing() {
        return new StoreIo(0, 0, 0, 0, 0, 0, 0, 0);
    }
}
