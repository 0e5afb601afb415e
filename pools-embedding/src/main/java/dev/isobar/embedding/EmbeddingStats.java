package dev.isobar.embedding;

import java.util.Locale;
import java.util.Map;

/// An embedding pool's figures at one moment. Counters run since creation or the last `clear`. In a
/// batch, equal texts count once.
///
/// *Immutable.* The numbers are read one after the other, so while the pool is busy they may
/// disagree by an operation or two.
///
/// @param name the pool's name
/// @param hits texts whose vector was in the pool
/// @param misses texts whose vector was neither there nor on the disk nor being loaded
/// @param recalled texts whose vector was on the disk
/// @param shared texts whose vector another caller was loading
/// @param expired vectors found too old; each counts as a miss
/// @param delegateCalls how often a model was called
/// @param embedded texts that models embedded
/// @param uncached vectors that found no room
/// @param size vectors in the pool
/// @param pinned vectors of these that are being read
/// @param totalBytes what is charged to the pool: vectors, and room reserved for those in flight
/// @param maxBytes the pool's limit
/// @param pressure total / max
/// @param evictions vectors evicted to make room, or for the broker
/// @param bytesByEncoding what vectors occupy in memory, by how they are written
/// @param committedBytes what the pool has taken from the system; more than its vectors occupy,
///     since memory is taken in groups
public record EmbeddingStats(
        String name,
        long hits,
        long misses,
        long recalled,
        long shared,
        long expired,
        long delegateCalls,
        long embedded,
        long uncached,
        long size,
        long pinned,
        long totalBytes,
        long maxBytes,
        double pressure,
        long evictions,
        Map<VectorEncoding, Long> bytesByEncoding,
        long committedBytes) {

    public EmbeddingStats {
        bytesByEncoding = Map.copyOf(bytesByEncoding);
    }

    /// Hits per look-up, 0 to 1; 0 if there were none. What came from the disk is no hit here.
    public double hitRate() {
        long lookups = hits + misses + recalled + shared;
        return lookups == 0 ? 0 : (double) hits / lookups;
    }

    /// Hits per look-up in percent, with one decimal: `66.7`; `0.0` if there were none.
    public String hitRatePercent() {
        return String.format(Locale.ROOT, "%.1f", 100 * hitRate());
    }
}
