package dev.isobar.kv;

import dev.isobar.memory.MemorySpace;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// A lower place for blocks: host memory or a file below a device. Under a [KvPool] that was made with it,
/// what the pool evicts goes into it, and what a prompt asks for comes back, where that is quicker than
/// computing it. Tiers may be in a row: what one drops for others goes into the next one below.
///
/// A host that wants to decide itself makes the pool without, and calls [#store(KvSequence)] and
/// [#load(KvSequence)].
///
/// Bytes travel without a lock, between two steps: a block on its way down cannot be loaded yet, a block on
/// its way up cannot go. Each has a CRC-32C, which is checked on the way up, and on the way to the next
/// tier: a block with other bytes is dropped and computed again.
///
/// *Safe for several threads.* A sequence must be used by one at a time, here too.
public final class KvTier implements AutoCloseable {

    /// How many blocks are taken from a pool at once, all or none: {@value}.
    private static final int MOST_AT_ONCE = 64;

    private final KvTierConfig config;
    private final @Nullable KvTier below;
    private final LongSupplier nanoClock;
    private final ReentrantLock lock = new ReentrantLock();
    private final TierJournal journal;
    private final TierLedger ledger;
    private final BlockMemory memory;
    private final int[] checksums;
    private final LoadSpeed speed = new LoadSpeed();
    private long stored;
    private long loaded;
    private long corrupt;
    private long recomputed;
    private long refused;
    private long failures;

    /// A tier with all its memory and none below. The space stays its owner's, and must not be closed
    /// before the tier.
    ///
    /// @throws IllegalArgumentException if the space has no room for all blocks; then it keeps none
    public KvTier(KvTierConfig config, MemorySpace space) {
        this(config, space, null, System::nanoTime);
    }

    /// The same above another one, which is not closed with it.
    ///
    /// @param below where what this one drops for others goes; of the same shape
    /// @throws IllegalArgumentException if the space has no room for all blocks, or the shapes differ, or one
    ///     below has the same name
    public KvTier(KvTierConfig config, MemorySpace space, KvTier below) {
        this(config, space, Objects.requireNonNull(below, "below"), System::nanoTime);
    }

    KvTier(KvTierConfig config, MemorySpace space, @Nullable KvTier below, LongSupplier nanoClock) {
        this.config = Objects.requireNonNull(config, "config");
        this.below = below;
        this.nanoClock = nanoClock;
        if (below != null) {
            below.requireShape(config.shape(), "tier " + config.name());
            below.requireOtherName(config.name(), "tier " + config.name());
        }
        int blocks = config.capacityBlocks();
        journal = new TierJournal(config.name(), config.events());
        ledger =
                new TierLedger(
                        blocks,
                        TierLedger.order(config.adaptive()),
                        config.storeThreshold(),
                        config.trackedLookups(),
                        journal);
        memory = new BlockMemory(config.name(), space, config.shape().bytesPerBlock(), 1, blocks);
        checksums = new int[blocks + 1];
        growAll(blocks);
    }

    /// The next tier below, or null.
    @Nullable KvTier below() {
        return below;
    }

    void requireShape(KvShape shape, String asker) {
        if (!shape.equals(config.shape())) {
            throw new IllegalArgumentException(
                    "tier %s holds blocks of %s, %s has %s"
                            .formatted(config.name(), config.shape(), asker, shape));
        }
    }

    /// Events tell places apart by their names.
    void requireOtherName(String name, String asker) {
        if (name.equals(config.name())) {
            throw new IllegalArgumentException(
                    "%s is above a tier of the same name: %s".formatted(asker, name));
        }
        if (below != null) {
            below.requireOtherName(name, asker);
        }
    }

    private void growAll(int blocks) {
        for (int block = 0; block < blocks; block++) {
            if (memory.grow() < 0) {
                memory.close();
                throw new IllegalArgumentException(
                        "tier %s: the space has room for %d of %d blocks"
                                .formatted(config.name(), block, blocks));
            }
        }
    }

    /// Stores the full blocks of a sequence that are not here yet.
    ///
    /// @return how many were stored; 0 also if there is no room, since what is here is being loaded
    public int store(KvSequence sequence) {
        return store(
                sequence.chain().copy(sequence.fullBlocks()),
                new BlockSource() {
                    @Override
                    public boolean read(int at, MemorySegment target) {
                        sequence.read(at, 0, target);
                        return true;
                    }

                    @Override
                    public BlockOrigin origin(int at) {
                        return sequence.origin(at);
                    }
                });
    }

    /// Takes what was evicted above, as far as there is room. A failure costs the content and is counted.
    ///
    /// @param source reads the blocks that leave, in their order
    void take(Departures leaving, BlockReader source) {
        int most = Math.min(MOST_AT_ONCE, config.capacityBlocks());
        for (int from = 0; from < leaving.count(); from += most) {
            int to = Math.min(leaving.count(), from + most);
            try {
                store(leaving.reversed(from, to), leaving.source(to - 1, source));
            } catch (RuntimeException e) { // the room is needed whatever becomes of the content
                failed();
            }
        }
    }

