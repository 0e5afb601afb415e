package dev.isobar.kv;

/// What a tenant has of a pool.
///
/// *Immutable.*
///
/// @param tenant the name
/// @param share what it may have
/// @param blocks how many blocks are charged to it: it was the first to fill them
/// @param idleBlocks how many of them nobody uses
/// @param bytes the blocks, in bytes
/// @param tierBytes what its blocks take in the tiers below, in bytes; shares do not limit that
/// @param lookupTokens tokens of all its prompts
/// @param hitTokens how many of them were found
/// @param evictedBlocks how many of its blocks were evicted
public record TenantStats(
        String tenant,
        TenantShare share,
        int blocks,
        int idleBlocks,
        long bytes,
        long tierBytes,
        long lookupTokens,
        long hitTokens,
        long evictedBlocks) {}
