package dev.isobar.embedding;

import dev.isobar.broker.PressureTier;
import dev.isobar.pool.Demotion;
import dev.isobar.pool.Lease;
import dev.isobar.pool.PagedResourcePool;
import dev.isobar.pool.TierChain;
import dev.isobar.pool.store.Fingerprinter;
import dev.isobar.pool.store.LogTier;
import dev.isobar.pool.store.RestoreReport;
import dev.isobar.pool.store.SpillRules;
import dev.isobar.pool.store.WarmRestorer;
import dev.isobar.pool.store.WarmStore;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What an embedding pool has on the disk: a log of its own in a [WarmStore].
///
/// *Safe for several threads.*
final class WarmVectors implements AutoCloseable {

    private static final int NAME_BYTES = 64;

    private final WarmStore store;
    private final LogTier<EmbeddingKey, CachedVector> tier;
    private final TierChain<EmbeddingKey, CachedVector> chain;
    private final Supplier<PressureTier> pressure;

    WarmVectors(
            WarmStore store,
            EmbeddingPoolConfig config,
            VectorCodec.Memory memory,
            SpillRules<EmbeddingKey, CachedVector> rules) {
        this.store = store;
        this.pressure = rules.pressure();
        var codec = new VectorCodec(config, store.config().wallClock(), memory);
        this.tier =
                new LogTier<>(
                        store, logName(config.name()), codec, LogTier.DEFAULT_BUFFER_BYTES, rules);
        this.chain = new TierChain<>(List.of(tier), pressure);
    }

    /// The pool's name if a log may have it, else one made of it.
    static String logName(String pool) {
        return pool.length() <= NAME_BYTES && pool.matches("[a-z0-9-]+")
                ? pool
                : "vectors-"
                        + new Fingerprinter().text("pool", pool).finish().hex().substring(0, 32);
    }

    /// Takes what the pool evicts.
    Demotion<EmbeddingKey, CachedVector> demotion() {
        return chain;
    }

    /// A vector was made; it cannot be freed meanwhile.
    ///
    /// @param wanted whether the key still stands for it
    void loaded(EmbeddingKey key, CachedVector vector, BooleanSupplier wanted) {
        chain.loaded(key, vector, wanted);
    }

    /// The vector on the disk, written into the pool's memory; the caller's own.
    @Nullable CachedVector recall(EmbeddingKey key) {
        return chain.promote(key);
    }

    void forget(EmbeddingKey key) {
        chain.forget(key);
    }

    RestoreReport restore(
            PagedResourcePool<EmbeddingKey, CachedVector> pool, double fill, BooleanSupplier stop) {
        return new WarmRestorer<>(pool, tier, pressure, fill).run(stop);
    }

    /// Writes what is not on the disk yet, and then which vectors are worth most.
    void save(PagedResourcePool<EmbeddingKey, CachedVector> pool) {
        if (store.closed()) {
            return;
        }
        List<EmbeddingKey> keys = pool.ranking();
        for (EmbeddingKey key : keys) {
            if (!tier.holds(key)) {
                write(pool, key);
            }
        }
        tier.checkpoint(Collections.unmodifiableList(keys.reversed()));
    }

    private void write(PagedResourcePool<EmbeddingKey, CachedVector> pool, EmbeddingKey key) {
        Lease<CachedVector> lease = pool.acquire(key).orElse(null);
        if (lease == null) {
            return;
        }
        try (lease) {
            BooleanSupplier wanted = () -> pool.contains(key, lease.value());
            if (!tier.offer(key, lease.value(), wanted)) {
                tier.flush();
                tier.offer(key, lease.value(), wanted);
            }
        }
    }

    LogTier<EmbeddingKey, CachedVector> tier() {
        return tier;
    }

    TierChain.Stats stats() {
        return chain.stats();
    }

    @Override
    public void close() {
        tier.close();
    }
}
