package dev.isobar.kv;

/// How room for some blocks would be made: how many are missing, and how many idle blocks would go for
/// it. Nothing goes if it would not be enough.
///
/// *Immutable.*
///
/// @param neededBlocks what is asked for; at least 0
/// @param freeBlocks what is free or could be had from the space
/// @param idleBlocks what could be evicted
/// @param promisedBlocks what others were promised
/// @param minimumFreeBlocks what must be free afterwards
/// @param targetFreeBlocks what should be free afterwards; at least the minimum
public record RoomPlan(
        int neededBlocks,
        int freeBlocks,
        int idleBlocks,
        int promisedBlocks,
        int minimumFreeBlocks,
        int targetFreeBlocks) {

    /// How many blocks are missing so that the minimum stays free; 0 if none.
    public int deficit() {
        return missing(minimumFreeBlocks);
    }

    /// Whether there will be room.
    public boolean admitted() {
        return deficit() <= idleBlocks;
    }

    /// How many blocks are to be evicted: what is missing to the target, as far as there are idle
    /// blocks; none if it would not be enough for the minimum.
    public int evictions() {
        return admitted() ? Math.min(idleBlocks, missing(targetFreeBlocks)) : 0;
    }

    private int missing(int keepFree) {
        long missing = (long) neededBlocks + promisedBlocks + keepFree - freeBlocks;
        return Math.clamp(missing, 0, Integer.MAX_VALUE);
    }
}
