package dev.isobar.kv;

import java.util.Objects;

/// Replays requests against a policy, blocks only, without bytes: what would have been found?
///
/// One request at a time. The longest kept prefix is found and held; room is made for the rest; the rest
/// is entered; at the end all blocks of the request are released, the last one first. A request larger
/// than the capacity keeps its first blocks.
///
/// *One thread only.* A block costs the metadata of a pool's block, and nothing is allocated for a request
/// once the arrays are as long as the longest one.
public final class PrefixReplay {

    private final BlockTable table;
    private final boolean holds;
    private final DigestChain chain = new DigestChain(64);
    private int[] path = new int[64];
    private long hits;
    private long blocks;

    private PrefixReplay(int capacity, KvPolicy policy, boolean leafFirst, boolean holds) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1 block: " + capacity);
        }
        Objects.requireNonNull(policy, "policy");
        table = new BlockTable(capacity, policy.factory(() -> 0L), leafFirst, TableListener.NOBODY);
        table.arrived(1, capacity);
        this.holds = holds;
    }

    /// As a [KvPool] does it: only leaves go, and nothing that the request found.
    ///
    /// @param capacityBlocks how many blocks there are; at least 1
    public static PrefixReplay of(KvPolicy policy, int capacityBlocks) {
        return new PrefixReplay(capacityBlocks, policy, true, true);
    }

    /// As caches do it that know nothing of prefixes: every block may go, under ARC any that the request
    /// does not use, under FIFO any at all. The figures published for those two were made so.
    ///
    /// @param capacityBlocks how many blocks there are; at least 1
    public static PrefixReplay flat(KvPolicy policy, int capacityBlocks) {
        return new PrefixReplay(capacityBlocks, policy, false, policy != KvPolicy.FIFO);
    }

    /// Replays one request.
    ///
    /// @param ids the blocks of the prompt, each id standing for all up to it
    /// @param nowNanos when it came
    /// @return how many blocks, from the first on, were found
    public int request(long[] ids, long nowNanos) {
        identify(ids);
        int found = found();
        hits += found;
        blocks += ids.length;
        table.order().requested(chain, found, nowNanos);
        int kept = holds ? hold(found) : 0;
        int entered = enter(found);
        table.release(path, 0, kept);
        table.release(path, found, entered);
        return found;
    }

    /// How many blocks were found in all requests.
    public long hits() {
        return hits;
    }

    /// How many blocks all requests had.
    public long blocks() {
        return blocks;
    }

    /// Found blocks by all blocks; 0 before the first.
    public double hitRate() {
        return blocks == 0 ? 0 : (double) hits / blocks;
    }

    private void identify(long[] ids) {
        chain.truncate(0);
        for (long id : ids) {
            chain.add(mix(id), id, 0, 0);
        }
        if (path.length < ids.length) {
            path = new int[ids.length * 2];
        }
    }

    private int found() {
        int found = 0;
        while (found < chain.blocks() && find(found) != BlockTable.NONE) {
            found++;
        }
        return found;
    }

    private int find(int at) {
        int block = table.find(chain, at);
        path[at] = block;
        return block;
    }

    private int hold(int found) {
        for (int at = 0; at < found; at++) {
            table.retain(path[at]);
        }
        return found;
    }

    /// Room first, for all that is missing, then the entries.
    private int enter(int found) {
        int missing = 0;
        for (int at = found; at < chain.blocks(); at++) {
            missing += find(at) == BlockTable.NONE ? 1 : 0;
        }
        while (table.free() < missing && dropOne()) {}
        int at = found;
        while (at < chain.blocks()) {
            int block = path[at];
            if (block != BlockTable.NONE && table.kept(block) && same(block, at)) {
                table.retain(block);
            } else {
                block = table.acquire(0);
                if (block == BlockTable.NONE) {
                    break;
                }
                table.keep(block, chain, at, at == 0 ? BlockTable.NONE : path[at - 1]);
                path[at] = block;
            }
            at++;
        }
        return at;
    }

    private boolean same(int block, int at) {
        return table.digest(block, 1) == chain.word(at, 1);
    }

    private boolean dropOne() {
        int victim = table.victim();
        if (victim == BlockTable.NONE) {
            return false;
        }
        table.drop(victim, RemovalReason.ROOM);
        return true;
    }

    /// The finalizer of SplitMix64: ids are small numbers, a digest's bits are not.
    private static long mix(long id) {
        long mixed = (id + 1) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
