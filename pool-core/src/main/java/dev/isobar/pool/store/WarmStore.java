package dev.isobar.pool.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// Bytes under fingerprints, on disk: entries, each a file of its own ([#put]), and logs of small values
/// ([#log(String)]). What it answers was once written under exactly that key, or it is a miss. It never
/// throws for what a disk may do: a look-up is a miss then, and a write says what happened.
///
/// Nothing is touched before the first use. Then the root has one owner, which alone writes; a store
/// that finds an owner there reads only, and sees what the owner publishes. Writes are done by a thread
/// of the store's own, one after the other; the callers wait. Look-ups take no lock and are done by the
/// caller. Interrupts disturb neither.
///
/// *Safe for several threads.*
public final class WarmStore implements AutoCloseable {

    /// The longest payload: {@value} bytes.
    public static final long MAX_PAYLOAD_BYTES = 1L << 30;

    private final StoreConfig config;
    private final MeteredFiles files;
    private final StoreCounters counters = new StoreCounters();
    private final ConcurrentMap<String, SegmentLog> logs = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, LogStorage> storages = new ConcurrentHashMap<>();
    private volatile @Nullable Root root;
    private volatile boolean closed;

    private WarmStore(StoreConfig config, StoreFiles files) {
        this.config = config;
        this.files = new MeteredFiles(files, config.nanoClock());
    }

    /// A store with these settings. Nothing is opened yet.
    public static WarmStore of(StoreConfig config) {
        return of(config, new SystemStoreFiles());
    }

    /// The same on another file system.
    static WarmStore of(StoreConfig config, StoreFiles files) {
        return new WarmStore(Objects.requireNonNull(config, "config"), files);
    }

    /// The settings.
    public StoreConfig config() {
        return config;
    }

    /// Whether the root has been opened; asking does not open it.
    public boolean opened() {
        return root != null;
    }

    /// Whether the store was closed.
    public boolean closed() {
        return closed;
    }

    /// What the store may do. Opens it: the answer is found once, and stays.
    public StoreAccess access() {
        return root().access();
    }

    /// Why the store does not own its root; empty if it does.
    public String reason() {
        return root().reason();
    }

