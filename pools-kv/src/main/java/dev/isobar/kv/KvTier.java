package dev.isobar.kv;

import dev.isobar.memory.MemorySpace;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;

/// A lower place for blocks: host memory or a file below a device. What a sequence computed is
/// [stored][#store(KvSequence)] in it; a later one [loads][#load(KvSequence)] it instead of computing it
/// again, where that is quicker.
///
/// Bytes travel without a lock, between two steps: a block on its way down cannot be loaded yet, a block on
/// its way up cannot go. Each has a CRC-32C, which is checked on the way up: a block with other bytes is
/// dropped and computed again.
///
/// *Safe for several threads.* A sequence must be used by one at a time, here too.
public final class KvTier implements AutoCloseable {

    private final KvTierConfig config;
    private final LongSupplier nanoClock;
    private final ReentrantLock lock = new ReentrantLock();
    private final TierLedger ledger;
    private final BlockMemory memory;
    private final int[] checksums;
    private final LoadSpeed speed = new LoadSpeed();
    private long stored;
    private long loaded;
    private long corrupt;
    private long recomputed;

    /// A tier with all its memory. The space stays its owner's, and must not be closed before the tier.
    ///
    /// @throws IllegalArgumentException if the space has no room for all blocks; then it keeps none
    public KvTier(KvTierConfig config, MemorySpace space) {
        this(config, space, System::nanoTime);
    }

    KvTier(KvTierConfig config, MemorySpace space, LongSupplier nanoClock) {
        this.config = Objects.requireNonNull(config, "config");
        this.nanoClock = nanoClock;
        int blocks = config.capacityBlocks();
        ledger =
                new TierLedger(
                        blocks,
                        config.adaptive(),
                        config.storeThreshold(),
                        config.trackedLookups());
        memory = new BlockMemory(config.name(), space, config.shape().bytesPerBlock(), 1, blocks);
        checksums = new int[blocks + 1];
        growAll(blocks);
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
        DigestChain chain = sequence.chain().copy(sequence.fullBlocks());
        int[] slots = new int[Math.max(1, chain.blocks())];
        int count = locked(() -> prepareStore(chain, slots));
        if (count <= 0) {
            return 0;
        }
        boolean done = false;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment staging = staging(arena);
            for (int at = 0; at < chain.blocks(); at++) {
                if (slots[at] != 0) {
                    sequence.read(at, 0, staging);
                    memory.write(slots[at], 0, staging);
                    checksums[slots[at]] = checksum(staging);
                }
            }
            done = true;
        } finally {
            boolean complete = done;
            locked(() -> completeStore(chain, slots, complete, count));
        }
        return count;
    }

    private int prepareStore(DigestChain chain, int[] slots) {
        ledger.touch(chain);
        return ledger.prepareStore(chain, slots);
    }

    private int completeStore(DigestChain chain, int[] slots, boolean complete, int count) {
        ledger.completeStore(chain, slots, complete);
        stored += complete ? count : 0;
        return count;
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
        int to = locked(() -> prepareLoad(chain, from, sequence.mostFound(), slots));
        if (to == from) {
            return 0;
        }
        try {
            return copyUp(sequence, slots, from, to);
        } finally {
            locked(() -> completeLoad(slots, from, to));
        }
    }

    private int prepareLoad(DigestChain chain, int from, int most, int[] slots) {
        int to = from;
        while (to < most && ledger.lookup(chain, to) == TierLedger.Presence.HIT) {
            to++;
        }
        long tokens = (long) (to - from) * config.shape().tokensPerBlock();
        if (to > from && !speed.load(tokens * config.shape().bytesPerToken(), tokens)) {
            recomputed++;
            return from;
        }
        ledger.prepareLoad(chain, from, to, slots);
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
        memory.read(slot, 0, staging);
        if (checksum(staging) != checksums[slot]) {
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

    /// Gives the memory back. Nobody must be storing or loading.
    @Override
    public void close() {
        lock.lock();
        try {
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
