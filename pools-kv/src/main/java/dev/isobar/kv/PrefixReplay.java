package dev.isobar.kv;

/// Replays requests against a policy, blocks only, without bytes: what would have been found?
///
/// One request at a time. The longest kept prefix is found and held; room is made for the rest; the rest
/// is entered; at the end all blocks of the request are released, the last one first. A request larger
/// than the capacity keeps its first blocks.
///
/// *One thread only.* A block costs the metadata of a pool's block, and nothing is allocated for a request
/// once the arrays are as long as the longest one.
public final class PrefixReplay {

    /// How many tokens a block is taken to have where costs are weighed: {@value}, as in the traces of
    /// Mooncake.
    public static final int TOKENS_PER_BLOCK = 512;

    private static final BlockCost COST = BlockCost.of(PrefillCost.DEFAULT, TOKENS_PER_BLOCK);

    private final BlockTable table;
    private final boolean holds;
    private final DigestChain chain = new DigestChain(64);
    private int[] path = new int[64];
    private boolean[] held = new boolean[64];
    private long hits;
    private long blocks;
    private double savedNanos;
    private double allNanos;

    private PrefixReplay(int capacity, OrderFactory order, boolean leafFirst, boolean holds) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1 block: " + capacity);
        }
        table = new BlockTable(capacity, order, leafFirst, TableListener.NOBODY);
        table.arrived(1, capacity);
        this.holds = holds;
    }

    /// As a [KvPool] does it: only leaves go, and nothing that the request found.
    ///
    /// @param capacityBlocks how many blocks there are; at least 1
    public static PrefixReplay of(KvPolicy policy, int capacityBlocks) {
        return new PrefixReplay(capacityBlocks, orderOf(policy), true, true);
    }

    /// As caches do it that know nothing of prefixes: every block may go, under ARC any that the request
    /// does not use, under FIFO any at all. The figures published for those two were made so. ARC does not
    /// let blocks seen once go while there are fewer of them than it aims at: then the rest of a request
    /// stays out.
    ///
    /// @param capacityBlocks how many blocks there are; at least 1
    public static PrefixReplay flat(KvPolicy policy, int capacityBlocks) {
        OrderFactory order = policy == KvPolicy.ARC ? ArcOrder.factory(false) : orderOf(policy);
        return new PrefixReplay(capacityBlocks, order, false, policy != KvPolicy.FIFO);
    }

    private static OrderFactory orderOf(KvPolicy policy) {
        return policy.factory(() -> 0L, COST);
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
        savedNanos += PrefillCost.DEFAULT.nanos(0, (long) found * TOKENS_PER_BLOCK);
        allNanos += PrefillCost.DEFAULT.nanos(0, (long) ids.length * TOKENS_PER_BLOCK);
        table.order().requested(chain, found, nowNanos);
        int missing = hold();
        while (table.free() < missing && dropOne()) {}
        enter();
        for (int at = ids.length - 1; at >= 0; at--) {
            if (held[at]) {
                table.release(path, at, at + 1);
            }
        }
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

    /// The time to compute what was found, by the time to compute all blocks, as [PrefillCost#DEFAULT]
    /// tells it for blocks of [#TOKENS_PER_BLOCK]; 0 before the first.
    public double savedRate() {
        return blocks == 0 ? 0 : savedNanos / allNanos;
    }

    private void identify(long[] ids) {
        chain.truncate(0);
        for (long id : ids) {
            chain.add(mix(id), id, 0, 0);
        }
        if (path.length < ids.length) {
            path = new int[ids.length * 2];
            held = new boolean[path.length];
        }
    }

    private int found() {
        int found = 0;
        while (found < chain.blocks() && table.find(chain, found) != BlockTable.NONE) {
            found++;
        }
        return found;
    }

    /// Looks every block up, and holds those that are there; how many are missing.
    private int hold() {
        int missing = 0;
        for (int at = 0; at < chain.blocks(); at++) {
            path[at] = table.find(chain, at);
            held[at] = holds && path[at] != BlockTable.NONE;
            if (held[at]) {
                table.retain(path[at]);
            }
            missing += path[at] == BlockTable.NONE ? 1 : 0;
        }
        return missing;
    }

    /// Enters what is missing, from the beginning on, until no block is free.
    private void enter() {
        for (int at = 0; at < chain.blocks() && table.free() > 0; at++) {
            if (path[at] == BlockTable.NONE) {
                path[at] = table.acquire(0);
                held[at] = true;
                table.keep(path[at], chain, at, at == 0 ? BlockTable.NONE : path[at - 1]);
            }
        }
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
