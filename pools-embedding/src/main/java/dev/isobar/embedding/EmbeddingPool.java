package dev.isobar.embedding;

import dev.isobar.broker.PressureSource;
import dev.isobar.broker.PressureTier;
import dev.isobar.broker.ReclaimRequest;
import dev.isobar.broker.ReclaimResult;
import dev.isobar.broker.Resource;
import dev.isobar.broker.Usage;
import dev.isobar.pool.Demotion;
import dev.isobar.pool.Lease;
import dev.isobar.pool.PagedResourcePool;
import dev.isobar.pool.PoolClosedException;
import dev.isobar.pool.PoolConfig;
import dev.isobar.pool.PoolStats;
import dev.isobar.pool.PutResult;
import dev.isobar.pool.ResizeResult;
import dev.isobar.pool.Turn;
import dev.isobar.pool.store.LogTier;
import dev.isobar.pool.store.RestoreReport;
import dev.isobar.pool.store.SpillRules;
import dev.isobar.pool.store.StoreConfig;
import dev.isobar.pool.store.WarmRestorer;
import dev.isobar.pool.store.WarmStore;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Vectors of texts, kept off the heap within a limit, so that no text is embedded twice while it is
/// hot. A [source][PressureSource] of [Resource#HOST] by itself: hand it to the broker.
///
/// Vectors come back as new arrays; nothing a caller holds aliases the pool's memory. A text that
/// several threads want at once is embedded once; in a batch, only what is missing is embedded.
///
/// A vector that finds no room is returned all the same, only not cached, and counted.
///
/// *Safe for several threads.* Models are called with no lock held, on the thread of the caller.
public final class EmbeddingPool implements PressureSource, AutoCloseable {

    private final EmbeddingPoolConfig config;
    private final VectorMemory memory;
    private final VectorWriter writer;
    private final PagedResourcePool<EmbeddingKey, CachedVector> pool;
    private final @Nullable WarmVectors warm;
    private final LookupCounters counters = new LookupCounters();

    /// An empty pool. Takes no memory yet.
    public EmbeddingPool(EmbeddingPoolConfig config) {
        this(config, WarmStore.of(StoreConfig.off()), SpillRules.everything());
    }

    /// An empty pool over a store: vectors are copied there, behind the back of whoever embeds them, and
    /// come back from there when they are asked for, also after a restart; and see [#restore].
    ///
    /// The store's log has the pool's name, or one made of it: no two pools over one store may share a
    /// name. A vector comes back as it was in the pool, with the error of its encoding.
    ///
    /// @param warmStore stays the caller's to close, after the pool; if it has no root, there is none
    /// @param pressure how bad it is on this host: at `HIGH` nothing is copied before it is evicted, at
    ///     `CRITICAL` nothing at all; asked often
    public EmbeddingPool(
            EmbeddingPoolConfig config, WarmStore warmStore, Supplier<PressureTier> pressure) {
        this(
                config,
                warmStore,
                SpillRules.<EmbeddingKey, CachedVector>everything().withPressure(pressure));
    }

    /// The same, where not every vector is copied.
    ///
    /// @param rules which vectors are worth a copy on the disk, how much may be written over time, and how
    ///     bad it is on this host
    public EmbeddingPool(
            EmbeddingPoolConfig config,
            WarmStore warmStore,
            SpillRules<EmbeddingKey, CachedVector> rules) {
        this.config = Objects.requireNonNull(config, "config");
        this.memory =
                new VectorMemory(
                        config.name(), config.limitBytes(), config.encoding(), config.nanoClock());
        this.writer = new VectorWriter(memory, this::pool);
        this.warm =
                warmStore.config().root() == null
                        ? null
                        : new WarmVectors(warmStore, config, writer, rules);
        this.pool =
                new PagedResourcePool<>(
                        PoolConfig.<EmbeddingKey, CachedVector>builder(config.name())
                                .resource(Resource.HOST)
                                .limitBytes(config.limitBytes())
                                .sizer(CachedVector::occupiedBytes)
                                .priority(config.priority())
                                .closer(writer::free)
                                .demotion(warm == null ? Demotion.none() : warm.demotion())
                                .nanoClock(config.nanoClock())
                                .build());
    }

