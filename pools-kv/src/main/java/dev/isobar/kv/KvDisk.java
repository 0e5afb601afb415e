package dev.isobar.kv;

import dev.isobar.broker.PressureSource;
import dev.isobar.broker.PressureTier;
import dev.isobar.pool.store.Durability;
import dev.isobar.pool.store.Fingerprint;
import dev.isobar.pool.store.Fingerprinter;
import dev.isobar.pool.store.LogTier;
import dev.isobar.pool.store.Recalled;
import dev.isobar.pool.store.RestoreReport;
import dev.isobar.pool.store.SegmentLog;
import dev.isobar.pool.store.StoreAccess;
import dev.isobar.pool.store.WarmRestorer;
import dev.isobar.pool.store.WarmStore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// The blocks of a [KvPool] on the disk: a log of a [WarmStore]. They outlive eviction and a restart.
///
/// * When a sequence is closed, those of its full blocks that are not there yet are copied down, parents
///   first, up to the first that finds no room; so most of what is evicted later is there already. What is not
///   is copied when it leaves, if its parent is there. Copies wait on the heap, in a bounded buffer, for a
///   thread of the disk's own; neither closing nor evicting waits for it.
/// * When a prompt is opened, what follows in it is loaded, if that is quicker than to compute it. Each
///   block is checked by its checksum and against the tokens. One that is damaged, or of another
///   layout, is dropped, and computed again.
/// * A block is looked for only behind its whole prefix. One whose prefix is gone is not found; it is again
///   when its prefix was computed again, and goes with the oldest otherwise.
///
/// Nothing is opened before the first sequence is.
///
/// *Safe for several threads.*
public final class KvDisk {

    private static final int NAME_BYTES = 56;
    private static final String PROMPTS = "-prompts";

    /// What a record needs in a log or among those that wait, at most.
    private static final long OVERHEAD_BYTES = 256;

    private final KvCore core;
    private final WarmStore store;
    private final Supplier<PressureTier> pressure;
    private final SegmentLog log;
    private final DiskKeys keys;
    private final StoredBlock.Codec codec;
    private final LogTier<Fingerprint, StoredBlock> tier;
    private final LogTier<Fingerprint, PromptNote> prompts;
    private final DiskLoads loads;
    private final LongAdder full = new LongAdder();
    private final LongAdder failures = new LongAdder();

    /// @throws IllegalArgumentException if a block does not fit in a segment of the store's logs
    KvDisk(KvCore core, KvDiskConfig disk) {
        this.core = core;
        KvPoolConfig config = core.config;
        store = disk.store();
        pressure = disk.pressure();
        codec = new StoredBlock.Codec(config.shape().bytesPerBlock());
        requireFits(config, codec, store);
        String name = logName(config.name());
        log = store.log(name);
        keys = new DiskKeys(store, config.root(), new TenantSalts(config.secret()).mark());
        tier = new LogTier<>(store, name, codec, disk.stagingBytes());
        loads = new DiskLoads(core, log, keys, codec, tier);
        prompts = new LogTier<>(store, name + PROMPTS, new PromptNote.Codec(core.perBlock()));
    }

    private static void requireFits(KvPoolConfig config, StoredBlock.Codec codec, WarmStore store) {
        long segment = Math.min(store.config().segmentBytes(), store.config().budgetBytes());
        if (codec.recordBytes() + OVERHEAD_BYTES > segment) {
            throw new IllegalArgumentException(
                    "pool %s: a block of %d bytes does not fit in a segment of %d of the store"
                            .formatted(config.name(), config.shape().bytesPerBlock(), segment));
        }
    }

    /// The pool's name if a log may have it, else one made of it.
    static String logName(String pool) {
        return pool.length() <= NAME_BYTES && pool.matches("[a-z0-9-]+")
                ? pool
                : "kv-" + new Fingerprinter().text("pool", pool).finish().hex().substring(0, 32);
    }

