package dev.isobar.kv;

import dev.isobar.kv.TenantLedger.Account;
import dev.isobar.memory.MemorySpace;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What pool and sequences share: the one lock, and what it guards. All methods are called with the
/// lock held; none calls foreign code.
final class KvCore implements TableListener {

    final KvPoolConfig config;
    private final BriefLock lock = new BriefLock();

    /// Signalled when announced blocks were computed or given up.
    final Condition progress = lock.newCondition();

    final BlockTable table;
    final BlockMemory memory;
    final BlockTokens tokens;
    final TierTraffic traffic;
    final RoomMaker rooms = new RoomMaker(this);
    final TenantLedger tenants;
    final PoolJournal journal;
    final GhostNotes ghosts;
    final KvCounters counters = new KvCounters();

    /// Published when the lock is let go, for readers without it.
    private final AtomicInteger pinnedBlocks = new AtomicInteger();

    private final AtomicInteger availableBlocks = new AtomicInteger();

    /// What goes down to a tier; null while what is evicted is dropped.
    private @Nullable Departures departures;

    private boolean spilling;

    private int promised;
    private volatile int limitPages;
    private int causer;
    private long evictingNanos;
    private volatile boolean closed;

    KvCore(
            KvPoolConfig config,
            MemorySpace space,
            @Nullable KvTier tier,
            @Nullable KvDiskConfig disk) {
        this.config = config;
        traffic = new TierTraffic(this, tier, disk);
        long blockBytes = config.shape().bytesPerBlock();
        int pages = config.capacityBlocks() / config.blocksPerSegment();
        memory =
                new BlockMemory(config.name(), space, blockBytes, config.blocksPerSegment(), pages);
        int perBlock = config.shape().tokensPerBlock();
        tokens =
                new BlockTokens(config.compareTokens(), perBlock, config.blocksPerSegment(), pages);
        tenants = new TenantLedger(blockBytes, new TenantSalts(config.secret()), config.shares());
        journal = new PoolJournal(this);
        ghosts = new GhostNotes(config.ghosts());
        limitPages = pages;
        table =
                new BlockTable(
                        config.capacityBlocks(),
                        config.policy().factory(config.nanoClock(), cost()),
                        true,
                        this);
        enter();
        exit();
    }

    /// What is in a tier costs no more than it takes to load it.
    private BlockCost cost() {
        BlockCost computing = BlockCost.of(config.prefillCost(), config.shape().tokensPerBlock());
        if (!traffic.anyBelow()) {
            return computing;
        }
        DigestChain digest = new DigestChain(1);
        return (table, block, depth) -> {
            digest.truncate(0);
            digest.add(
                    table.digest(block, 0),
                    table.digest(block, 1),
                    table.digest(block, 2),
                    table.digest(block, 3));
            return Math.min(computing.nanos(table, block, depth), traffic.nanosToLoad(digest));
        };
    }

    /// The block that holds, or will hold, a block of a sequence, or [BlockTable#NONE]. Its digest is the
    /// same, and where tokens are kept, they are.
    int find(SequenceTokens sequence, int at) {
        int block = table.find(sequence.chain(), at);
        while (block != BlockTable.NONE && !tokens.same(block, sequence, at)) {
            block = table.findNext(block);
        }
        return block;
    }

    /// From now on, what is evicted leaves for a tier, or is dropped.
    ///
    /// @param spill whether it may leave for the disk, too
    void gather(boolean send, boolean spill) {
        departures = send ? new Departures() : null;
        spilling = send && spill;
    }

    /// How many blocks were evicted that leave for a tier.
    int leavingNow() {
        return departures == null ? 0 : departures.count();
    }

    /// Whether something was evicted that leaves for a tier.
    boolean sending() {
        return leavingNow() > 0;
    }

    /// What leaves for a tier; what is evicted from now on is dropped.
    Departures gathered() {
        Departures gathered = departures == null ? new Departures() : departures;
        departures = null;
        spilling = false;
        return gathered;
    }

    /// The memory of what has left is free.
    void land(Departures sent) {
        for (int at = 0; at < sent.count(); at++) {
            table.landed(sent.block(at));
        }
        ended();
    }

    /// Lets an idle block go: down to a tier, or for good.
    void drop(int block, RemovalReason reason) {
        boolean toDisk = spilling && !table.twin(block) && traffic.diskWants(block);
        if (departures == null || table.twin(block) || !(toDisk || traffic.hasTier())) {
            table.drop(block, reason);
            return;
        }
        departures.add(table, block, journal.origin(block));
        if (toDisk) {
            departures.alsoToDisk();
        }
        table.send(block, reason);
    }

    /// Does something with the lock held.
    <T> T locked(Supplier<T> work) {
        enter();
        try {
            return work.get();
        } finally {
            exit();
        }
    }

    /// The same.
    void run(Runnable work) {
        enter();
        try {
            work.run();
        } finally {
            exit();
        }
    }

    /// Takes the lock.
    void enter() {
        lock.lock();
    }

    /// Takes the lock, or is interrupted.
    void enterInterruptibly() throws InterruptedException {
        lock.lockInterruptibly();
    }

