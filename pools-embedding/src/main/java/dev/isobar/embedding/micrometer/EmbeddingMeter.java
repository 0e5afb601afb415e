package dev.isobar.embedding.micrometer;

import static dev.isobar.broker.micrometer.StatsMeter.counter;
import static dev.isobar.broker.micrometer.StatsMeter.gauge;

import dev.isobar.broker.micrometer.StatsMeter;
import dev.isobar.embedding.EmbeddingStats;
import dev.isobar.embedding.VectorEncoding;
import java.util.Locale;

/// Every meter that an embedding pool has beside those of all pools. All have the tag `pool`.
public enum EmbeddingMeter {
    /// Calls of models.
    CALLS(counter("embedding.calls", "Calls of models", EmbeddingStats::delegateCalls)),
    /// Texts that models embedded.
    EMBEDDED(counter("embedding.texts", "Texts that models embedded", EmbeddingStats::embedded)),
    /// Vectors that were on the disk.
    RECALLED(
            counter(
                    "embedding.recalled",
                    "Vectors that were on the disk",
                    EmbeddingStats::recalled)),
    /// Vectors found too old.
    EXPIRED(counter("embedding.expired", "Vectors found too old", EmbeddingStats::expired)),
    /// Vectors that found no room.
    UNCACHED(counter("embedding.uncached", "Vectors that found no room", EmbeddingStats::uncached)),
    /// What the pool has taken from the system.
    COMMITTED(
            gauge(
                            "embedding.memory.committed",
                            "What the pool has taken from the system",
                            EmbeddingStats::committedBytes)
                    .inBytes()),
    /// Exact vectors.
    FLOAT32(VectorEncoding.FLOAT32),
    /// Vectors in half precision.
    FLOAT16(VectorEncoding.FLOAT16),
    /// Vectors of one byte a number.
    INT8(VectorEncoding.INT8);

    @SuppressWarnings("ImmutableEnumChecker") // a record with a function without state
    private final StatsMeter<EmbeddingStats> meter;

    EmbeddingMeter(StatsMeter<EmbeddingStats> meter) {
        this.meter = meter;
    }

    EmbeddingMeter(VectorEncoding encoding) {
        this(
                gauge(
                                "embedding.memory.used",
                                "What vectors occupy, by how they are written",
                                (EmbeddingStats stats) ->
                                        stats.bytesByEncoding().getOrDefault(encoding, 0L))
                        .inBytes()
                        .tagged("encoding", encoding.name().toLowerCase(Locale.ROOT)));
    }

    /// What is published.
    public StatsMeter<EmbeddingStats> meter() {
        return meter;
    }
}
