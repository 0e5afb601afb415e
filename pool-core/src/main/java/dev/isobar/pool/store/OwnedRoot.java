package dev.isobar.pool.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// A root that this process owns: its index, its thread, and those who work there.
final class OwnedRoot implements Root {

    private static final MemorySegment NOTHING = MemorySegment.ofArray(new byte[0]);
    private static final long ACCESS_INTERVAL_NANOS = Duration.ofSeconds(60).toNanos();

    private final StoreFiles files;
    private final StorePaths paths;
    private final StoreConfig config;
    private final StoreCounters counters;
    private final AutoCloseable lock;
    private final DiskUse use = new DiskUse();
    private final EntryIndex index = new EntryIndex();
    private final EntryReader reader;
    private final RootFiles rootFiles;
    private final EntryWriter writer = new EntryWriter(this);
    private final Room room = new Room(this);
    private final Janitor janitor;
    private final OwnedLogs logs = new OwnedLogs(this);
    private final WriteBreaker breaker;
    private final StoreThread thread;
    private final long startNanos;
    private final AtomicLong generation = new AtomicLong();
    private final AtomicLong accessSavedNanos = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile long startMillis;
    private volatile long budgetBytes;
    private volatile boolean ended;

    OwnedRoot(
            StoreFiles files,
            StorePaths paths,
            StoreConfig config,
            StoreCounters counters,
            AutoCloseable lock) {
        this.files = files;
        this.paths = paths;
        this.config = config;
        this.counters = counters;
        this.lock = lock;
        this.budgetBytes = config.budgetBytes();
        this.startNanos = config.nanoClock().getAsLong();
        this.startMillis = config.wallClock().millis();
        this.accessSavedNanos.set(startNanos);
        this.reader = new EntryReader(files, paths);
        this.rootFiles = new RootFiles(files, paths, use);
        this.breaker = new WriteBreaker(config.nanoClock());
        this.janitor = new Janitor(this);
        this.thread = new StoreThread("isobar-store " + paths.root().getFileName());
    }

    @Override
    public StoreAccess access() {
        return StoreAccess.OWNER;
    }

    @Override
    public String reason() {
        return "";
    }

    @Override
    public List<Slot> of(Fingerprint key) {
        return index.of(key);
    }

    @Override
    public List<Slot> all() {
        return index.all();
    }

    @Override
    public EntryReader.Reading read(EntryName name) {
        return reader.read(name);
    }

    @Override
    public void used(Slot slot) {
        long now = nanos();
        slot.use(now);
        if (accessIsDue(now)) {
            thread.submit(() -> new CleanMark(this).saveAccess());
        }
    }

    /// Whether it is time to write down when entries were last used, and what time it is; asked once.
    boolean accessIsDue(long now) {
        long saved = accessSavedNanos.get();
        return now - saved >= ACCESS_INTERVAL_NANOS && accessSavedNanos.compareAndSet(saved, now);
    }

    @Override
    public void suspect(Slot slot) {
        thread.submit(() -> janitor.inspect(slot));
    }

    @Override
    public WriteOutcome put(Fingerprint key, EntryWrite what, MemorySegment payload) {
        if (!thread.reaches(payload)) {
            throw new IllegalArgumentException(
                    "the payload's memory belongs to one thread; the store writes on its own");
        }
        return thread.call(() -> {
            requireOpen();
            janitor.round();
            return writer.put(key, what, payload);
        });
    }

    @Override
    public boolean remove(Fingerprint key) {
        return thread.call(() -> removeNow(key));
    }

    private boolean removeNow(Fingerprint key) throws IOException {
        requireOpen();
        List<Slot> slots = index.of(key);
        boolean all = true;
        for (Slot slot : slots) {
            all &= room.delete(slot);
        }
        if (!slots.isEmpty()) {
            files.forceFolder(paths.folder(key));
        }
        if (!all) {
            throw new IOException("an entry of " + key.hex() + " could not be deleted");
        }
        return !slots.isEmpty();
    }

