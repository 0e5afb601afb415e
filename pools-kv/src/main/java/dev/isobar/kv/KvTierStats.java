package dev.isobar.kv;

/// The figures of a [KvTier] at one moment.
///
/// *Immutable.*
///
/// @param name the tier
/// @param capacityBlocks how many blocks it can hold
/// @param heldBlocks how many it holds or is being given
/// @param storedBlocks how many were stored since it was opened
/// @param loadedBlocks how many were loaded
/// @param corruptBlocks how many did not have the bytes that were stored, and were dropped
/// @param recomputed how often it was quicker to compute than to load
/// @param refusedBlocks how many found no place, since what is here was being loaded or stored
/// @param failures how often the space failed while a pool's blocks were stored or loaded
/// @param loadBytesPerSecond the measured speed of loading; 0 before the first
/// @param committedBytes what its space has given
public record KvTierStats(
        String name,
        int capacityBlocks,
        int heldBlocks,
        long storedBlocks,
        long loadedBlocks,
        long corruptBlocks,
        long recomputed,
        long refusedBlocks,
        long failures,
        double loadBytesPerSecond,
        long committedBytes) {}
