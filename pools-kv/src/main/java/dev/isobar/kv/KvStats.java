package dev.isobar.kv;

/// The figures of a [KvPool] at one moment.
///
/// *Immutable.*
///
/// @param name the pool
/// @param blockBytes a block, in bytes
/// @param capacityBlocks how many blocks there may ever be
/// @param limitBlocks how many there may be now
/// @param presentBlocks how many have memory
/// @param freeBlocks how many of those hold nothing
/// @param usedBlocks how many a sequence uses
/// @param idleBlocks how many hold content that nobody uses
/// @param leavingBlocks how many were evicted, and are being copied to a tier
/// @param promisedBlocks how many sequences were promised and have not taken
/// @param openSequences how many sequences are open
/// @param lookupTokens tokens of all prompts that were opened
/// @param hitTokens how many of them were found, in the pool or below
/// @param loadedTokens how many of those came from a tier
/// @param joinedBlocks blocks that were shared while another sequence computed them
/// @param copiedBlocks half full blocks copied because two sequences went on from them
/// @param evictedForRoom blocks evicted because room was needed
/// @param evictedByReclaim blocks evicted because the broker asked
/// @param evictedByLimit blocks evicted because the limit was lowered
/// @param duplicates blocks dropped because another one held the same
/// @param refusals how often there was no room
/// @param committedBytes what the space has given
public record KvStats(
        String name,
        long blockBytes,
        int capacityBlocks,
        int limitBlocks,
        int presentBlocks,
        int freeBlocks,
        int usedBlocks,
        int idleBlocks,
        int leavingBlocks,
        int promisedBlocks,
        int openSequences,
        long lookupTokens,
        long hitTokens,
        long loadedTokens,
        long joinedBlocks,
        long copiedBlocks,
        long evictedForRoom,
        long evictedByReclaim,
        long evictedByLimit,
        long duplicates,
        long refusals,
        long committedBytes) {

    /// Found tokens by all tokens of prompts; 0 before the first.
    public double hitRate() {
        return lookupTokens == 0 ? 0 : (double) hitTokens / lookupTokens;
    }

    /// Used blocks by all there may be now.
    public double occupancy() {
        return limitBlocks == 0 ? 0 : (double) usedBlocks / limitBlocks;
    }
}
