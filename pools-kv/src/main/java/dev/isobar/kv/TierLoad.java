package dev.isobar.kv;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.LongSupplier;

/// Blocks of a tier on their way up: those that follow in a sequence's prompt, into new blocks of its pool.
///
/// First [#prepare], with the tier's lock held; then [#copy], without; then [#complete], with it.
final class TierLoad {

    private final KvSequence sequence;
    private final KvShape shape;
    private final int from;
    private final int[] slots;
    private int to;
    private int sound;
    private boolean corrupt;
    private long nanos;

    TierLoad(KvSequence sequence, KvShape shape) {
        this.sequence = sequence;
        this.shape = shape;
        from = sequence.fullBlocks();
        to = from;
        sound = from;
        slots = new int[Math.max(1, sequence.chain().blocks())];
    }

    /// Holds those that are there, unless it is quicker to compute them.
    ///
    /// @return whether there is something to copy
    boolean prepare(TierLedger ledger, LoadSpeed speed, TierCounters counters) {
        DigestChain chain = sequence.chain();
        if (sequence.tokens() != from * shape.tokensPerBlock()) {
            return false;
        }
        int there = from;
        while (there < sequence.mostFound()
                && ledger.lookup(chain, there) == TierLedger.Presence.HIT
                && ledger.sameTokens(chain, there, sequence.sequenceTokens().sum(there))) {
            there++;
        }
        int tokens = tokens(from, there);
        if (there > from && !speed.load(tokens * shape.bytesPerToken(), tokens)) {
            counters.recomputed++;
            return false;
        }
        ledger.prepareLoad(chain, from, there, slots);
        ledger.touch(chain);
        to = there;
        return to > from;
    }

    /// Copies them up to the first one that is not what was stored; none if the pool has no room.
    ///
    /// @return how many tokens came
    int copy(CheckedBlocks bytes, LongSupplier nanoClock) {
        if (!(sequence.reserve(tokens(from, to)) instanceof Room.Ready)) {
            return 0;
        }
        try (Arena arena = Arena.ofConfined()) {
            long before = nanoClock.getAsLong();
            int end = copyUntilCorrupt(bytes, bytes.staging(arena));
            nanos = nanoClock.getAsLong() - before;
            sound = end;
            corrupt = end < to;
            if (sound > from) {
                sequence.commit(tokens(from, sound));
            }
        } finally {
            sequence.abort();
        }
        return tokens(from, sound);
    }

    private int copyUntilCorrupt(CheckedBlocks bytes, MemorySegment staging) {
        int at = from;
        while (at < to && bytes.read(slots[at], staging)) {
            sequence.write(at, 0, staging);
            at++;
        }
        return at;
    }

    /// Lets them go, and says what was learned.
    void complete(TierLedger ledger, LoadSpeed speed, TierCounters counters) {
        counters.loaded += sound - from;
        if (sound > from) {
            speed.loaded((sound - from) * shape.bytesPerBlock(), nanos);
        }
        if (corrupt) {
            counters.corrupt++;
            ledger.spoil(sequence.chain(), sound);
        }
        ledger.completeLoad(slots, from, to);
    }

    private int tokens(int first, int last) {
        return (last - first) * shape.tokensPerBlock();
    }
}