    /// Stores an entry and waits until it is as durable as is asked for. An interrupt does not end
    /// the wait.
    ///
    /// @param payload on the heap, or in memory that any thread may read
    /// @throws IllegalArgumentException if the payload's memory belongs to one thread
    /// @throws IllegalStateException if the store is closed
    public WriteOutcome put(Fingerprint key, EntryWrite what, MemorySegment payload) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(what, "what");
        Objects.requireNonNull(payload, "payload");
        requireOpen();
        return counted(root().put(key, what, payload));
    }

    /// The entry of a key to start from, lower scores being better: [#best(Fingerprint, ScoreOrder)].
    public Optional<StoredEntry> best(Fingerprint key) {
        return best(key, ScoreOrder.LOWER_IS_BETTER);
    }

    /// The entry of a key to start from: the newest finished result, else the checkpoint with the best
    /// score, else the newest. One that is damaged is passed over for the next.
    public Optional<StoredEntry> best(Fingerprint key, ScoreOrder order) {
        return lookup(key, Ranking.best(order));
    }

    /// The newest entry of a key, whatever its role and score. One that is damaged is passed over for
    /// the next.
    public Optional<StoredEntry> latest(Fingerprint key) {
        return lookup(key, Ranking.newest());
    }

    /// What there is under a key, as it was written, the newest first. Payloads are not read.
    public List<EntryInfo> entries(Fingerprint key) {
        Objects.requireNonNull(key, "key");
        return infos(root().of(key));
    }

    /// All entries, as they were written, the newest first. Payloads are not read.
    public List<EntryInfo> entries() {
        return infos(root().all());
    }

    /// Deletes the entries of a key, durably.
    ///
    /// @return whether there were any
    /// @throws IllegalStateException if the store is closed, or an entry could not be deleted
    public boolean remove(Fingerprint key) {
        Objects.requireNonNull(key, "key");
        requireOpen();
        return root().remove(key);
    }

    /// A log; the same object for the same name. Read from disk at its first use.
    ///
    /// @param name 1 to 64 of `a-z`, `0-9` and `-`
    /// @throws IllegalArgumentException if the name has other characters, or too many
    public SegmentLog log(String name) {
        if (!EntryWrite.isRun(name)) {
            throw new IllegalArgumentException(
                    "log name must be 1 to 64 of a-z, 0-9 and -: '%s'".formatted(name));
        }
        return logs.computeIfAbsent(name, each -> new SegmentLog(this, each));
    }

    /// The names of the logs that are there.
    public List<String> logNames() {
        try {
            return config.root() == null
                    ? List.of()
                    : files.names(new StorePaths(config.root()).segments()).stream()
                            .filter(EntryWrite::isRun)
                            .toList();
        } catch (IOException _) {
            return List.of();
        }
    }

    /// A run that stores checkpoints of itself under a key. Nothing is opened yet.
    public CheckpointSession session(Fingerprint key, SessionConfig settings) {
        return new CheckpointSession(
                this,
                Objects.requireNonNull(key, "key"),
                Objects.requireNonNull(settings, "settings"));
    }

    /// All bytes under the root; 0 if the store does not own it.
    public long usedBytes() {
        return root() instanceof OwnedRoot owned ? owned.use().total() : 0;
    }

    /// The most bytes that may lie under the root.
    public long budgetBytes() {
        return root() instanceof OwnedRoot owned ? owned.budgetBytes() : config.budgetBytes();
    }

    /// Changes the budget, and deletes what does not fit any more.
    ///
    /// @param toBytes at least [StoreConfig#LEAST_BUDGET_BYTES]
    /// @throws IllegalArgumentException if it is less
    /// @throws IllegalStateException if the store is closed
    public void resize(long toBytes) {
        config.withBudgetBytes(toBytes);
        requireOpen();
        if (root() instanceof OwnedRoot owned) {
            owned.resize(toBytes);
        }
    }

    /// Deletes what is worth least.
    ///
    /// @param bytes how much to free; at least 0
    /// @return how much is gone from the disk: more if what was deleted was larger, less if nothing is
    ///     left, or the store does not own its root
    /// @throws IllegalArgumentException if `bytes` is negative
    /// @throws IllegalStateException if the store is closed
    public long reclaim(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes must be at least 0: " + bytes);
        }
        requireOpen();
        return root() instanceof OwnedRoot owned ? owned.free(bytes) : 0;
    }

    /// How many bytes the disk has left; 0 if that cannot be said.
    public long usableBytes() {
        try {
            return config.root() == null || access() == StoreAccess.NONE
                    ? 0
                    : files.usableBytes(config.root());
        } catch (IOException _) {
            return 0;
        }
    }

    /// Reads everything and compares checksums. Changes nothing.
    ///
    /// @throws IllegalStateException if the store is closed
    public StoreReport verify() {
        requireOpen();
        return Verification.of(root(), this::logNames);
    }

    /// Takes back the room of dead records.
    ///
    /// @return how many bytes are gone from the disk; may be less than 0 by the header of a segment
    /// @throws IllegalStateException if the store is closed
    public long compact() {
        requireOpen();
        return root() instanceof OwnedRoot owned ? owned.compact() : 0;
    }

    /// What the store holds and has done. Does not open it, and reads nothing: nothing is held then.
    public StoreStats stats() {
        Root now = root;
        OwnedRoot owned = now instanceof OwnedRoot mine ? mine : null;
        DiskUse use = owned == null ? new DiskUse() : owned.use();
        return new StoreStats(
                now == null ? StoreAccess.NONE : now.access(),
                owned == null ? 0 : owned.index().count(),
                use.of(DiskUse.Part.ENTRIES),
                use.of(DiskUse.Part.SEGMENTS),
                use.of(DiskUse.Part.TEMPORARY),
                use.of(DiskUse.Part.QUARANTINE),
                use.of(DiskUse.Part.OTHER),
                owned == null ? config.budgetBytes() : owned.budgetBytes(),
                counters.hits.sum(),
                counters.misses.sum(),
                counters.writes.sum(),
                counters.refusals.sum(),
                counters.evicted.sum(),
                counters.expired.sum(),
                counters.damaged.sum(),
                counters.quarantined.sum(),
                counters.readFailures.sum(),
                counters.throttled.sum(),
                owned != null && owned.breaker().open(),
                files.io());
    }

    /// Finishes what is being written, marks the root as cleanly ended, and lets go of it. Look-ups
    /// are misses from then on. Does nothing the second time.
    @Override
    public void close() {
        Root open;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            open = root;
            root = new NoRoot("the store is closed");
        }
        if (open != null) {
            open.close();
        }
    }

    private Optional<StoredEntry> lookup(Fingerprint key, Comparator<EntryInfo> ranking) {
        Objects.requireNonNull(key, "key");
        Optional<StoredEntry> found = new Lookup(root(), config, counters).of(key, ranking);
        count(found.isPresent());
        return found;
    }

    private List<EntryInfo> infos(List<Slot> slots) {
        return slots.stream().map(Slot::info).sorted(Ranking.newest()).toList();
    }

    /// Opens the root, once; a closed store has none.
    private Root root() {
        Root open = root;
        return open == null ? openRoot() : open;
    }

    private synchronized Root openRoot() {
        if (root == null) {
            root =
                    closed
                            ? new NoRoot("the store is closed")
                            : RootOpening.open(files, config, counters);
        }
        return Objects.requireNonNull(root);
    }

    /// What is behind a log.
    LogStorage storage(String name) {
        LogStorage storage = storages.get(name);
        if (closed) {
            return new LogStorage.None("the store is closed");
        }
        if (storage != null) {
            return storage;
        }
        LogStorage opened = root().log(name);
        LogStorage other = storages.putIfAbsent(name, opened);
        return other == null ? opened : other;
    }

    /// Whether a log has been opened.
    boolean opened(String name) {
        return storages.containsKey(name);
    }

    void count(boolean hit) {
        (hit ? counters.hits : counters.misses).increment();
    }

    WriteOutcome.Throttled throttled() {
        counters.throttled.increment();
        return new WriteOutcome.Throttled();
    }

    WriteOutcome counted(WriteOutcome outcome) {
        (outcome.written() ? counters.writes : counters.refusals).increment();
        return outcome;
    }

    /// Waits for a write.
    WriteOutcome counted(CompletableFuture<WriteOutcome> outcome) {
        return counted(StoreThread.await(outcome));
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the store is closed: " + config.root());
        }
    }
}