    /// An empty pool with the defaults of [EmbeddingPoolConfig#builder()], and that limit.
    ///
    /// @param limitBytes what vectors may occupy, in bytes
    /// @throws IllegalArgumentException if it is out of range
    public static EmbeddingPool ofBytes(long limitBytes) {
        return new EmbeddingPool(EmbeddingPoolConfig.builder().limitBytes(limitBytes).build());
    }

    /// The vector of a key, in a new array; null if it is neither in the pool nor in its store, or too
    /// old. Counts a hit, a miss or one that was recalled.
    ///
    /// @throws PoolClosedException if the pool is closed
    public float @Nullable [] get(EmbeddingKey key) {
        Optional<Lease<CachedVector>> lease = pool.acquire(key);
        float[] vector = lease.isPresent() ? copyOf(key, lease.get()) : null;
        if (vector != null) {
            counters.hits.increment();
            return vector;
        }
        float[] found = warm == null ? null : recalled(warm, key);
        (found == null ? counters.misses : counters.recalled).increment();
        return found;
    }

    /// What the store has; it comes into the pool if there is room.
    private float @Nullable [] recalled(WarmVectors warm, EmbeddingKey key) {
        Lease<CachedVector> found = pool.bring(key, () -> warm.recall(key)).orElse(null);
        if (found == null) {
            return null;
        }
        try (found) {
            return found.value().copy();
        }
    }

    /// Keeps a vector that was embedded elsewhere, instead of an older one under that key.
    ///
    /// @return whether it is in the pool now; if not, nothing changed
    /// @throws IllegalArgumentException if the vector is empty or has a NaN or an infinity
    /// @throws PoolClosedException if the pool is closed
    public PutResult put(EmbeddingKey key, float[] vector) {
        requireVector(vector);
        CachedVector written = writer.tryWrite(vector);
        if (written == null) {
            counters.uncached.increment();
            return new PutResult.Refused(writer.noRoom(memory.occupiedBytes(vector)));
        }
        PutResult result =
                warm == null
                        ? putOwned(key, written)
                        : pool.change(key, () -> putAndRewrite(warm, key, written));
        if (!result.stored()) {
            writer.free(written);
            counters.uncached.increment();
        }
        return result;
    }

    private PutResult putAndRewrite(WarmVectors warm, EmbeddingKey key, CachedVector written) {
        PutResult result = putOwned(key, written);
        if (result.stored()) {
            rewrite(warm, key);
        }
        return result;
    }

    /// Writes what was put down in place of what the store may have.
    private void rewrite(WarmVectors warm, EmbeddingKey key) {
        warm.forget(key);
        pool.acquire(key)
                .ifPresent(lease -> {
                    try (lease) {
                        loaded(key, lease.value());
                    }
                });
    }

    /// The vector of one text: from the pool, or from the model if it is not there.
    ///
    /// @see #embedAll(EmbeddingProfile, List, BatchEmbedder)
    public float[] embed(EmbeddingProfile profile, String text, BatchEmbedder<String> delegate)
            throws InterruptedException {
        return embedAll(profile, List.of(text), delegate).vectors().getFirst();
    }