    @Override
    public LogStorage log(String name) {
        return thread.call(() -> logs.open(name));
    }

    /// Gives bytes back.
    long free(long bytes) {
        return thread.call(() -> room.free(bytes, null));
    }

    /// Takes back the room of dead records.
    ///
    /// @return how many bytes are gone
    long compact() {
        return thread.call(() -> {
            long before = use.total();
            logs.compactAll();
            return before - use.total();
        });
    }

    void verifyLogs(StoreReport.Tally tally) {
        thread.call(() -> {
            logs.verify(tally);
            return true;
        });
    }

    void resize(long toBytes) {
        budgetBytes = toBytes;
        thread.call(() -> room.make(0, null));
    }

    /// Writes one of the store's own files whole, in place of the last one.
    ///
    /// @return false if there is no room for it: nothing was changed
    boolean replace(Path file, ByteBuffer bytes, Durability durability) throws IOException {
        long size = bytes.remaining();
        long old = rootFiles.bytes(file);
        if (use.total() - old + size > budgetBytes) {
            return false;
        }
        rootFiles.publish(file, bytes, NOTHING, durability);
        use.add(DiskUse.Part.OTHER, size - old);
        return true;
    }

    /// An entry is no longer on the disk.
    void forget(Slot slot) {
        if (index.remove(slot.name()) != null) {
            use.add(DiskUse.Part.ENTRIES, -slot.info().diskBytes());
        }
    }

    /// Writes the index down, marks the root clean, and lets go of it.
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            thread.call(() -> {
                logs.settle();
                ended = true;
                logs.close();
                new CleanMark(this).save();
                return true;
            });
        } finally {
            thread.close();
            release();
        }
    }

    /// Whether the last has been written; what comes now comes too late.
    boolean ended() {
        return ended;
    }

    private void requireOpen() {
        if (ended) {
            throw new IllegalStateException("the store is closed: " + paths.root());
        }
    }

    /// Lets go without a mark: opening has failed.
    void abandon() {
        closed.set(true);
        thread.close();
        release();
    }

    private void release() {
        try {
            lock.close();
        } catch (Exception e) {
            throw new IllegalStateException("the lock of " + paths.root() + " was not closed", e);
        }
    }

    long nextGeneration() {
        return generation.incrementAndGet();
    }

    long generation() {
        return generation.get();
    }

    /// That generation was given away before.
    void seen(long aGeneration) {
        generation.accumulateAndGet(aGeneration, Math::max);
    }

    long nanos() {
        return config.nanoClock().getAsLong();
    }

    /// The time of day, in milliseconds, by which things are stamped and are of an age over a restart:
    /// as it was when the root was opened, or was last written down if that is later, and what has
    /// passed since. So a clock that is set back makes nothing younger.
    long millis() {
        return startMillis + Duration.ofNanos(nanos() - startNanos).toMillis();
    }

    /// It was that late before. The store's thread only.
    void seenMillis(long epochMillis) {
        startMillis = Math.max(startMillis, epochMillis);
    }

    long startNanos() {
        return startNanos;
    }

    long budgetBytes() {
        return budgetBytes;
    }

    Path path() {
        return paths.root();
    }

    StoreFiles files() {
        return files;
    }

    StorePaths paths() {
        return paths;
    }

    StoreConfig config() {
        return config;
    }

    StoreCounters counters() {
        return counters;
    }

    DiskUse use() {
        return use;
    }

    EntryIndex index() {
        return index;
    }

    EntryReader reader() {
        return reader;
    }

    RootFiles rootFiles() {
        return rootFiles;
    }

    Room room() {
        return room;
    }

    Janitor janitor() {
        return janitor;
    }

    OwnedLogs logs() {
        return logs;
    }

    WriteBreaker breaker() {
        return breaker;
    }

    StoreThread thread() {
        return thread;
    }
}
