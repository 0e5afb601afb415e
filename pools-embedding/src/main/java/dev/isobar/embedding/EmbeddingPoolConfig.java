package dev.isobar.embedding;

import dev.isobar.memory.HostSpaceConfig;
import dev.isobar.pool.EvictionPriority;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// An embedding pool's settings. Made with [#builder()].
///
/// *Immutable.*
///
/// @param name the pool's name in messages, metrics and snapshots; not blank
/// @param limitBytes what vectors may occupy, in bytes; from 1 to [#MAX_LIMIT_BYTES]
/// @param encoding how vectors are written
/// @param batchSize how many texts a model gets in one call at most; at least 1
/// @param timeToLive how long a vector is used after it was stored, more than 0; null means for ever
/// @param priority which vector is worth least
/// @param nanoClock the monotonic clock, in nanoseconds
public record EmbeddingPoolConfig(
        String name,
        long limitBytes,
        VectorEncoding encoding,
        int batchSize,
        @Nullable Duration timeToLive,
        EvictionPriority<CachedVector> priority,
        LongSupplier nanoClock) {

    /// The default name: {@value}.
    public static final String DEFAULT_NAME = "embedding-cache";

    /// The default limit in bytes, 256 MiB: {@value}.
    public static final long DEFAULT_LIMIT_BYTES = 256L << 20;

    /// The default batch size: {@value}.
    public static final int DEFAULT_BATCH_SIZE = 64;

    /// The largest limit in bytes: {@value}.
    public static final long MAX_LIMIT_BYTES = HostSpaceConfig.MAX_CAPACITY_BYTES / 2;

    /// @throws IllegalArgumentException if a value is out of range
    public EmbeddingPoolConfig {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(encoding, "encoding");
        Objects.requireNonNull(priority, "priority");
        Objects.requireNonNull(nanoClock, "nanoClock");
        if (name.isBlank()) {
            throw new IllegalArgumentException("pool name must not be blank");
        }
        requireLimit(limitBytes);
        if (batchSize < 1) {
            throw new IllegalArgumentException("batchSize must be at least 1: " + batchSize);
        }
        if (timeToLive != null && !timeToLive.isPositive()) {
            throw new IllegalArgumentException("timeToLive must be more than 0: " + timeToLive);
        }
    }

    /// Starts with the defaults: 256 MiB of exact vectors that never expire, batches of 64, and
    /// [EvictionPriority#costAware()].
    public static Builder builder() {
        return new Builder();
    }

    static void requireLimit(long limitBytes) {
        if (limitBytes < 1 || limitBytes > MAX_LIMIT_BYTES) {
            throw new IllegalArgumentException(
                    "limitBytes must be from 1 to " + MAX_LIMIT_BYTES + ": " + limitBytes);
        }
    }

    /// Collects settings.
    ///
    /// *One thread only.*
    public static final class Builder {

        private String name = DEFAULT_NAME;
        private long limitBytes = DEFAULT_LIMIT_BYTES;
        private VectorEncoding encoding = VectorEncoding.FLOAT32;
        private int batchSize = DEFAULT_BATCH_SIZE;
        private @Nullable Duration timeToLive;
        private EvictionPriority<CachedVector> priority = EvictionPriority.costAware();
        private LongSupplier nanoClock = System::nanoTime;

        private Builder() {}

        /// The pool's name; `embedding-cache` by default.
        public Builder name(String newName) {
            name = newName;
            return this;
        }

        /// What vectors may occupy, in bytes; 256 MiB by default.
        public Builder limitBytes(long newLimitBytes) {
            limitBytes = newLimitBytes;
            return this;
        }

        /// How vectors are written; exactly by default.
        public Builder encoding(VectorEncoding newEncoding) {
            encoding = newEncoding;
            return this;
        }

        /// How many texts a model gets in one call at most; 64 by default.
        public Builder batchSize(int newBatchSize) {
            batchSize = newBatchSize;
            return this;
        }

        /// How long a vector is used after it was stored; for ever by default.
        public Builder timeToLive(Duration newTimeToLive) {
            timeToLive = Objects.requireNonNull(newTimeToLive, "timeToLive");
            return this;
        }

        /// Which vector is worth least; the cost of embedding per byte by default.
        public Builder priority(EvictionPriority<CachedVector> newPriority) {
            priority = newPriority;
            return this;
        }

        /// The monotonic clock; `System::nanoTime` by default.
        public Builder nanoClock(LongSupplier newNanoClock) {
            nanoClock = newNanoClock;
            return this;
        }

        /// The settings.
        ///
        /// @throws IllegalArgumentException if one is out of range
        public EmbeddingPoolConfig build() {
            return new EmbeddingPoolConfig(
                    name, limitBytes, encoding, batchSize, timeToLive, priority, nanoClock);
        }
    }
}