    private int store(DigestChain chain, BlockSource source) {
        int[] slots = new int[Math.max(1, chain.blocks())];
        Departures victims = new Departures();
        int count = locked(() -> prepareStore(chain, slots, victims));
        if (count <= 0) {
            return 0;
        }
        boolean[] sound = new boolean[chain.blocks()];
        try (Arena arena = Arena.ofConfined()) {
            if (below != null) {
                below.take(victims, this::readSound);
            }
            MemorySegment staging = staging(arena);
            for (int at = 0; at < chain.blocks(); at++) {
                if (slots[at] != 0 && source.read(at, staging)) {
                    memory.write(slots[at], 0, staging);
                    checksums[slots[at]] = checksum(staging);
                    sound[at] = true;
                }
            }
        } finally {
            locked(() -> completeStore(chain, slots, sound, source));
        }
        return count;
    }

    private int prepareStore(DigestChain chain, int[] slots, Departures victims) {
        ledger.touch(chain);
        int count = ledger.prepareStore(chain, slots, victims);
        refused += count == TierLedger.REFUSED ? chain.blocks() : 0;
        return count;
    }

    private int completeStore(DigestChain chain, int[] slots, boolean[] sound, BlockSource source) {
        for (int at = 0; at < sound.length; at++) {
            if (sound[at]) {
                ledger.origin(slots[at], source.origin(at));
            }
            ledger.completeStore(chain, slots, at, sound[at]);
            stored += sound[at] ? 1 : 0;
        }
        return 0;
    }

    private boolean readSound(int slot, MemorySegment target) {
        memory.read(slot, 0, target);
        return checksum(target) == checksums[slot];
    }

    private int failed() {
        return locked(() -> (int) ++failures);
    }

    /// Loads the blocks that follow in a sequence's prompt, as many as are here, into new blocks of its pool;
    /// none if it is quicker to compute them, or the pool has no room.
    ///
    /// @return how many tokens came
    /// @throws IllegalStateException if the sequence is closed
    public int load(KvSequence sequence) {
        DigestChain chain = sequence.chain();
        int from = sequence.fullBlocks();
        if (sequence.tokens() != from * config.shape().tokensPerBlock()) {
            return 0;
        }
        int[] slots = new int[Math.max(1, chain.blocks())];
        int to = locked(() -> prepareLoad(sequence, slots));
        if (to == from) {
            return 0;
        }
        try {
            return copyUp(sequence, slots, from, to);
        } finally {
            locked(() -> completeLoad(slots, from, to));
        }
    }

    /// Loads for a pool: a failure is a miss, and counted.
    int fetch(KvSequence sequence) {
        try {
            return load(sequence);
        } catch (RuntimeException e) { // the engine can always compute
            failed();
            return 0;
        }
    }

    private int prepareLoad(KvSequence sequence, int[] slots) {
        DigestChain chain = sequence.chain();
        int from = sequence.fullBlocks();
        int to = from;
        while (to < sequence.mostFound()
                && ledger.lookup(chain, to) == TierLedger.Presence.HIT
                && ledger.sameTokens(chain, to, sequence.sequenceTokens().sum(to))) {
            to++;
        }
        long tokens = (long) (to - from) * config.shape().tokensPerBlock();
        if (to > from && !speed.load(tokens * config.shape().bytesPerToken(), tokens)) {
            recomputed++;
            return from;
        }
        ledger.prepareLoad(chain, from, to, slots);
        ledger.touch(chain);
        return to;
    }

    private int completeLoad(int[] slots, int from, int to) {
        ledger.completeLoad(slots, from, to);
        return to;
    }

    private int copyUp(KvSequence sequence, int[] slots, int from, int to) {
        int perBlock = config.shape().tokensPerBlock();
        if (!(sequence.reserve((to - from) * perBlock) instanceof Room.Ready)) {
            return 0;
        }
        int sound = from;
        try (Arena arena = Arena.ofConfined()) {
            long before = nanoClock.getAsLong();
            MemorySegment staging = staging(arena);
            while (sound < to && copyUp(sequence, sound, slots[sound], staging)) {
                sound++;
            }
            count(sequence.chain(), from, sound, to, nanoClock.getAsLong() - before);
            if (sound > from) {
                sequence.commit((sound - from) * perBlock);
            }
        } finally {
            sequence.abort();
        }
        return (sound - from) * perBlock;
    }

    private boolean copyUp(KvSequence sequence, int at, int slot, MemorySegment staging) {
        if (!readSound(slot, staging)) {
            return false;
        }
        sequence.write(at, 0, staging);
        return true;
    }

    private void count(DigestChain chain, int from, int sound, int to, long nanos) {
        locked(() -> {
            loaded += sound - from;
            if (sound > from) {
                speed.loaded((sound - from) * config.shape().bytesPerBlock(), nanos);
            }
            if (sound < to) {
                corrupt++;
                ledger.spoil(chain, sound);
            }
            return sound;
        });
    }

