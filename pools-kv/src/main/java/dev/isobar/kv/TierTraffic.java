package dev.isobar.kv;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The way between a pool and the tiers below it: what is evicted goes down, what is asked for comes up.
///
/// Bytes travel without the pool's lock, so a step that evicts has two halves: what it evicts is found no
/// more, but keeps its memory until the bytes are below; then the step is made again, and finds the
/// room. Others may take that room in between, so it is tried a few times; the last time, what goes is
/// dropped. A tier that fails costs content, never room.
///
/// *Safe for several threads.*
final class TierTraffic {

    private static final int MOST_ROUNDS = 3;

    private final KvCore core;
    private final @Nullable KvTier tier;

    /// A step that may evict.
    @FunctionalInterface
    interface Step<T> {
        /// Makes it, with the lock held.
        ///
        /// @return what came of it, or null if it has to be made again when the memory of what it evicted
        ///     is free; only while [KvCore#sending()]
        @Nullable T attempt();
    }

    /// @param tier the next one below, or null if there is none
    TierTraffic(KvCore core, @Nullable KvTier tier) {
        this.core = core;
        this.tier = tier;
    }

    /// Whether there is a tier at all.
    boolean hasTier() {
        return tier != null;
    }

    /// Makes room, and once more when what was evicted for it is below.
    Room room(Supplier<Room> step) {
        int[] evictedBefore = {0};
        return run(() -> {
            Room room = step.get();
            if (room instanceof Room.Short && core.sending()) {
                evictedBefore[0] += room.evictedBlocks();
                return null;
            }
            return switch (room) {
                case Room.Ready ready -> ready.afterEvicting(evictedBefore[0]);
                case Room.Short refused -> refused.afterEvicting(evictedBefore[0]);
            };
        });
    }

    /// Makes a step, and sends down what it evicts. Takes the lock, and lets it go for the copies.
    <T> T run(Step<T> step) {
        return run(step, true);
    }

    /// The same.
    ///
    /// @param send whether what is evicted is sent down; else it is dropped
    <T> T run(Step<T> step, boolean send) {
        Departures landing = new Departures();
        for (int round = 0; true; round++) {
            Departures sent;
            T done;
            core.enter();
            try {
                core.land(landing);
                core.gather(send && tier != null && round < MOST_ROUNDS);
                done = step.attempt();
                sent = core.gathered();
            } catch (RuntimeException | Error e) {
                core.land(core.gathered());
                throw e;
            } finally {
                core.exit();
            }
            sendDown(sent);
            if (done != null) {
                land(sent);
                return done;
            }
            landing = sent;
        }
    }

    private void sendDown(Departures sent) {
        if (tier != null && !sent.isEmpty()) {
            tier.take(
                    sent,
                    (block, target) -> {
                        core.memory.read(block, 0, target);
                        return true;
                    });
        }
    }

    private void land(Departures sent) {
        if (!sent.isEmpty()) {
            core.enter();
            try {
                core.land(sent);
            } finally {
                core.exit();
            }
        }
    }

    /// Loads what follows in the sequence's prompt from the tiers, as far as they have it, and loading is
    /// quicker than computing. Nothing if somebody computes or loads it just now: that can be joined.
    ///
    /// @return how many tokens came
    int fetch(KvSequence sequence) {
        int all = 0;
        int came = tier == null || sequence.pendingTokens() > 0 ? 0 : 1;
        while (came > 0) {
            came = 0;
            for (KvTier from = tier; from != null; from = from.below()) {
                came += from.fetch(sequence);
            }
            all += came;
        }
        return all;
    }

    /// How long it would take to load a block, in nanoseconds; infinite if no tier has it, or none knows.
    double nanosToLoad(DigestChain block) {
        double least = Double.POSITIVE_INFINITY;
        for (KvTier each = tier; each != null; each = each.below()) {
            least = Math.min(least, each.nanosToLoad(block));
        }
        return least;
    }

    /// What a tenant has in the tiers, in bytes.
    long bytesOf(String tenant) {
        long bytes = 0;
        for (KvTier each = tier; each != null; each = each.below()) {
            bytes += each.bytesOf(tenant);
        }
        return bytes;
    }

    /// Tells the tiers how long an engine took to compute tokens.
    void computed(long tokens, long nanos) {
        for (KvTier each = tier; each != null; each = each.below()) {
            each.computed(tokens, nanos);
        }
    }

    /// Drops all that the tiers have, unless they are busy.
    ///
    /// @return whether they did
    boolean reset() {
        boolean all = true;
        for (KvTier each = tier; each != null; each = each.below()) {
            all &= each.reset();
        }
        return all;
    }
}