    /// The name of the log that the blocks lie in. What was asked for lately lies in one of that name with
    /// `-prompts`: tokens and tenants, which are as secret as the prompts.
    public String name() {
        return log.name();
    }

    /// What waits to be written, as a source of the heap: hand it to the broker, too.
    public PressureSource buffer() {
        return tier.buffer();
    }

    /// Brings blocks back, those of the sequences first that were closed last: while there is no pressure at
    /// all, and until the pool is filled to [WarmRestorer#DEFAULT_FILL] of its limit. The others come when they
    /// are asked for. Nobody is evicted for it. Counts nothing as found, and what comes back is not in use.
    ///
    /// @param stop asked before every sequence
    /// @return what came of it, in blocks
    /// @throws IllegalArgumentException if `fill` is not from 0 to 1
    public RestoreReport restore(double fill, BooleanSupplier stop) {
        return store.closed()
                ? RestoreReport.nothing()
                : new DiskRestore(this, core).run(fill, stop);
    }

    /// The same with the fill by default.
    public RestoreReport restore(BooleanSupplier stop) {
        return restore(WarmRestorer.DEFAULT_FILL, stop);
    }

    /// Writes what the pool has of the sequences that were closed last and is not on the disk yet. Waits for
    /// the disk. The end of the pool does it, too.
    public void save() {
        if (keys.known() && spills() && !store.closed()) {
            new DiskRestore(this, core).save();
        }
        flush();
    }

    /// Waits until everything that was copied is written, or could not be.
    public void flush() {
        tier.flush();
        prompts.flush();
    }

    /// The figures now.
    public KvDiskStats stats() {
        boolean open = log.opened() && !store.closed();
        LogTier.Stats writes = tier.stats();
        return new KvDiskStats(
                log.name(),
                open ? log.count() : 0,
                open ? log.diskBytes() : 0,
                loads.restored.sum(),
                loads.stale.sum(),
                loads.corrupt.sum(),
                loads.refused.sum(),
                loads.recomputed.sum(),
                writes.written(),
                full.sum() + writes.full(),
                writes.failed(),
                writes.dropped(),
                failures.sum(),
                writes.bufferedBytes(),
                loads.bytesPerSecond());
    }

    // ---- down

    /// Whether what leaves the pool is copied down now.
    boolean spills() {
        return pressure.get() != PressureTier.CRITICAL;
    }

    /// Whether there is no pressure at all.
    boolean calm() {
        return pressure.get() == PressureTier.NORMAL;
    }

    /// Whether a block that is about to leave should be copied down: it is not there, its parent is, and
    /// there is room among those that wait. Never waits. Needs the pool's lock.
    boolean wants(BlockTable table, int block) {
        if (!keys.known()) {
            return false;
        }
        int parent = table.parent(block);
        boolean whole = parent == BlockTable.NONE || tier.holds(key(table, parent));
        return whole && !tier.holds(key(table, block)) && room();
    }

    private boolean room() {
        var usage = tier.buffer().usage();
        long bytes = codec.recordBytes() + OVERHEAD_BYTES;
        return usage.usedBytes() + bytes <= usage.capacityBytes();
    }

    private Fingerprint key(BlockTable table, int block) {
        return keys.block(
                table.digest(block, 0),
                table.digest(block, 1),
                table.digest(block, 2),
                table.digest(block, 3));
    }

    /// Copies down what leaves the pool, those first that the others hang from.
    void take(Departures leaving) {
        try {
            int last = leaving.count() - 1;
            DigestChain chain = leaving.reversed(0, last + 1);
            for (int at = last; at >= 0; at--) {
                if (leaving.toDisk(at)) {
                    offer(
                            keys.block(chain, last - at),
                            leaving.block(at),
                            leaving.origin(at).tokenSum());
                }
            }
        } catch (RuntimeException _) { // the room is needed whatever becomes of the content
            failures.increment();
        }
    }