    /// The vectors of texts: from the pool, from other callers who are just embedding them, and from
    /// the model for those that are left.
    ///
    /// The model is called once for each [EmbeddingPoolConfig#batchSize()] missing texts. If it
    /// fails, the vectors of earlier calls stay in the pool, nothing of the failed call is cached,
    /// everybody who waits for a text of it gets the model's exception, and the next caller tries
    /// again.
    ///
    /// @param profile what the texts are embedded with; together with a text, the key
    /// @param texts may be empty, and have duplicates: each text is embedded once
    /// @param delegate the model
    /// @throws EmbeddingAnswerException if the model answers something else than these vectors
    /// @throws PoolClosedException if the pool is closed
    /// @throws InterruptedException if this thread is interrupted while it waits for others
    public EmbeddedBatch embedAll(
            EmbeddingProfile profile, List<String> texts, BatchEmbedder<String> delegate)
            throws InterruptedException {
        return embedAll(profile, texts, Function.identity(), delegate);
    }

    /// The same for inputs that are more than their text. Inputs of equal text are embedded once, and
    /// the model gets the first of them.
    ///
    /// @param text the text of an input, which must be all that the model makes its vector from
    public <T> EmbeddedBatch embedAll(
            EmbeddingProfile profile,
            List<T> inputs,
            Function<? super T, String> text,
            BatchEmbedder<T> delegate)
            throws InterruptedException {
        return new EmbeddingRun<>(this, profile, delegate).embed(inputs, text);
    }

    /// Drops the vector of a key, from the store, too.
    ///
    /// @return whether there was one in the pool
    public boolean invalidate(EmbeddingKey key) {
        return warm == null ? pool.invalidate(key) : pool.invalidate(key, () -> warm.forget(key));
    }

    /// Brings vectors back from the store, those that were worth most first: until the pool is filled to
    /// [WarmRestorer#DEFAULT_FILL] of its limit, or there is any pressure. The others come when they are
    /// asked for. Reads from the disk: a thread of its own should do it, once, after the start.
    ///
    /// @param stop asked before every vector
    /// @return what came of it; nothing was listed if there is no store
    public RestoreReport restore(BooleanSupplier stop) {
        return warm == null
                ? RestoreReport.nothing()
                : warm.restore(pool, WarmRestorer.DEFAULT_FILL, stop);
    }

    /// Writes what is not in the store yet, and then which vectors are worth most, for [#restore]. Waits
    /// for the disk. [#close()] does it, too.
    public void save() {
        if (warm != null && !pool.closed()) {
            warm.save(pool);
        }
    }

    /// What waits to be written into the store, as a source of the heap: hand it to the broker, too.
    /// Empty if there is no store.
    public Optional<PressureSource> writeBehind() {
        return Optional.ofNullable(warm).map(each -> each.tier().buffer());
    }

    /// What came of looking into the store, and of writing to it; empty if there is none.
    public Optional<LogTier.Stats> storeStats() {
        return Optional.ofNullable(warm).map(each -> each.tier().stats());
    }

    /// Drops all vectors, but not those in the store; sets all counters to 0, and gives unused memory back to the system.
    ///
    /// @return how many vectors were dropped
    public long clear() {
        long dropped = pool.clear();
        counters.clear();
        memory.trim();
        return dropped;
    }

    /// The most that vectors may occupy, in bytes.
    public long limitBytes() {
        return pool.limitBytes();
    }

    /// Changes the limit while the pool runs. A lower one evicts the least valuable vectors.
    ///
    /// @return what was freed, and by how much the pool is still over its limit
    /// @throws IllegalArgumentException if the limit is out of range
    public ResizeResult limitBytes(long newLimitBytes) {
        EmbeddingPoolConfig.requireLimit(newLimitBytes);
        memory.limitBytes(newLimitBytes); // first, so that a raised limit finds the memory there
        ResizeResult result = pool.limitBytes(newLimitBytes);
        if (result.freedBytes() > 0) {
            memory.trim();
        }
        return result;
    }

    /// What is charged to the pool, in bytes: vectors, and room reserved for those in flight. With
    /// nothing in flight, exactly what the vectors occupy in memory.
    public long usedBytes() {
        return pool.usedBytes();
    }

