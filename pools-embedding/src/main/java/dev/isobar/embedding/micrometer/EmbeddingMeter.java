package dev.isobar.embedding.micrometer;

import dev.isobar.embedding.EmbeddingStats;
import dev.isobar.embedding.VectorEncoding;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.binder.BaseUnits;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Every meter that an embedding pool has beside those of all pools. All have the tag `pool`.
public enum EmbeddingMeter {
    /// Calls of models.
    CALLS(
            "embedding.calls",
            Meter.Type.COUNTER,
            null,
            null,
            "Calls of models",
            EmbeddingStats::delegateCalls),
    /// Texts that models embedded.
    EMBEDDED(
            "embedding.texts",
            Meter.Type.COUNTER,
            null,
            null,
            "Texts that models embedded",
            EmbeddingStats::embedded),
    /// Vectors found too old.
    EXPIRED(
            "embedding.expired",
            Meter.Type.COUNTER,
            null,
            null,
            "Vectors found too old",
            EmbeddingStats::expired),
    /// Vectors that found no room.
    UNCACHED(
            "embedding.uncached",
            Meter.Type.COUNTER,
            null,
            null,
            "Vectors that found no room",
            EmbeddingStats::uncached),
    /// What the pool has taken from the system.
    COMMITTED(
            "embedding.memory.committed",
            Meter.Type.GAUGE,
            BaseUnits.BYTES,
            null,
            "What the pool has taken from the system",
            EmbeddingStats::committedBytes),
    /// Exact vectors.
    FLOAT32(VectorEncoding.FLOAT32),
    /// Vectors in half precision.
    FLOAT16(VectorEncoding.FLOAT16),
    /// Vectors of one byte a number.
    INT8(VectorEncoding.INT8);

    private final String meterName;
    private final Meter.Type type;
    private final @Nullable String baseUnit;
    private final @Nullable String encoding;
    private final String description;

    @SuppressWarnings("ImmutableEnumChecker") // lambdas without mutable state
    private final ToDoubleFunction<EmbeddingStats> value;

    EmbeddingMeter(
            String meterName,
            Meter.Type type,
            @Nullable String baseUnit,
            @Nullable String encoding,
            String description,
            ToDoubleFunction<EmbeddingStats> value) {
        this.meterName = meterName;
        this.type = type;
        this.baseUnit = baseUnit;
        this.encoding = encoding;
        this.description = description;
        this.value = value;
    }

    EmbeddingMeter(VectorEncoding encoding) {
        this(
                "embedding.memory.used",
                Meter.Type.GAUGE,
                BaseUnits.BYTES,
                encoding.name().toLowerCase(Locale.ROOT),
                "What vectors occupy, by how they are written",
                stats -> stats.bytesByEncoding().getOrDefault(encoding, 0L));
    }

    /// The name, dotted and in lower case, without a unit.
    public String meterName() {
        return meterName;
    }

    /// Gauge or counter.
    public Meter.Type type() {
        return type;
    }

    /// The unit, or null for plain numbers.
    public @Nullable String baseUnit() {
        return baseUnit;
    }

    /// The value of the tag `encoding`, or null if the meter has no such tag.
    public @Nullable String encoding() {
        return encoding;
    }

    /// What it says.
    public String description() {
        return description;
    }

    double value(EmbeddingStats stats) {
        return value.applyAsDouble(stats);
    }
}
