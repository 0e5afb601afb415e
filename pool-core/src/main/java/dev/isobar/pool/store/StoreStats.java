package dev.isobar.pool.store;

/// What a store holds and has done since it was opened. A snapshot: the numbers may be of slightly
/// different moments.
///
/// @param access what the store may do
/// @param entries how many entries there are; not those of logs, and not if somebody else owns the root
/// @param entryBytes what they take on disk
/// @param segmentBytes what logs take
/// @param temporaryBytes what is being written, or was left by writes that failed
/// @param quarantineBytes what was found damaged and put away
/// @param otherBytes the store's own files, and what a later version has written
/// @param budgetBytes the most that all of these may be together
/// @param hits look-ups that found something
/// @param misses look-ups that did not
/// @param writes writes that succeeded
/// @param refusals writes that did not, for whatever reason
/// @param evicted entries and records that went to make room
/// @param expired entries and records that had lived long enough
/// @param damaged records and entries whose bytes were not what was written
/// @param quarantined files that were put away
/// @param readFailures reads that the file system failed
/// @param throttled checkpoints that sessions did not write, to write less
/// @param paused whether writes are not tried for a while, because they failed
/// @param io what was asked of the file system
public record StoreStats(
        StoreAccess access,
        long entries,
        long entryBytes,
        long segmentBytes,
        long temporaryBytes,
        long quarantineBytes,
        long otherBytes,
        long budgetBytes,
        long hits,
        long misses,
        long writes,
        long refusals,
        long evicted,
        long expired,
        long damaged,
        long quarantined,
        long readFailures,
        long throttled,
        boolean paused,
        StoreIo io) {

    /// All bytes under the root.
    public long usedBytes() {
        return entryBytes + segmentBytes + temporaryBytes + quarantineBytes + otherBytes;
    }

    /// Of all look-ups the share that found something; 0 if there were none.
    public double hitRate() {
        long lookups = hits + misses;
        return lookups == 0 ? 0 : (double) hits / lookups;
    }
}
