package dev.isobar.embedding.micrometer;

import dev.isobar.embedding.EmbeddingStats;
import dev.isobar.embedding.VectorEncoding;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// Every meter of an embedding pool: its name, type, unit, tags and meaning. All have the tag
/// `cache`, the pool's name; those of the name `cache.` are Micrometer's standard ones.
public enum EmbeddingMeter {
    /// Texts whose vector was in the pool.
    HITS(
            Kind.COUNTER,
            "cache.gets",
            "texts",
            List.of("result", "hit"),
            "Texts looked up, by what was found",
            EmbeddingStats::hits),
    /// Texts whose vector was neither there nor being loaded.
    MISSES(
            Kind.COUNTER,
            "cache.gets",
            "texts",
            List.of("result", "miss"),
            "Texts looked up, by what was found",
            EmbeddingStats::misses),
    /// Vectors evicted.
    EVICTIONS(
            Kind.COUNTER,
            "cache.evictions",
            "vectors",
            List.of(),
            "Vectors evicted to make room, or for the broker",
            EmbeddingStats::evictions),
    /// Vectors in the pool.
    SIZE(
            Kind.GAUGE,
            "cache.size",
            "vectors",
            List.of(),
            "Vectors in the pool",
            EmbeddingStats::size),
    /// Texts that waited for another caller.
    SHARED(
            Kind.COUNTER,
            "isobar.embedding.shared",
            "texts",
            List.of(),
            "Texts whose vector another caller was loading",
            EmbeddingStats::shared),
    /// Vectors too old.
    EXPIRED(
            Kind.COUNTER,
            "isobar.embedding.expired",
            "vectors",
            List.of(),
            "Vectors found too old",
            EmbeddingStats::expired),
    /// Vectors without room.
    UNCACHED(
            Kind.COUNTER,
            "isobar.embedding.uncached",
            "vectors",
            List.of(),
            "Vectors that found no room in the pool",
            EmbeddingStats::uncached),
    /// Calls of models.
    CALLS(
            Kind.COUNTER,
            "isobar.embedding.calls",
            "calls",
            List.of(),
            "Calls of models",
            EmbeddingStats::delegateCalls),
    /// Texts that models embedded.
    EMBEDDED(
            Kind.COUNTER,
            "isobar.embedding.embedded",
            "texts",
            List.of(),
            "Texts that models embedded",
            EmbeddingStats::embedded),
    /// What is charged to the pool.
    USED(
            Kind.GAUGE,
            "isobar.embedding.memory.used",
            "bytes",
            List.of(),
            "What is charged to the pool: vectors, and room reserved for those in flight",
            EmbeddingStats::totalBytes),
    /// The pool's limit.
    LIMIT(
            Kind.GAUGE,
            "isobar.embedding.memory.limit",
            "bytes",
            List.of(),
            "The pool's limit",
            EmbeddingStats::maxBytes),
    /// What the pool has taken from the system.
    COMMITTED(
            Kind.GAUGE,
            "isobar.embedding.memory.committed",
            "bytes",
            List.of(),
            "What the pool has taken from the system",
            EmbeddingStats::committedBytes),
    /// Exact vectors.
    FLOAT32(VectorEncoding.FLOAT32),
    /// Vectors in half precision.
    FLOAT16(VectorEncoding.FLOAT16),
    /// Vectors of one byte a number.
    INT8(VectorEncoding.INT8);

    /// The types of meter.
    public enum Kind {
        /// A number that goes up and down.
        GAUGE,
        /// A number that goes up, until the pool is cleared.
        COUNTER
    }

    private final Kind kind;
    private final String meterName;
    private final String baseUnit;
    private final List<String> tags;
    private final String description;
    private final ToDoubleFunction<EmbeddingStats> value;

    EmbeddingMeter(
            Kind kind,
            String meterName,
            String baseUnit,
            List<String> tags,
            String description,
            ToDoubleFunction<EmbeddingStats> value) {
        this.kind = kind;
        this.meterName = meterName;
        this.baseUnit = baseUnit;
        this.tags = tags;
        this.description = description;
        this.value = value;
    }

    EmbeddingMeter(VectorEncoding encoding) {
        this(
                Kind.GAUGE,
                "isobar.embedding.memory.vectors",
                "bytes",
                List.of("encoding", encoding.name().toLowerCase(Locale.ROOT)),
                "What vectors occupy, by how they are written",
                stats -> stats.bytesByEncoding().getOrDefault(encoding, 0L));
    }

    /// Its type.
    public Kind kind() {
        return kind;
    }

    /// Its name in the registry.
    public String meterName() {
        return meterName;
    }

    /// The unit of its number.
    public String baseUnit() {
        return baseUnit;
    }

    /// Its tags beside `cache`: name, value, name, value...
    public List<String> tags() {
        return tags;
    }

    /// What it says.
    public String description() {
        return description;
    }

    double valueIn(EmbeddingStats stats) {
        return value.applyAsDouble(stats);
    }
}