    /// Tells how long an engine took to compute tokens, so that it can be compared with loading them.
    ///
    /// @param tokens at least 1
    /// @param nanos how long; at least 1
    public void computed(long tokens, long nanos) {
        if (tokens < 1 || nanos < 1) {
            throw new IllegalArgumentException(
                    "tokens and nanos must be at least 1: %d, %d".formatted(tokens, nanos));
        }
        locked(() -> {
            speed.computed(tokens, nanos);
            return 0;
        });
    }

    /// How long it would take to load a block, in nanoseconds; infinite if it is not here, or nothing was
    /// loaded yet.
    double nanosToLoad(DigestChain block) {
        lock.lock();
        try {
            boolean here = ledger.holds(block, 0);
            double bytesPerSecond = speed.loadBytesPerSecond();
            return here && bytesPerSecond > 0
                    ? config.shape().bytesPerBlock() * 1e9 / bytesPerSecond
                    : Double.POSITIVE_INFINITY;
        } finally {
            lock.unlock();
        }
    }

    /// Whether something is being stored or loaded.
    boolean busy() {
        return ledger.table().used() > 0;
    }

    /// Drops everything, unless something is being stored or loaded.
    ///
    /// @return whether it did
    public boolean reset() {
        lock.lock();
        try {
            return ledger.reset();
        } finally {
            lock.unlock();
        }
    }

    /// The events after one, or empty if some of them are no longer kept, or never were: then begin with
    /// [#index()]. Only if the tier was made with events of its own: for hosts that store and load themselves.
    /// A pool that was made with the tier tells of it in its own events: [KvPool#eventsAfter].
    ///
    /// Their medium is the name of the tier. They have parent and tokens as far as those who stored the block
    /// knew them: a pool that keeps no tokens to compare with ([KvPoolConfig#compareTokens]) does not.
    ///
    /// @param number the last event known; 0 for none
    public Optional<List<KvEvent>> eventsAfter(long number) {
        return Optional.ofNullable(journal.own().after(number));
    }

    /// All that can be found here now. O(capacity).
    public KvIndexSnapshot index() {
        lock.lock();
        try {
            long number = journal.own().last();
            List<KvEvent.Stored> blocks = new ArrayList<>();
            ledger.index(number, blocks);
            return new KvIndexSnapshot(number, blocks);
        } finally {
            lock.unlock();
        }
    }

    /// Adds all that can be found here now, and says it with a number. The lock is held: [#still].
    void index(long number, List<KvEvent.Stored> into) {
        ledger.index(number, into);
    }

    /// Adds the sum over it. The lock is held: [#still].
    void sum(Map<String, String> byMedium) {
        journal.sum(byMedium);
    }

    /// Does something while nothing comes into this tier and those below it, or goes from them.
    <T> T still(Supplier<T> work) {
        lock.lock();
        try {
            return below == null ? work.get() : below.still(work);
        } finally {
            lock.unlock();
        }
    }

    /// Tells a pool's log from now on what happens here.
    void tell(KvEventLog log) {
        locked(() -> {
            journal.tell(log, ledger.table().indexed() > 0);
            return 0;
        });
    }

    /// Tells it no more.
    void tellNoMore(KvEventLog log) {
        locked(() -> {
            journal.tellNoMore(log);
            return 0;
        });
    }

    /// How many bytes the blocks of a tenant take here, whichever pool they came from.
    public long bytesOf(String tenant) {
        lock.lock();
        try {
            return journal.blocks(tenant) * config.shape().bytesPerBlock();
        } finally {
            lock.unlock();
        }
    }

    /// The figures now.
    public KvTierStats stats() {
        lock.lock();
        try {
            return new KvTierStats(
                    config.name(),
                    config.capacityBlocks(),
                    config.capacityBlocks() - ledger.table().free(),
                    stored,
                    loaded,
                    corrupt,
                    recomputed,
                    refused,
                    failures,
                    speed.loadBytesPerSecond(),
                    memory.committedBytes());
        } finally {
            lock.unlock();
        }
    }

    /// For tests of this package.
    TierLedger ledger() {
        return ledger;
    }

    /// For tests of this package.
    BlockMemory memory() {
        return memory;
    }

    /// Gives the memory back, and what was in it is found no more. Nobody must be storing or loading.
    @Override
    public void close() {
        lock.lock();
        try {
            ledger.reset();
            memory.close();
        } finally {
            lock.unlock();
        }
    }

    private MemorySegment staging(Arena arena) {
        return arena.allocate(config.shape().bytesPerBlock(), Long.BYTES);
    }

    private static int checksum(MemorySegment bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.asByteBuffer());
        return (int) crc.getValue();
    }

    private int locked(IntSupplier work) {
        lock.lock();
        try {
            return work.getAsInt();
        } finally {
            lock.unlock();
        }
    }
}
