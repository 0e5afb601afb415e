package dev.isobar.kv;

import dev.isobar.kv.TenantLedger.Account;
import dev.isobar.memory.MemorySpace;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What pool and sequences share: the one lock, and what it guards. All methods are called with the
/// lock held; none calls foreign code.
final class KvCore implements TableListener {

    final KvPoolConfig config;
    private final ReentrantLock lock = new ReentrantLock();

    /// Signalled when announced blocks were computed or given up.
    final Condition progress = lock.newCondition();

    final BlockTable table;
    final BlockMemory memory;
    final BlockTokens tokens;
    final TierTraffic traffic;
    final TenantLedger tenants;
    final KvEventLog events;
    final GhostNotes ghosts;
    final KvCounters counters = new KvCounters();

    /// Published when the lock is let go, for readers without it.
    private final AtomicInteger pinnedBlocks = new AtomicInteger();

    private final AtomicInteger availableBlocks = new AtomicInteger();

    /// What goes down to a tier; null while what is evicted is dropped.
    private @Nullable Departures departures;

    private int promised;
    private volatile int limitPages;
    private int causer;
    private volatile boolean closed;

    KvCore(KvPoolConfig config, MemorySpace space, @Nullable KvTier tier) {
        this.config = config;
        traffic = new TierTraffic(this, tier);
        long blockBytes = config.shape().bytesPerBlock();
        int pages = config.capacityBlocks() / config.blocksPerSegment();
        memory =
                new BlockMemory(config.name(), space, blockBytes, config.blocksPerSegment(), pages);
        int perBlock = config.shape().tokensPerBlock();
        tokens = new BlockTokens(config.compareTokens(), perBlock, config.blocksPerSegment(), pages);
        tenants = new TenantLedger(blockBytes, new TenantSalts(config.secret()), config.shares());
        events = new KvEventLog(config.events());
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
        BlockCost computing =
                BlockCost.of(config.prefillCost(), config.shape().tokensPerBlock());
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

    /// The block that holds, or will hold, a block of a sequence, or [BlockTable#NONE]. Its digest is the same,
    /// and where tokens are kept, they are.
    int find(SequenceTokens sequence, int at) {
        int block = table.find(sequence.chain(), at);
        while (block != BlockTable.NONE && !tokens.same(block, sequence, at)) {
            block = table.findNext(block);
        }
        return block;
    }

    /// From now on, what is evicted leaves for a tier, or is dropped.
    void gather(boolean send) {
        departures = send ? new Departures() : null;
    }

    /// Whether something was evicted that leaves for a tier.
    boolean sending() {
        return departures != null && !departures.isEmpty();
    }

    /// What leaves for a tier; what is evicted from now on is dropped.
    Departures gathered() {
        Departures gathered = departures == null ? new Departures() : departures;
        departures = null;
        return gathered;
    }

    /// The memory of what has left is free.
    void land(Departures sent) {
        for (int at = 0; at < sent.count(); at++) {
            table.landed(sent.block(at));
        }
        ended();
    }

    private void drop(int block, RemovalReason reason) {
        if (departures == null || table.twin(block)) {
            table.drop(block, reason);
        } else {
            departures.add(table, block, tokens.sum(block));
            table.send(block, reason);
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

    boolean closed() {
        return closed;
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("KV pool " + config.name() + " is closed");
        }
    }

    int promised() {
        return promised;
    }

    /// Changes what one sequence was promised.
    void promise(int before, int now) {
        promised += now - before;
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

    /// Room for blocks of a tenant: free ones, new ones from the space, and if that is not enough,
    /// those that idle blocks leave. Where the space turns out to have no room, it is tried once more
    /// without.
    ///
    /// @param ownPromise what the caller was promised before, which counts as free for it
    /// @param owned how many blocks the caller has
    Room room(Account tenant, int need, int ownPromise, int owned) {
        Room room = tryRoom(tenant, need, ownPromise, growable());
        if (room instanceof Room.Ready && !grow(need)) {
            counters.retries++;
            room = merged(room, tryRoom(tenant, need, ownPromise, 0));
        }
        if (room instanceof Room.Short refused) {
            counters.refusals += sending() ? 0 : 1;
            return refused.besides(owned);
        }
        return room;
    }

    private static Room merged(Room first, Room second) {
        int evicted = first.evictedBlocks() + second.evictedBlocks();
        return switch (second) {
            case Room.Ready(int blocks, _) -> new Room.Ready(blocks, evicted);
            case Room.Short s ->
                    new Room.Short(
                            s.neededBlocks(),
                            s.freeBlocks(),
                            s.idleBlocks(),
                            s.promisedBlocks(),
                            evicted,
                            s.limitBlocks(),
                            "the space has no room: " + s.reason());
        };
    }

    private Room tryRoom(Account tenant, int need, int ownPromise, int growable) {
        int over = (int) Math.max(0, (long) tenant.blocks + need - tenant.maxBlocks);
        RoomPlan plan = plan(tenant, need, ownPromise, growable);
        if (need > 0 && over > tenant.idle) {
            return refused(plan, tenant.maxBlocks, "the share of tenant " + tenant.name);
        }
        if (!plan.admitted() && need > 0) {
            int limit = limitPages * memory.blocksPerPage() - config.minimumFreeBlocks();
            return refused(plan, limit, "all others are in use or promised");
        }
        causer = tenant.id;
        int evicted = need == 0 ? 0 : evictOwn(tenant, over);
        int goal = need == 0 ? 0 : plan(tenant, need, ownPromise, growable + leavingNow()).evictions();
        for (int more = 0; more < goal && evictFor(tenant); more++) {
            evicted++;
        }
        RoomPlan left = plan(tenant, need, ownPromise, growable);
        if (need > 0 && left.deficit() > 0) {
            return new Room.Short(
                    need,
                    left.freeBlocks(),
                    left.idleBlocks(),
                    left.promisedBlocks(),
                    evicted,
                    limitPages * memory.blocksPerPage(),
                    "idle blocks hold up others that are in use");
        }
        return new Room.Ready(need, evicted);
    }

    private int leavingNow() {
        return departures == null ? 0 : departures.count();
    }

    private static Room refused(RoomPlan plan, int limit, String reason) {
        return new Room.Short(
                plan.neededBlocks(),
                plan.freeBlocks(),
                plan.idleBlocks(),
                plan.promisedBlocks(),
                0,
                limit,
                reason);
    }

    /// How room would be made.
    RoomPlan plan(Account tenant, int need, int ownPromise, int growable) {
        return new RoomPlan(
                need,
                table.free() + growable,
                tenants.evictableFor(tenant, table.idle()),
                promised - ownPromise,
                config.minimumFreeBlocks(),
                config.targetFreeBlocks());
    }

    private int evictOwn(Account tenant, int blocks) {
        int evicted = 0;
        while (evicted < blocks) {
            int victim = table.victim(block -> table.tenant(block) == tenant.id);
            if (victim == BlockTable.NONE) {
                break;
            }
            drop(victim, RemovalReason.ROOM);
            evicted++;
        }
        return evicted;
    }

    private boolean evictFor(Account tenant) {
        int victim = tenants.victimFor(tenant, table);
        if (victim == BlockTable.NONE) {
            return false;
        }
        drop(victim, RemovalReason.ROOM);
        return true;
    }

    /// Evicts blocks for nobody in particular, the least valuable first.
    ///
    /// @return how many went
    int evict(int blocks, RemovalReason reason) {
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

    /// Takes memory until so many blocks are free; whether they are.
    private boolean grow(int free) {
        while (table.free() < free) {
            int page = memory.presentPages() < limitPages ? memory.grow() : -1;
            if (page < 0) {
                return false;
            }
            int first = memory.firstBlock(page);
            table.arrived(first, first + memory.blocksPerPage() - 1);
        }
        return true;
    }

    /// Blocks for a path, after [#room] said that they are there.
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
        if (!events.enabled()) {
            return;
        }
        int start = from;
        for (int at = from; at <= to; at++) {
            boolean known = at == to || table.twin(path[at]);
            if (known && start < at) {
                announceRun(sequence, tenant, path, start, at);
            }
            if (known) {
                start = at + 1;
            }
        }
    }

    private void announceRun(SequenceTokens sequence, Account tenant, int[] path, int from, int to) {
        List<String> digests = new ArrayList<>();
        for (int at = from; at < to; at++) {
            digests.add(KvEventLog.hex(sequence.chain(), at));
            events.count(table, path[at], 1);
        }
        List<Integer> ids = new ArrayList<>();
        int perBlock = config.shape().tokensPerBlock();
        for (int token = from * perBlock; token < to * perBlock; token++) {
            ids.add(sequence.token(token));
        }
        String parent = from == 0 ? null : KvEventLog.hex(sequence.chain(), from - 1);
        events.add(number ->
                new KvEvent.Stored(
                        number,
                        parent,
                        List.copyOf(digests),
                        List.copyOf(ids),
                        tenant.name,
                        sequence.context().adapter(),
                        config.resource().name()));
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
        ghosts.note(table.digest(block, 0), config.nanoClock().getAsLong(), reason, causer);
        if (events.enabled() && reason != RemovalReason.RESET) {
            events.count(table, block, -1);
            String digest = KvEventLog.hex(table, block);
            events.add(number ->
                    new KvEvent.Removed(
                            number, digest, owner.name, reason, config.resource().name()));
        }
    }
}
