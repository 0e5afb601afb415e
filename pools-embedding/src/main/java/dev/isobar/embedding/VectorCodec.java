package dev.isobar.embedding;

import dev.isobar.pool.store.Fingerprint;
import dev.isobar.pool.store.StoreCodec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Vectors as they lie on the disk, little-endian. A key's digest is its fingerprint: it has every field
/// of the key, and the key can be had back from it.
///
/// | at | bytes | what |
/// |---|---|---|
/// | 0 | 1 | layout: 1 |
/// | 1 | 1 | encoding: float32 1, float16 2, int8 3 |
/// | 2 | 2 | zero |
/// | 4 | 4 | dimensions |
/// | 8 | 8 | when the vector was stored: milliseconds of the epoch |
/// | 16 | | the numbers, as in memory |
///
/// A vector in another encoding than the pool's is stale, unless it is exact: values do not depend on
/// what a pool with other settings has left behind.
final class VectorCodec implements StoreCodec<EmbeddingKey, CachedVector> {

    static final int HEADER_BYTES = 16;

    private static final byte LAYOUT = 1;
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final EmbeddingPoolConfig config;
    private final Clock wallClock;
    private final Memory memory;

    /// Where vectors are put.
    interface Memory {
        /// Copies numbers that are encoded already.
        ///
        /// @throws dev.isobar.broker.ResourceRefusedException if there is no room
        CachedVector write(
                VectorEncoding encoding, int dimensions, MemorySegment numbers, long storedNanos);
    }

    VectorCodec(EmbeddingPoolConfig config, Clock wallClock, Memory memory) {
        this.config = config;
        this.wallClock = wallClock;
        this.memory = memory;
    }

    @Override
    public Fingerprint fingerprint(EmbeddingKey key) {
        return Fingerprint.of(key.digest());
    }

    @Override
    public EmbeddingKey key(Fingerprint fingerprint) {
        return EmbeddingKey.ofDigest(fingerprint.bytes());
    }

    @Override
    public int bytes(CachedVector vector) {
        return Math.toIntExact(HEADER_BYTES + vector.encoding().bytes(vector.dimensions()));
    }

    @Override
    public void encode(CachedVector vector, MemorySegment into) {
        long ageMillis =
                Duration.ofNanos(config.nanoClock().getAsLong() - vector.storedNanos()).toMillis();
        into.set(ValueLayout.JAVA_BYTE, 0, LAYOUT);
        into.set(ValueLayout.JAVA_BYTE, 1, code(vector.encoding()));
        into.set(INT, 4, vector.dimensions());
        into.set(LONG, 8, wallClock.millis() - ageMillis);
        vector.copyTo(into.asSlice(HEADER_BYTES));
    }

    @Override
    public @Nullable CachedVector decode(EmbeddingKey key, MemorySegment payload) {
        VectorEncoding encoding = encoding(payload);
        if (encoding == null) {
            return null;
        }
        int dimensions = payload.get(INT, 4);
        if (dimensions < 1 || payload.byteSize() != HEADER_BYTES + encoding.bytes(dimensions)) {
            return null;
        }
        // A stamp in the future is of a clock that was set back: it counts as now.
        long ageMillis = Math.max(0, wallClock.millis() - payload.get(LONG, 8));
        Duration timeToLive = config.timeToLive();
        if (timeToLive != null && ageMillis >= timeToLive.toMillis()) {
            return null;
        }
        long storedNanos = config.nanoClock().getAsLong() - Duration.ofMillis(ageMillis).toNanos();
        return memory.write(encoding, dimensions, payload.asSlice(HEADER_BYTES), storedNanos);
    }

    /// Null: what there is cannot be read, or is not for this pool.
    private @Nullable VectorEncoding encoding(MemorySegment payload) {
        if (payload.byteSize() <= HEADER_BYTES
                || payload.get(ValueLayout.JAVA_BYTE, 0) != LAYOUT
                || payload.get(ValueLayout.JAVA_BYTE, 2) != 0
                || payload.get(ValueLayout.JAVA_BYTE, 3) != 0) {
            return null;
        }
        byte code = payload.get(ValueLayout.JAVA_BYTE, 1);
        return code == code(VectorEncoding.FLOAT32)
                ? VectorEncoding.FLOAT32
                : code == code(config.encoding()) ? config.encoding() : null;
    }

    private static byte code(VectorEncoding encoding) {
        return switch (encoding) {
            case FLOAT32 -> 1;
            case FLOAT16 -> 2;
            case INT8 -> 3;
        };
    }
}
