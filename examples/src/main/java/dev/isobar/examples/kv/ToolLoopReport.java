package dev.isobar.examples.kv;

/// What became of a [ToolLoop].
///
/// *Immutable.*
///
/// @param requests how many ran to their end
/// @param waits how many of them had to wait to be admitted
/// @param refusals how many answers were "not now", each tried again
/// @param slotFailures how often an admitted request found no room in the pool; 0 if all is well
/// @param lostTokens how many tokens did not read as they were written; 0 if all is well
/// @param promptTokens tokens of all prompts
/// @param cachedTokens how many of them were found in the pool
/// @param patientLruTokens how many an LRU would have found that runs one request at a time
/// @param evictedBlocks how many blocks were evicted
/// @param bypasses how often a request that waited was passed by a later one
/// @param slowestAdmissionNanos the longest wait
/// @param mostPassed how many requests were admitted at most while one waited
public record ToolLoopReport(
        int requests,
        int waits,
        int refusals,
        int slotFailures,
        long lostTokens,
        long promptTokens,
        long cachedTokens,
        long patientLruTokens,
        long evictedBlocks,
        long bypasses,
        long slowestAdmissionNanos,
        int mostPassed) {

    /// Found tokens by all tokens of prompts.
    public double reuse() {
        return promptTokens == 0 ? 0 : (double) cachedTokens / promptTokens;
    }

    /// The same for the patient LRU.
    public double patientLruReuse() {
        return promptTokens == 0 ? 0 : (double) patientLruTokens / promptTokens;
    }
}
