package dev.isobar.kv;

import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private final @Nullable KvDisk disk;

    /// Where what a step evicts may go.
    enum Send {
        /// Nowhere: it is dropped.
        NOTHING,
        /// Into a tier: its memory is there already.
        TO_TIER,
        /// To the disk, too.
        ANYWHERE
    }

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
    /// @param disk where blocks outlive the process, or null
    TierTraffic(KvCore core, @Nullable KvTier tier, @Nullable KvDiskConfig disk) {
        this.core = core;
        this.tier = tier;
        this.disk =
                disk == null || disk.store().config().root() == null
                        ? null
                        : new KvDisk(core, disk);
    }

    /// The blocks on the disk.
    Optional<KvDisk> disk() {
        return Optional.ofNullable(disk);
    }

    /// Whether there is a tier or a disk.
    boolean anyBelow() {
        return tier != null || disk != null;
    }

    /// Whether a block that is about to leave should be copied to the disk. Needs the lock; waits for
    /// nobody.
    boolean diskWants(int block) {
        return disk != null && disk.wants(core.table, block);
    }

    /// Copies to the disk what is not there of a sequence that is about to close.
    void keep(KvSequence sequence) {
        if (disk != null) {
            disk.keep(sequence);
        }
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
        return run(step, Send.ANYWHERE);
    }

    /// The same.
    ///
    /// @param send where what is evicted is sent
    <T> T run(Step<T> step, Send send) {
        boolean spill = send == Send.ANYWHERE && disk != null && disk.spills();
        boolean sends = spill || (send != Send.NOTHING && tier != null);
        Departures landing = new Departures();
        for (int round = 0; true; round++) {
            Departures sent;
            T done;
            core.enter();
            try {
                core.land(landing);
                core.gather(sends && round < MOST_ROUNDS, spill);
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
        if (disk != null && !sent.isEmpty()) {
            disk.take(sent);
        }
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
        int came = !anyBelow() || sequence.pendingTokens() > 0 ? 0 : 1;
        while (came > 0) {
            came = 0;
            for (KvTier from = tier; from != null; from = from.below()) {
                came += from.fetch(sequence);
            }
            came += disk == null ? 0 : disk.fetch(sequence);
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
        return disk == null ? least : Math.min(least, disk.nanosToLoad(block));
    }

    /// What a tenant has in the tiers, in bytes.
    long bytesOf(String tenant) {
        long bytes = 0;
        for (KvTier each = tier; each != null; each = each.below()) {
            bytes += each.bytesOf(tenant);
        }
        return bytes;
    }

    /// Tells a log what happens in the tiers.
    void tell(KvEventLog log) {
        for (KvTier each = tier; each != null; each = each.below()) {
            each.tell(log);
        }
    }

    /// Tells it no more.
    void tellNoMore(KvEventLog log) {
        for (KvTier each = tier; each != null; each = each.below()) {
            each.tellNoMore(log);
        }
    }

    /// Does something while nothing comes into the tiers or goes from them.
    <T> T still(Supplier<T> work) {
        return tier == null ? work.get() : tier.still(work);
    }

    /// Adds all that can be found in the tiers; only while they are [#still].
    void index(long number, List<KvEvent.Stored> into) {
        for (KvTier each = tier; each != null; each = each.below()) {
            each.index(number, into);
        }
    }

    /// Adds the sums over it; only while they are [#still].
    void sums(Map<String, String> byMedium) {
        for (KvTier each = tier; each != null; each = each.below()) {
            each.sum(byMedium);
        }
    }

    /// Tells the tiers how long an engine took to compute tokens.
    void computed(long tokens, long nanos) {
        for (KvTier each = tier; each != null; each = each.below()) {
            each.computed(tokens, nanos);
        }
        if (disk != null) {
            disk.computed(tokens, nanos);
        }
    }

    /// Drops all that the tiers have, unless one of them is busy.
    ///
    /// @return whether they did
    boolean reset() {
        return still(() -> {
            for (KvTier each = tier; each != null; each = each.below()) {
                if (each.busy()) {
                    return false;
                }
            }
            for (KvTier each = tier; each != null; each = each.below()) {
                each.reset();
            }
            return true;
        });
    }
}
