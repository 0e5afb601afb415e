package dev.isobar.examples.host;

/// The bytes that are still charged after everything was closed. All should be 0.
///
/// *Immutable.*
///
/// @param embeddingCacheBytes by the embedding pool
/// @param hostSpaceBytes by the space that its vectors were in
/// @param searchCacheBytes by the search cache
public record Leftovers(long embeddingCacheBytes, long hostSpaceBytes, long searchCacheBytes) {

    /// All of them.
    public long totalBytes() {
        return Math.addExact(embeddingCacheBytes, Math.addExact(hostSpaceBytes, searchCacheBytes));
    }
}
