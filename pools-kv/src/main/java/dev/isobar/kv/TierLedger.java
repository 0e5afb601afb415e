package dev.isobar.kv;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which blocks a tier holds, is being given, and is being asked for: storing and loading in two steps
/// each, so that bytes can travel in between.
///
/// A block that is being stored is found, but cannot be loaded yet; a block that is being loaded cannot go.
/// *Guarded by caller.*
final class TierLedger implements TableListener {

    /// Whether a block is there.
    enum Presence {
        MISS,
        PENDING,
        HIT
    }

    /// What [#prepareStore] answers if there is no room.
    static final int REFUSED = -1;

    private final BlockTable table;
    private final int threshold;
    private final Map<Long, Integer> lookups;
    private final boolean[] spoiled;
    private final BlockOrigin[] origins;
    private final TierJournal journal;
    private long skipped;

    /// @param arc whether victims are chosen by adaptive replacement; else the least recently asked for
    /// @param threshold how often a block must have been looked up before it is stored; below 2 for always
    /// @param tracked how many blocks' look-ups are counted
    TierLedger(int blocks, boolean arc, int threshold, int tracked) {
        this(blocks, order(arc), threshold, tracked, new TierJournal("", 0));
    }

    /// The same.
    ///
    /// @param order chooses victims
    /// @param journal is told what comes and goes
    TierLedger(int blocks, OrderFactory order, int threshold, int tracked, TierJournal journal) {
        this.journal = journal;
        table = new BlockTable(blocks, order, false, this);
        table.arrived(1, blocks);
        this.threshold = threshold;
        spoiled = new boolean[blocks + 1];
        origins = new BlockOrigin[blocks + 1];
        Arrays.fill(origins, BlockOrigin.UNKNOWN);
        lookups =
                new LinkedHashMap<>() {
                    @Override
                    protected boolean removeEldestEntry(Map.Entry<Long, Integer> eldest) {
                        return size() > tracked;
                    }
                };
    }

    /// Adaptive replacement, or the least recently asked for.
    static OrderFactory order(boolean arc) {
        return arc ? ArcOrder.factory(true) : TouchOrder::new;
    }

    BlockTable table() {
        return table;
    }

    @Override
    public void stored(int block) {
        journal.stored(table, block, origins[block]);
    }

    @Override
    public void removed(int block, RemovalReason reason) {
        journal.removed(table, block, origins[block], reason);
        origins[block] = BlockOrigin.UNKNOWN;
    }

    /// How many blocks were not stored because they were looked up too rarely.
    long skipped() {
        return skipped;
    }

    /// How many blocks may go now.
    int evictable() {
        return table.idle();
    }

    /// Blocks held or coming, by all there are: from 0 to 1.
    double usage() {
        return 1 - (double) table.free() / table.blocks();
    }

    /// Whether a block is there; counts towards the threshold.
    Presence lookup(DigestChain chain, int at) {
        if (threshold > 1) {
            Integer before = lookups.remove(chain.key(at));
            lookups.put(chain.key(at), before == null ? 1 : before + 1);
        }
        if (table.find(chain, at) == BlockTable.NONE) {
            return Presence.MISS;
        }
        return holds(chain, at) ? Presence.HIT : Presence.PENDING;
    }

    /// Says what is known of the block of a place, before it is stored.
    void origin(int slot, BlockOrigin origin) {
        table.tenant(slot, journal.id(origin.tenant()));
        origins[slot] = origin;
    }

    /// Whether a block that is there has tokens with this sum, as far as it is known.
    boolean sameTokens(DigestChain chain, int at, int sum) {
        int known = origins[table.find(chain, at)].tokenSum();
        return known == 0 || known == sum;
    }

    /// Whether a block could be loaded. Counts nothing.
    boolean holds(DigestChain chain, int at) {
        int block = table.find(chain, at);
        return block != BlockTable.NONE && table.kept(block) && !spoiled[block];
    }

    /// Makes blocks young, from the last to the first.
    void touch(DigestChain chain) {
        table.order().requested(chain, 0, 0);
    }

    /// Takes places for those blocks that are neither there nor coming. All of them, or none: then nothing
    /// changes, and if there are not enough that may go, the order is not even asked.
    ///
    /// @param slots where to put the places, by the place of the block in the chain: 0 where nothing is to
    ///     be stored
    /// @return how many blocks to store, or [#REFUSED]
    int prepareStore(DigestChain chain, int[] slots) {
        return prepareStore(chain, slots, new Departures());
    }

