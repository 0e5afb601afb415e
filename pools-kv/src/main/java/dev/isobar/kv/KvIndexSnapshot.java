package dev.isobar.kv;

import java.util.Set;

/// All that can be found in a pool at one moment, for a router that begins or has missed events.
///
/// *Immutable.*
///
/// @param number the last event that is in it; go on with the one after
/// @param digests of all blocks that can be found, in hexadecimal
/// @param sum of the digests, word by word without carry between words: what a router that is in step
///     computes from its own set
public record KvIndexSnapshot(long number, Set<String> digests, String sum) {
    /// Keeps a copy of the set.
    public KvIndexSnapshot {
        digests = Set.copyOf(digests);
    }
}