    /// Lets the lock go.
    void exit() {
        pinnedBlocks.lazySet(table.used());
        availableBlocks.lazySet(
                table.free() + growable() + table.idle() - promised - config.minimumFreeBlocks());
        lock.unlock();
    }

    /// How many blocks sequences used when the lock was let go last. Needs no lock.
    int pinnedBlocks() {
        return pinnedBlocks.get();
    }

    /// How many blocks could be had at once, by eviction too, when the lock was let go last; at least 0.
    /// Needs no lock.
    int availableBlocks() {
        return Math.max(0, availableBlocks.get());
    }

    int perBlock() {
        return config.shape().tokensPerBlock();
    }

    boolean closed() {
        return closed;
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("KV pool " + config.name() + " is closed");
        }
    }

    /// A sequence uses a block once.
    ///
    /// @throws IllegalStateException if as many are open as a block can have users
    void requirePlace() {
        if (counters.open >= BlockFacts.MOST_USERS) {
            throw new IllegalStateException(
                    "KV pool %s: %d sequences are open, no more can be"
                            .formatted(config.name(), counters.open));
        }
    }

    int promised() {
        return promised;
    }

    /// Changes what one sequence was promised.
    void promise(int before, int now) {
        promised += now - before;
    }

    /// For whom, and when, blocks are evicted from now on: the clock is read once for all of them.
    void evictingFor(Account tenant) {
        causer = tenant.id;
        evictingNanos = config.nanoClock().getAsLong();
    }

    int limitPages() {
        return limitPages;
    }

    void limitPages(int pages) {
        limitPages = pages;
    }

    /// How many blocks could still come from the space.
    int growable() {
        return Math.max(0, limitPages - memory.presentPages()) * memory.blocksPerPage();
    }

    /// Evicts blocks for nobody in particular, the least valuable first.
    ///
    /// @return how many went
    int evict(int blocks, RemovalReason reason) {
        evictingNanos = config.nanoClock().getAsLong();
        int evicted = 0;
        while (evicted < blocks) {
            int victim = table.victim();
            if (victim == BlockTable.NONE) {
                break;
            }
            drop(victim, reason);
            evicted++;
        }
        return evicted;
    }

    /// Blocks for a path, after [RoomMaker] said that they are there.
    void take(Account tenant, int[] path, int from, int count) {
        for (int at = from; at < from + count; at++) {
            path[at] = table.acquire(tenant.id);
        }
    }

    /// Drops everything that nobody uses.
    void clear(RemovalReason reason) {
        evict(Integer.MAX_VALUE, reason);
    }

    /// Nothing new from now on; what nobody uses goes.
    void shut() {
        closed = true;
        journal.end();
        clear(RemovalReason.RESET);
        progress.signalAll();
        ended();
    }

    /// A sequence was closed: the last one of a closed pool lets the memory go.
    void ended() {
        if (closed && counters.open == 0 && table.leaving() == 0) {
            memory.close();
        }
    }

    /// Tells those who keep in step which blocks of a path can be found now.
    void stored(SequenceTokens sequence, Account tenant, int[] path, int from, int to) {
        for (int at = from; at < to; at++) {
            ghosts.forget(sequence.chain().key(at));
        }
        journal.stored(sequence, tenant, path, from, to);
    }

    /// Counts the tenants' blocks again and compares. Looks at every block.
    ///
    /// @throws IllegalStateException if something does not agree
    void checkTenants() {
        int[] blocks = new int[tenants.accounts().size()];
        int[] idle = new int[blocks.length];
        for (int block = 1; block <= table.blocks(); block++) {
            if (table.users(block) > 0 || table.idle(block) || table.leaving(block)) {
                blocks[table.tenant(block)]++;
                idle[table.tenant(block)] += table.idle(block) ? 1 : 0;
            }
        }
        for (Account each : tenants.accounts()) {
            if (each.blocks != blocks[each.id] || each.idle != idle[each.id]) {
                throw new IllegalStateException(
                        "tenant %s: counted %d blocks, %d idle; kept %d, %d"
                                .formatted(
                                        each.name,
                                        blocks[each.id],
                                        idle[each.id],
                                        each.blocks,
                                        each.idle));
            }
        }
        if (promised < 0) {
            throw new IllegalStateException("promised blocks are negative: " + promised);
        }
    }

    @Override
    public void charged(int tenant) {
        tenants.account(tenant).blocks++;
    }

    @Override
    public void discharged(int tenant) {
        tenants.account(tenant).blocks--;
    }

    @Override
    public void idled(int tenant) {
        tenants.account(tenant).idle++;
    }

    @Override
    public void woken(int tenant) {
        tenants.account(tenant).idle--;
    }

    @Override
    public void removed(int block, RemovalReason reason) {
        Account owner = tenants.account(table.tenant(block));
        counters.removed(reason);
        if (reason != RemovalReason.DUPLICATE) {
            owner.evictedBlocks++;
        }
        if (table.twin(block)) {
            return;
        }
        ghosts.note(table.digest(block, 0), evictingNanos, reason, causer);
        journal.removed(block, reason);
    }
}