    /// Copies down what is not there of a sequence, before it gives its blocks back.
    void keep(KvSequence sequence) {
        try {
            if (sequence.fullBlocks() > 0 && writable()) {
                open();
                copyDown(sequence, false);
                prompts.offer(
                        keys.prompt(sequence.chain(), sequence.fullBlocks() - 1),
                        PromptNote.of(sequence, core.perBlock()));
            }
        } catch (RuntimeException _) { // a copy that fails is no failure of the sequence
            failures.increment();
        }
    }

    private boolean writable() {
        return !pressure.get().atLeast(PressureTier.HIGH)
                && !store.closed()
                && store.access() == StoreAccess.OWNER;
    }

    /// Copies down the full blocks of a sequence, the first first, until one is not taken.
    ///
    /// @param wait whether to wait for the disk where there is no room
    void copyDown(KvSequence sequence, boolean wait) {
        for (int at = 0; at < sequence.fullBlocks(); at++) {
            Fingerprint key = keys.block(sequence.chain(), at);
            int block = sequence.block(at);
            int sum = sequence.sequenceTokens().sum(at);
            if (tier.holds(key) || offer(key, block, sum)) {
                continue;
            }
            if (wait) {
                tier.flush();
            }
            if (!wait || !offer(key, block, sum)) {
                return;
            }
        }
    }

    private boolean offer(Fingerprint key, int block, int tokenSum) {
        if (!room()) {
            full.increment();
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(core.config.shape().bytesPerBlock(), Long.BYTES);
            core.memory.read(block, 0, bytes);
            return tier.offer(key, new StoredBlock(tokenSum, bytes));
        }
    }

    // ---- up

    /// Loads what follows in a sequence's prompt for a pool.
    ///
    /// @return how many tokens came
    int fetch(KvSequence sequence) {
        return load(sequence, Integer.MAX_VALUE).blocks() * core.perBlock();
    }

    /// Loads the blocks that follow in a sequence's prompt, as many as are there. A failure is a miss, and
    /// counted.
    ///
    /// @param most up to which block of the prompt
    DiskLoads.Loaded load(KvSequence sequence, int most) {
        try {
            if (store.closed()) {
                return DiskLoads.NOTHING;
            }
            open();
            return loads.load(sequence, most);
        } catch (RuntimeException _) { // the engine can always compute
            failures.increment();
            return DiskLoads.NOTHING;
        }
    }

    void computed(long tokens, long nanos) {
        loads.computed(tokens, nanos);
    }

    /// How long it would take to load a block, in nanoseconds; infinite if it is not here, or nothing was
    /// loaded yet.
    double nanosToLoad(DigestChain block) {
        double nanos = loads.nanosToLoadABlock();
        return nanos < Double.POSITIVE_INFINITY && keys.known() && tier.holds(keys.block(block, 0))
                ? nanos
                : Double.POSITIVE_INFINITY;
    }

    /// Reads the notes on sequences, those closed last first, as far as they are of this pool. That is no use of
    /// them: the order stays.
    ///
    /// @param reader says whether to go on
    void notes(Predicate<PromptNote> reader) {
        open();
        boolean more = true;
        for (Fingerprint key : prompts.keys()) {
            if (more
                    && prompts.peek(key) instanceof Recalled.Found<PromptNote>(PromptNote note)
                    && keys.prompt(note.chain(), note.blocks() - 1).equals(key)) {
                more = reader.test(note);
            }
        }
    }

    private void open() {
        if (!keys.known()) {
            keys.open();
            log.count(); // reads the log, so that it is known from now on what is there
        }
    }

    // ---- ending

    /// Makes everything that was ever written unfindable, durably, and then deletes it.
    ///
    /// @return whether it did; if not, everything is as it was
    boolean forget() {
        if (!keys.renew()) {
            return false;
        }
        flush();
        delete(log);
        delete(store.log(prompts.name()));
        return true;
    }

    private static void delete(SegmentLog log) {
        log.keys().forEach(key -> log.remove(key, Durability.NONE));
    }

    /// Takes nothing more, and waits until what was taken is written.
    void close() {
        tier.close();
        prompts.close();
    }
}
