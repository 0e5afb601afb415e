package dev.isobar.examples.kv;

import java.util.List;

/// What became of one phase of agents' work.
///
/// *Immutable.*
///
/// @param phase its name
/// @param requests how many ran to their end
/// @param abandoned how many were given up on purpose
/// @param waits how many of them had to wait to be admitted
/// @param refusals how many answers were "not now", each tried again
/// @param slotFailures how often an admitted request found no room in the pool; 0 if all is well
/// @param lostTokens how many tokens did not read as they were written; 0 if all is well
/// @param promptTokens tokens of all prompts
/// @param cachedTokens how many of them were found in the pool
/// @param patientLruTokens how many an LRU would have found that runs one request at a time, in the order in
///     which they began here, with the whole pool to itself
/// @param evictedBlocks how many blocks were evicted
/// @param unneededBlocks how many of these while there was room without; known only where agents take turns
/// @param bypasses how often a request that waited was passed by a later one
/// @param medianWaitNanos the wait to be admitted that half of the requests did not exceed
/// @param p99WaitNanos the same for 99 of 100
/// @param longestWaitNanos the longest of all
/// @param mostPassed how many requests were admitted at most while one waited
/// @param problems what is not as it should be, for people; empty if all is well
public record PhaseReport(
        String phase,
        int requests,
        int abandoned,
        int waits,
        int refusals,
        int slotFailures,
        long lostTokens,
        long promptTokens,
        long cachedTokens,
        long patientLruTokens,
        long evictedBlocks,
        long unneededBlocks,
        long bypasses,
        long medianWaitNanos,
        long p99WaitNanos,
        long longestWaitNanos,
        int mostPassed,
        List<String> problems) {

    public PhaseReport {
        problems = List.copyOf(problems);
    }

    /// Found tokens by all tokens of prompts; 0 if there were none.
    public double reuse() {
        return promptTokens == 0 ? 0 : (double) cachedTokens / promptTokens;
    }

    /// The same for the patient LRU.
    public double patientLruReuse() {
        return promptTokens == 0 ? 0 : (double) patientLruTokens / promptTokens;
    }

    /// Whether all is as it should be.
    public boolean good() {
        return problems.isEmpty();
    }

    /// The same, with other problems.
    PhaseReport with(List<String> others) {
        return new PhaseReport(
                phase,
                requests,
                abandoned,
                waits,
                refusals,
                slotFailures,
                lostTokens,
                promptTokens,
                cachedTokens,
                patientLruTokens,
                evictedBlocks,
                unneededBlocks,
                bypasses,
                medianWaitNanos,
                p99WaitNanos,
                longestWaitNanos,
                mostPassed,
                others);
    }
}
