package dev.isobar.kv;

/// What a [KvDisk] has, and has done since its pool was made. A snapshot.
///
/// *Immutable.*
///
/// @param name the log
/// @param heldBlocks how many blocks lie there, also those of other models or secrets that were not given up
///     yet; 0 before the first use
/// @param diskBytes what they take on the disk
/// @param restoredBlocks how many came back
/// @param staleBlocks how many were of another layout, or had other tokens, and were dropped
/// @param corruptBlocks how many did not have the bytes that were written, and were dropped
/// @param refusedBlocks how many found no room in the pool
/// @param recomputed how often it was quicker to compute than to load
/// @param writtenBlocks how many were written
/// @param fullBlocks how many found no room among those that waited, and were not written
/// @param failedBlocks how many the store refused
/// @param droppedBlocks how many were given up under pressure before they were written
/// @param failures how often something failed that costs content: a copy, a look-up
/// @param bufferedBytes what waits to be written
/// @param loadBytesPerSecond the measured speed of loading; 0 before the first
public record KvDiskStats(
        String name,
        long heldBlocks,
        long diskBytes,
        long restoredBlocks,
        long staleBlocks,
        long corruptBlocks,
        long refusedBlocks,
        long recomputed,
        long writtenBlocks,
        long fullBlocks,
        long failedBlocks,
        long droppedBlocks,
        long failures,
        long bufferedBytes,
        double loadBytesPerSecond) {}