    /// The same.
    ///
    /// @param victims where to put what had to go for it; their bytes are in the places taken
    int prepareStore(DigestChain chain, int[] slots, Departures victims) {
        int need = 0;
        for (int at = 0; at < chain.blocks(); at++) {
            slots[at] = 0;
            if (table.find(chain, at) == BlockTable.NONE && eligible(chain.key(at))) {
                slots[at] = 1;
                need++;
            }
        }
        int missing = need - table.free();
        int[] chosen = victims(chain, Math.max(0, missing));
        if (chosen == null) {
            return REFUSED;
        }
        int fresh = table.free();
        int taken = 0;
        for (int at = 0; at < chain.blocks(); at++) {
            if (slots[at] != 0) {
                if (taken++ == fresh) {
                    drop(chosen, victims);
                }
                slots[at] = table.acquire(0);
                table.announce(slots[at], chain, at, BlockTable.NONE);
            }
        }
        return need;
    }

    private boolean eligible(long key) {
        boolean eligible = threshold < 2 || lookups.getOrDefault(key, 0) >= threshold;
        skipped += eligible ? 0 : 1;
        return eligible;
    }

    /// Chooses, and drops nothing yet; null if there are not so many.
    private int @Nullable [] victims(DigestChain chain, int count) {
        int[] victims = new int[count];
        if (count > table.idle()) {
            return null;
        }
        boolean[] taken = new boolean[table.blocks() + 1];
        for (int at = 0; at < chain.blocks(); at++) {
            taken[table.find(chain, at)] = true;
        }
        for (int at = 0; at < count; at++) {
            victims[at] = table.victim(block -> !taken[block]);
            if (victims[at] == BlockTable.NONE) {
                return null;
            }
            taken[victims[at]] = true;
        }
        return victims;
    }

    private void drop(int[] chosen, Departures victims) {
        for (int victim : chosen) {
            if (!spoiled[victim]) {
                victims.add(table, victim, origins[victim]);
            }
            spoiled[victim] = false;
            table.dropFirst(victim, RemovalReason.ROOM);
        }
    }

    /// Ends what [#prepareStore] began.
    ///
    /// @param stored whether the bytes are there; if not, the places are free again
    void completeStore(DigestChain chain, int[] slots, boolean stored) {
        for (int at = 0; at < chain.blocks(); at++) {
            completeStore(chain, slots, at, stored);
        }
    }

    /// The same for one block.
    void completeStore(DigestChain chain, int[] slots, int at, boolean stored) {
        if (slots[at] != 0) {
            if (stored) {
                table.keep(slots[at], chain, at, BlockTable.NONE);
            }
            table.release(slots, at, at + 1);
        }
    }

    /// Holds blocks for loading.
    ///
    /// @param slots where to put their places, in the order of the chain
    /// @throws IllegalStateException if one of them is not there: then none is held
    void prepareLoad(DigestChain chain, int from, int to, int[] slots) {
        for (int at = from; at < to; at++) {
            slots[at] = table.find(chain, at);
            if (slots[at] == BlockTable.NONE || !table.kept(slots[at])) {
                throw new IllegalStateException("block %d of the chain is not there".formatted(at));
            }
        }
        for (int at = from; at < to; at++) {
            table.retain(slots[at]);
        }
    }

    /// Lets loaded blocks go.
    void completeLoad(int[] slots, int from, int to) {
        table.release(slots, from, to);
        for (int at = from; at < to; at++) {
            if (spoiled[slots[at]] && table.idle(slots[at])) {
                spoiled[slots[at]] = false;
                table.drop(slots[at], RemovalReason.DROPPED);
            }
        }
    }

    /// Says that the bytes of a block are not what they should be: it goes as soon as nobody loads it.
    void spoil(DigestChain chain, int at) {
        int block = table.find(chain, at);
        if (block != BlockTable.NONE) {
            spoiled[block] = true;
        }
    }

    /// Adds all that can be found now.
    ///
    /// @param number of the event that was the last one
    void index(long number, List<KvEvent.Stored> into) {
        journal.index(number, table, origins, into);
    }

    /// Drops everything, if nobody loads or stores.
    ///
    /// @return whether it did
    boolean reset() {
        if (table.used() > 0) {
            return false;
        }
        int victim = table.victim();
        while (victim != BlockTable.NONE) {
            spoiled[victim] = false;
            table.drop(victim, RemovalReason.RESET);
            victim = table.victim();
        }
        journal.cleared();
        return true;
    }
}
