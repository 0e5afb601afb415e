package dev.isobar.embedding;

import java.util.List;

/// The vectors of a batch, and where they came from: the five counts together are the number of
/// different texts.
///
/// @param vectors one vector for each input, in the order of the inputs; each an array of its own,
///     the caller's to change
/// @param hits texts whose vector was in the pool
/// @param recalled texts whose vector was on the disk
/// @param shared texts whose vector another caller was loading
/// @param embedded texts that were embedded for this call, and are in the pool now
/// @param uncached texts that were embedded for this call, and found no room in the pool
public record EmbeddedBatch(
        List<float[]> vectors, int hits, int recalled, int shared, int embedded, int uncached) {

    /// How many different texts there were.
    public int texts() {
        return hits + recalled + shared + embedded + uncached;
    }
}
