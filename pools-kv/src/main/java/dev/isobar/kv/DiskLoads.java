package dev.isobar.kv;

import dev.isobar.pool.store.Fingerprint;
import dev.isobar.pool.store.LogTier;
import dev.isobar.pool.store.Recalled;
import dev.isobar.pool.store.RestoreReport.Fate;
import dev.isobar.pool.store.SegmentLog;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.LongAdder;

/// Brings blocks up from the disk, where that is quicker than to compute them, each checked.
///
/// *Safe for several threads.* A sequence must be used by one at a time.
final class DiskLoads {

    /// Nothing came, since nothing is there.
    static final Loaded NOTHING = new Loaded(0, Fate.GONE);

    private final KvCore core;
    private final SegmentLog log;
    private final DiskKeys keys;
    private final StoredBlock.Codec codec;
    private final LogTier<Fingerprint, StoredBlock> tier;
    private final LoadSpeed speed = new LoadSpeed(); // under its own monitor

    final LongAdder restored = new LongAdder();
    final LongAdder stale = new LongAdder();
    final LongAdder corrupt = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder recomputed = new LongAdder();

    DiskLoads(
            KvCore core,
            SegmentLog log,
            DiskKeys keys,
            StoredBlock.Codec codec,
            LogTier<Fingerprint, StoredBlock> tier) {
        this.core = core;
        this.log = log;
        this.keys = keys;
        this.codec = codec;
        this.tier = tier;
    }

    /// What came of loading.
    ///
    /// @param blocks how many came
    /// @param end what became of the next one; [Fate#PRESENT] if no more were wanted
    record Loaded(int blocks, Fate end) {}

    /// Loads the blocks that follow in a sequence's prompt, as many as are there.
    ///
    /// @param most up to which block of the prompt
    Loaded load(KvSequence sequence, int most) {
        int from = sequence.fullBlocks();
        return sequence.tokens() == from * core.perBlock()
                ? load(sequence, from, Math.min(most, sequence.mostFound()))
                : NOTHING;
    }

    private Loaded load(KvSequence sequence, int from, int most) {
        int to = from;
        while (to < most && tier.holds(keys.block(sequence.chain(), to))) {
            to++;
        }
        Fate end = to < most ? Fate.GONE : Fate.PRESENT;
        if (to <= from || !worthIt(to - from)) {
            return new Loaded(0, end);
        }
        if (!(sequence.reserve((to - from) * core.perBlock()) instanceof Room.Ready)) {
            refused.add(to - from);
            return new Loaded(0, Fate.REFUSED);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment staging = arena.allocate(codec.recordBytes(), Long.BYTES);
            return copyUp(sequence, from, to, end, staging);
        } finally {
            sequence.abort();
        }
    }

    private Loaded copyUp(KvSequence sequence, int from, int to, Fate end, MemorySegment staging) {
        long before = core.config.nanoClock().getAsLong();
        int at = from;
        Fate next = Fate.RESTORED;
        while (at < to && next == Fate.RESTORED) {
            next = copyUp(sequence, at, staging);
            at += next == Fate.RESTORED ? 1 : 0;
        }
        if (at > from) {
            restored.add(at - from);
            measured(at - from, core.config.nanoClock().getAsLong() - before);
            sequence.commit((at - from) * core.perBlock());
        }
        return new Loaded(at - from, at == to ? end : next);
    }

    private Fate copyUp(KvSequence sequence, int at, MemorySegment staging) {
        Fingerprint key = keys.block(sequence.chain(), at);
        return switch (recall(key, staging)) {
            case Recalled.Found<StoredBlock>(StoredBlock block) -> {
                int sum = sequence.sequenceTokens().sum(at);
                if (block.tokenSum() != 0 && block.tokenSum() != sum) {
                    yield dropped(key, Fate.STALE, stale);
                }
                sequence.write(at, 0, block.bytes());
                yield Fate.RESTORED;
            }
            case Recalled.Absent<StoredBlock> _ -> Fate.GONE;
            case Recalled.Stale<StoredBlock> _ -> dropped(key, Fate.STALE, stale);
            case Recalled.Damaged<StoredBlock> _ -> dropped(key, Fate.CORRUPT, corrupt);
            case Recalled.NoRoom<StoredBlock> _ -> Fate.REFUSED;
        };
    }

    /// What is written is read into memory that is there already.
    private Recalled<StoredBlock> recall(Fingerprint key, MemorySegment staging) {
        if (log.bytesOf(key).orElse(-1) != codec.recordBytes()) {
            return tier.recall(key); // it waits to be written, or is of another layout
        }
        if (log.read(key, staging) < 0) {
            return new Recalled.Damaged<>();
        }
        StoredBlock block = codec.decode(key, staging);
        return block == null ? new Recalled.Stale<>() : new Recalled.Found<>(block);
    }

    /// So that a fresh one can take its place.
    private Fate dropped(Fingerprint key, Fate fate, LongAdder counter) {
        tier.forget(key);
        counter.increment();
        return fate;
    }

    private boolean worthIt(int blocks) {
        long tokens = (long) blocks * core.perBlock();
        boolean load;
        synchronized (speed) {
            load = speed.load(tokens * core.config.shape().bytesPerToken(), tokens);
        }
        if (!load) {
            recomputed.increment();
        }
        return load;
    }

    private void measured(int blocks, long nanos) {
        synchronized (speed) {
            speed.loaded(blocks * core.config.shape().bytesPerBlock(), nanos);
        }
    }

    void computed(long tokens, long nanos) {
        synchronized (speed) {
            speed.computed(tokens, nanos);
        }
    }

    double bytesPerSecond() {
        synchronized (speed) {
            return speed.loadBytesPerSecond();
        }
    }

    /// How long a block takes, in nanoseconds; infinite while that is not known.
    double nanosToLoadABlock() {
        double bytesPerSecond = bytesPerSecond();
        return bytesPerSecond > 0
                ? core.config.shape().bytesPerBlock() * 1e9 / bytesPerSecond
                : Double.POSITIVE_INFINITY;
    }
}
