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
import java.util.function.LongSupplier;
import java.util.function.Supplier;
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
    private final CheckedBlocks bytes;
    private final LoadSpeed speed = new LoadSpeed();
    private final TierCounters counters = new TierCounters();

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
        bytes = new CheckedBlocks(config.name(), space, config.shape().bytesPerBlock(), blocks);
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

    /// Stores the full blocks of a sequence that are not here yet.
    ///
    /// @return how many were stored; 0 also if there is no room, since what is here is being loaded
    public int store(KvSequence sequence) {
        return store(sequence.chain().copy(sequence.fullBlocks()), BlockSource.of(sequence));
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
                below.take(victims, bytes::read);
            }
            MemorySegment staging = bytes.staging(arena);
            for (int at = 0; at < chain.blocks(); at++) {
                if (slots[at] != 0 && source.read(at, staging)) {
                    bytes.write(slots[at], staging);
                    sound[at] = true;
                }
            }
        } finally {
            run(() -> completeStore(chain, slots, sound, source));
        }
        return count;
    }

    private int prepareStore(DigestChain chain, int[] slots, Departures victims) {
        ledger.touch(chain);
        int count = ledger.prepareStore(chain, slots, victims);
        counters.refused += count == TierLedger.REFUSED ? chain.blocks() : 0;
        return count;
    }

    private void completeStore(
            DigestChain chain, int[] slots, boolean[] sound, BlockSource source) {
        for (int at = 0; at < sound.length; at++) {
            if (sound[at]) {
                ledger.origin(slots[at], source.origin(at));
            }
            ledger.completeStore(chain, slots, at, sound[at]);
            counters.stored += sound[at] ? 1 : 0;
        }
    }

    private void failed() {
        run(() -> counters.failures++);
    }

    /// Loads the blocks that follow in a sequence's prompt, as many as are here, into new blocks of its pool;
    /// none if it is quicker to compute them, or the pool has no room.
    ///
    /// @return how many tokens came
    /// @throws IllegalStateException if the sequence is closed
    public int load(KvSequence sequence) {
        TierLoad load = new TierLoad(sequence, config.shape());
        if (!locked(() -> load.prepare(ledger, speed, counters))) {
            return 0;
        }
        try {
            return load.copy(bytes, nanoClock);
        } finally {
            run(() -> load.complete(ledger, speed, counters));
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

    /// Tells how long an engine took to compute tokens, so that it can be compared with loading them.
    ///
    /// @param tokens at least 1
    /// @param nanos how long; at least 1
    public void computed(long tokens, long nanos) {
        if (tokens < 1 || nanos < 1) {
            throw new IllegalArgumentException(
                    "tokens and nanos must be at least 1: %d, %d".formatted(tokens, nanos));
        }
        run(() -> speed.computed(tokens, nanos));
    }

    /// How long it would take to load a block, in nanoseconds; infinite if it is not here, or nothing was
    /// loaded yet.
    double nanosToLoad(DigestChain block) {
        return locked(() -> {
            boolean here = ledger.holds(block, 0);
            double bytesPerSecond = speed.loadBytesPerSecond();
            return here && bytesPerSecond > 0
                    ? config.shape().bytesPerBlock() * 1e9 / bytesPerSecond
                    : Double.POSITIVE_INFINITY;
        });
    }

    /// Whether something is being stored or loaded.
    boolean busy() {
        return ledger.table().used() > 0;
    }

    /// Drops everything, unless something is being stored or loaded.
    ///
    /// @return whether it did
    public boolean reset() {
        return locked(ledger::reset);
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
        return locked(() -> {
            long number = journal.own().last();
            List<KvEvent.Stored> blocks = new ArrayList<>();
            ledger.index(number, blocks);
            return new KvIndexSnapshot(number, blocks);
        });
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
        return locked(() -> below == null ? work.get() : below.still(work));
    }

    /// Tells a pool's log from now on what happens here.
    void tell(KvEventLog log) {
        run(() -> journal.tell(log, ledger.table().indexed() > 0));
    }

    /// Tells it no more.
    void tellNoMore(KvEventLog log) {
        run(() -> journal.tellNoMore(log));
    }

    /// How many bytes the blocks of a tenant take here, whichever pool they came from.
    public long bytesOf(String tenant) {
        return locked(() -> journal.blocks(tenant) * config.shape().bytesPerBlock());
    }

    /// The figures now.
    public KvTierStats stats() {
        return locked(() -> {
            int held = config.capacityBlocks() - ledger.table().free();
            return counters.stats(config, held, speed, bytes.committedBytes());
        });
    }

    /// For tests of this package.
    TierLedger ledger() {
        return ledger;
    }

    /// For tests of this package.
    BlockMemory memory() {
        return bytes.memory();
    }

    /// Gives the memory back, and what was in it is found no more. Nobody must be storing or loading.
    @Override
    public void close() {
        run(() -> {
            ledger.reset();
            bytes.close();
        });
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private void run(Runnable work) {
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }
}
