package dev.isobar.kv;

import java.util.Collection;
import java.util.Map;

/// By what a router that is in step and a pool see that they agree, without an index.
///
/// *Immutable.*
///
/// @param number the last event that is in the sums
/// @param byMedium the sum of the digests of all that can be found in each medium, in hexadecimal
public record KvIndexSums(long number, Map<String, String> byMedium) {
    /// Keeps a copy of the map.
    public KvIndexSums {
        byMedium = Map.copyOf(byMedium);
    }

    /// The sum of a router's own digests, word by word without carry between words: the order in which they
    /// came does not matter.
    ///
    /// @param digests in hexadecimal, as [KvEvent] has them
    public static String of(Collection<String> digests) {
        return DigestSum.of(digests);
    }
}