    /// The pool's figures. A snapshot.
    public EmbeddingStats stats() {
        PoolStats inner = pool.stats();
        return new EmbeddingStats(
                inner.name(),
                counters.hits.sum(),
                counters.misses.sum(),
                counters.recalled.sum(),
                counters.shared.sum(),
                counters.expired.sum(),
                counters.delegateCalls.sum(),
                counters.embedded.sum(),
                counters.uncached.sum(),
                inner.entryCount(),
                inner.pinnedCount(),
                inner.usedBytes(),
                inner.limitBytes(),
                inner.pressure(),
                inner.evictions(),
                memory.bytesByEncoding(),
                memory.committedBytes());
    }

    /// The pool underneath: for its meters and its entries' snapshots. Its look-up counters do not
    /// know about vectors that are too old.
    public PagedResourcePool<?, ?> pool() {
        return pool;
    }

    @Override
    public String name() {
        return config.name();
    }

    @Override
    public Resource resource() {
        return pool.resource();
    }

    @Override
    public Usage usage() {
        return pool.usage();
    }

    /// Evicts the least valuable vectors, and gives memory that is wholly unused back to the system.
    @Override
    public ReclaimResult reclaim(ReclaimRequest request) {
        ReclaimResult result = pool.reclaim(request);
        if (!request.expired()) {
            memory.trim();
        }
        return result;
    }

    @Override
    public boolean closed() {
        return pool.closed();
    }

    /// Drops all vectors and gives the memory back to the system; if one is being read at this
    /// moment, by the reader when it is done. With a store, waits until all that is worth it is
    /// written. Idempotent.
    @Override
    public void close() {
        save();
        writer.closing();
        pool.close();
        writer.close();
        if (warm != null) {
            warm.close();
        }
    }

    int batchSize() {
        return config.batchSize();
    }

    LookupCounters counters() {
        return counters;
    }

    VectorMemory memory() {
        return memory;
    }

    VectorWriter writer() {
        return writer;
    }

    /// The turn at a key whose vector, if there is one, is young enough.
    Turn<CachedVector> join(EmbeddingKey key, int dimensions) {
        while (true) {
            Turn<CachedVector> turn = pool.join(key, memory.estimateBytes(dimensions));
            if (!(turn instanceof Turn.Hit<CachedVector>(Lease<CachedVector> lease))
                    || !dropIfExpired(key, lease)) {
                return turn;
            }
        }
    }

    /// What the store has of a key, the caller's own; null if there is nothing, or no store.
    @Nullable CachedVector recall(EmbeddingKey key) {
        return warm == null ? null : warm.recall(key);
    }

    /// A vector was embedded, and cannot be freed meanwhile.
    void loaded(EmbeddingKey key, CachedVector vector) {
        if (warm != null) {
            warm.loaded(key, vector, () -> pool.contains(key, vector));
        }
    }

    private PutResult putOwned(EmbeddingKey key, CachedVector written) {
        try {
            return pool.put(key, written);
        } catch (RuntimeException e) {
            writer.free(written);
            throw e;
        }
    }

    private float @Nullable [] copyOf(EmbeddingKey key, Lease<CachedVector> lease) {
        if (dropIfExpired(key, lease)) {
            return null;
        }
        try (lease) {
            return lease.value().copy();
        }
    }

    /// Ends the lease and drops the entry if it is too old.
    private boolean dropIfExpired(EmbeddingKey key, Lease<CachedVector> lease) {
        Duration timeToLive = config.timeToLive();
        if (timeToLive == null) {
            return false;
        }
        long ageNanos = config.nanoClock().getAsLong() - lease.value().storedNanos();
        if (Duration.ofNanos(ageNanos).compareTo(timeToLive) < 0) {
            return false;
        }
        lease.close();
        pool.invalidate(key);
        counters.expired.increment();
        return true;
    }

    private static void requireVector(float[] vector) {
        if (vector.length == 0 || !Magnitudes.of(vector).finite()) {
            throw new IllegalArgumentException(
                    "a vector must have at least one number, and only finite ones");
        }
    }
}
