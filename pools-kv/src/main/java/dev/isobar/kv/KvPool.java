package dev.isobar.kv;

import dev.isobar.broker.PressureSource;
import dev.isobar.broker.PressureTier;
import dev.isobar.broker.ReclaimRequest;
import dev.isobar.broker.ReclaimResult;
import dev.isobar.broker.Resource;
import dev.isobar.broker.Usage;
import dev.isobar.broker.admission.Supply;
import dev.isobar.kv.TenantLedger.Account;
import dev.isobar.memory.MemorySpace;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The KV-cache memory of an inference engine: blocks of tokens in pages of a [MemorySpace], shared by
/// prefix between sequences, kept after use until the room is needed, and given back when the broker
/// asks.
///
/// ```
/// try (KvSequence sequence = pool.open(KvPrompt.of(tokens))) {
///     int found = sequence.cachedTokens();
///     Room room = sequence.prefill(sequence.remainingTokens());
///     // compute the tokens after the found ones into the blocks, then: sequence.append(token)
/// }
/// ```
///
/// *Safe for several threads;* one lock guards the metadata, and digests are computed outside of it. To open a
/// sequence takes it once, to close it once, and to append only where a block is taken or filled.
/// Bytes of a block are read and written without the lock, by those who use the block.
public final class KvPool implements PressureSource, AutoCloseable {

    private final KvPoolConfig config;
    private final KvCore core;
    private final byte[] root;
    private final Supplier<MessageDigest> digests;

    /// A pool without memory: the first sequence takes some. The space stays its owner's, and must not be
    /// closed before the pool.
    public KvPool(KvPoolConfig config, MemorySpace space) {
        this(config, space, null, null, Sha256::create);
    }

    /// The same above a disk, on which blocks outlive eviction and a restart: [KvDisk]. The secret of the
    /// settings has to be given, or the next process finds nothing.
    ///
    /// @throws IllegalArgumentException if a block does not fit in a segment of the store
    public KvPool(KvPoolConfig config, MemorySpace space, KvDiskConfig disk) {
        this(config, space, null, Objects.requireNonNull(disk, "disk"), Sha256::create);
    }

    /// The same above a tier: what is evicted goes into it, and what a prompt asks for comes back from it
    /// or one below it, where that is quicker than computing it. The tier stays its owner's, may be below
    /// several pools, and must not be closed before them.
    ///
    /// @throws IllegalArgumentException if the tier's blocks are of another shape, or events are kept and a tier
    ///     is named as the pool's resource
    public KvPool(KvPoolConfig config, MemorySpace space, KvTier tier) {
        this(config, space, Objects.requireNonNull(tier, "tier"), null, Sha256::create);
    }

    /// The same above a tier and a disk.
    ///
    /// @throws IllegalArgumentException if the tier's blocks are of another shape, or do not fit in a segment
    ///     of the store, or events are kept and a tier is named as the pool's resource
    public KvPool(KvPoolConfig config, MemorySpace space, KvTier tier, KvDiskConfig disk) {
        this(
                config,
                space,
                Objects.requireNonNull(tier, "tier"),
                Objects.requireNonNull(disk, "disk"),
                Sha256::create);
    }

    /// @param digests makes functions with results of 32 bytes; others than SHA-256 only in tests
    KvPool(
            KvPoolConfig config,
            MemorySpace space,
            @Nullable KvTier tier,
            @Nullable KvDiskConfig disk,
            Supplier<MessageDigest> digests) {
        this.digests = digests;
        this.config = Objects.requireNonNull(config, "config");
        if (tier != null) {
            tier.requireShape(config.shape(), "pool " + config.name());
            if (config.events() > 0) {
                tier.requireOtherName(config.resource().name(), "pool " + config.name());
            }
        }
        core = new KvCore(config, Objects.requireNonNull(space, "space"), tier, disk);
        root = config.root();
    }

    /// Its blocks on the disk; empty if it was made without a disk, or the store has no root.
    public Optional<KvDisk> disk() {
        return core.traffic.disk();
    }

    /// How the pool was set up.
    public KvPoolConfig config() {
        return config;
    }

    /// Begins a sequence with the longest kept beginning of its prompt. Takes no new block, but for what it
    /// loads from a tier; at least one token is left to compute. O(prompt): one digest a block, outside of
    /// the lock. Waits for what it loads.
    ///
    /// @throws IllegalStateException if the pool is closed
    public KvSequence open(KvPrompt prompt) {
        core.requireOpen();
        Account tenant = account(prompt.tenant());
        SequenceTokens tokens = tokens(prompt, tenant.salt);
        KvSequence sequence = new KvSequence(core, tenant, prompt, tokens);
        boolean lookup = prompt.lookup() && config.caching();
        core.locked(() -> {
            core.requireOpen();
            sequence.begin(lookup);
            count(tenant, prompt.tokens().length, sequence.cachedTokens());
            return sequence;
        });
        if (lookup) {
            fetch(sequence);
        }
        return sequence;
    }

    private void fetch(KvSequence sequence) {
        try {
            int came = core.traffic.fetch(sequence);
            if (came > 0) {
                core.run(() -> sequence.fetched(came));
            }
        } catch (RuntimeException | Error e) {
            sequence.close();
            throw e;
        }
    }

    /// Tells how long an engine took to compute tokens, for the tiers below: what takes longer to load is
    /// computed.
    ///
    /// @param tokens at least 1
    /// @param nanos how long; at least 1
    /// @throws IllegalArgumentException if one of them is less, and there is a tier
    public void computed(long tokens, long nanos) {
        core.traffic.computed(tokens, nanos);
    }

    /// Takes the lock for a new tenant only.
    private Account account(String tenant) {
        Account known = core.tenants.known(tenant);
        return known != null ? known : core.locked(() -> core.tenants.account(tenant));
    }

    private SequenceTokens tokens(KvPrompt prompt, byte[] salt) {
        int perBlock = config.shape().tokensPerBlock();
        ChainHasher hasher = new ChainHasher(root, perBlock, digests);
        return new SequenceTokens(hasher, prompt, salt, perBlock, config.caching());
    }

    private void count(Account tenant, int lookup, int hits) {
        core.counters.opened++;
        core.counters.lookupTokens += lookup;
        core.counters.hitTokens += hits;
        tenant.lookupTokens += lookup;
        tenant.hitTokens += hits;
    }

    /// How many tokens of a prompt would be found. Changes nothing, makes nothing younger. O(prompt).
    public int peek(KvPrompt prompt) {
        Account tenant = account(prompt.tenant());
        SequenceTokens tokens = tokens(prompt, tenant.salt);
        return core.locked(() -> new KvMisses(core).found(tokens));
    }

    /// Why not more of a prompt would be found. For operators: it tells of other tenants. Makes nothing
    /// younger. O(prompt), and as much again for each tenant.
    public KvExplanation explain(KvPrompt prompt) {
        Account tenant = account(prompt.tenant());
        SequenceTokens tokens = tokens(prompt, tenant.salt);
        List<Account> others = core.locked(() -> List.copyOf(core.tenants.accounts()));
        List<KvMisses.Rival> rivals =
                others.stream()
                        .filter(each -> each != tenant)
                        .map(each -> new KvMisses.Rival(each.name, tokens(prompt, each.salt)))
                        .toList();
        return core.locked(() -> new KvMisses(core).explain(tokens, rivals));
    }

    /// The same as [KvSequence#ensureRoom(int)].
    public Room ensureRoom(KvSequence sequence, int tokens) {
        return sequence.ensureRoom(tokens);
    }

    /// The pool's tokens, for an [dev.isobar.broker.admission.Admission] that lets requests begin when their
    /// blocks and a lane are there: whole blocks, idle ones included, since they can be evicted at once.
    ///
    /// A request claims the tokens of its prompt and of what it will make, each rounded up to whole blocks,
    /// reports what it has taken with `grant.used`, and calls `reconsider()` when it has closed its sequence.
    public Supply tokenSupply() {
        int perBlock = config.shape().tokensPerBlock();
        return Supply.measured(
                config.resource(),
                "tokens of " + config.name(),
                () -> {
                    long blocks = (long) core.limitPages() * config.blocksPerSegment();
                    return Math.max(0, blocks - config.minimumFreeBlocks()) * perBlock;
                },
                () -> (long) core.availableBlocks() * perBlock);
    }

    /// Reads bytes of a block that some sequence uses. If the block changes hands meanwhile, that is an error
    /// too, and what was read is not to be used.
    ///
    /// @param offset where in the block to begin, in bytes
    /// @throws StaleBlockException if the block was freed since, or nobody uses it any more
    /// @throws IllegalArgumentException if the handle is of another pool
    /// @throws IndexOutOfBoundsException if the block has fewer bytes there
    public void read(KvBlock handle, long offset, MemorySegment target) {
        core.run(() -> requireFresh(handle));
        core.memory.read(handle.number(), offset, target);
        core.run(() -> requireFresh(handle));
    }

    private void requireFresh(KvBlock handle) {
        int block = handle.number();
        if (!handle.pool().equals(config.name()) || block < 1 || block > core.table.blocks()) {
            throw new IllegalArgumentException(
                    "pool %s has no block %s".formatted(config.name(), handle));
        }
        int generation = core.table.generation(block);
        if (generation != handle.generation() || core.table.users(block) == 0) {
            throw new StaleBlockException(handle, generation, core.table.describe(block));
        }
    }

    /// The figures now.
    public KvStats stats() {
        return core.locked(() -> core.counters.stats(core));
    }

    /// What each tenant has, in the order in which they came.
    public List<TenantStats> tenants() {
        return core.locked(() -> core.tenants.stats(core.traffic::bytesOf));
    }

    /// Drops everything that was kept, here and in the tiers below, if no sequence uses a block and nothing
    /// is on its way; what is on the disk does not come back after a restart either. Waits for the disk.
    ///
    /// @return whether it did; not if the disk cannot be written to
    public boolean reset() {
        boolean busy = core.locked(this::busy);
        if (busy || !disk().map(KvDisk::forget).orElse(true)) {
            return false;
        }
        return core.locked(() -> {
            if (busy() || !core.traffic.reset()) {
                return false;
            }
            core.clear(RemovalReason.RESET);
            core.journal.cleared();
            return true;
        });
    }

    private boolean busy() {
        return core.table.used() > 0 || core.table.leaving() > 0;
    }

    /// The events after one, of the pool and of the tiers below it in one order, or empty if some of them are
    /// no longer kept, or never were: then begin with [#index()]. Waits for nobody who works with the pool.
    ///
    /// @param number the last event known; 0 for none
    public Optional<List<KvEvent>> eventsAfter(long number) {
        return Optional.ofNullable(core.journal.log().after(number));
    }

    /// All that can be found now, here and in the tiers below, as of one event. O(capacity), and nobody else
    /// does anything with the pool or the tiers meanwhile.
    public KvIndexSnapshot index() {
        return core.locked(core.journal::index);
    }

    /// What a router's own sums should be, for each medium. O(tiers).
    ///
    /// @throws IllegalStateException if no events are kept: then nobody can be in step
    public KvIndexSums sums() {
        if (config.events() == 0) {
            throw new IllegalStateException("KV pool " + config.name() + " keeps no events");
        }
        return core.locked(core.journal::sums);
    }

    @Override
    public String name() {
        return config.name();
    }

    @Override
    public Resource resource() {
        return config.resource();
    }

    /// Whole pages that the space has given; the limit; blocks in use; and what whole pages could at best
    /// be given back. Waits for nobody.
    @Override
    public Usage usage() {
        long page = core.memory.pageBytes();
        long committed = core.memory.committedBytes();
        int pinned = core.pinnedBlocks();
        int pagesInUse = Math.ceilDiv(pinned, core.memory.blocksPerPage());
        return new Usage(
                committed,
                limitBytes(),
                Math.min(committed, pinned * config.shape().bytesPerBlock()),
                Math.max(0, committed - pagesInUse * page));
    }

    /// How many bytes the pool may take from its space now: whole segments.
    public long limitBytes() {
        return core.limitPages() * core.memory.pageBytes();
    }

    /// Changes how many bytes the pool may take: rounded down to whole segments, at most the capacity. What
    /// is above it is given back as far as no sequence uses it; the rest when it becomes idle and bytes are
    /// asked for again.
    ///
    /// @return how many bytes were given back
    public long limitBytes(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("limitBytes must be at least 0: " + bytes);
        }
        int pages = (int) Math.min(core.memory.maxPages(), bytes / core.memory.pageBytes());
        core.locked(() -> {
            core.limitPages(pages);
            return pages;
        });
        return giveBack(
                () -> core.memory.presentPages() - core.limitPages(),
                RemovalReason.LIMIT,
                TierTraffic.Send.ANYWHERE,
                () -> false);
    }

    /// Gives whole segments back: the least valuable blocks go, as many as needed, and what stands in the
    /// way of a whole segment moves.
    @Override
    public ReclaimResult reclaim(ReclaimRequest request) {
        long pages = Math.ceilDiv(request.bytes(), core.memory.pageBytes());
        long freed =
                giveBack(
                        () -> (int) Math.min(pages, core.memory.presentPages()),
                        RemovalReason.RECLAIM,
                        sendAt(request.tier()),
                        request::expired);
        return ReclaimResult.freed(request.bytes(), freed, core.locked(this::shortfall));
    }

    private static TierTraffic.Send sendAt(PressureTier tier) {
        return tier == PressureTier.CRITICAL ? TierTraffic.Send.TO_TIER : TierTraffic.Send.ANYWHERE;
    }

    private String shortfall() {
        return "%d blocks in use hold %d of the segments"
                .formatted(core.table.used(), core.memory.presentPages());
    }

    private long giveBack(
            IntSupplier wanted, RemovalReason reason, TierTraffic.Send send, BooleanSupplier stop) {
        return core.traffic.run(
                () -> {
                    Compaction compaction = new Compaction(core.table, core.memory, core.tokens);
                    int pages = Math.min(wanted.getAsInt(), compaction.movablePages());
                    if (pages <= 0 || stop.getAsBoolean()) {
                        return 0L;
                    }
                    core.evict(evictions(pages), reason);
                    if (core.sending()) {
                        return null;
                    }
                    new Compaction(core.table, core.memory, core.tokens).release(pages, stop);
                    return core.memory.shrink();
                },
                stop.getAsBoolean() ? TierTraffic.Send.NOTHING : send);
    }

    /// How many idle blocks have no place when so many pages are gone.
    private int evictions(int pages) {
        int left = core.table.present() - pages * core.memory.blocksPerPage();
        int room = left - core.table.used() - core.table.leaving();
        return Math.max(0, core.table.idle() - room);
    }

    @Override
    public boolean closed() {
        return core.closed();
    }

    /// Refuses new work and drops all that nobody uses. Open sequences stay valid; the last one to close
    /// lets the memory go. With a disk, waits until what is not there yet is written. Closing twice does
    /// nothing.
    @Override
    public void close() {
        if (!core.closed()) {
            disk().ifPresent(KvDisk::save);
        }
        core.locked(() -> {
            if (!core.closed()) {
                core.shut();
            }
            return true;
        });
        disk().ifPresent(KvDisk::close);
    }

    /// Counts everything again and compares: blocks, users, children, tenants, promises. O(capacity), for
    /// tests.
    ///
    /// @throws IllegalStateException if something does not agree
    public void checkInvariants() {
        core.locked(() -> {
            core.table.checkInvariants();
            core.checkTenants();
            return true;
        });
    }

    /// Makes the tokens kept for a block those of another sequence's first block. For tests of this package.
    void corruptTokens(int block, KvSequence other) {
        core.locked(() -> {
            core.tokens.set(block, other.sequenceTokens(), 0);
            return block;
        });
    }

    /// For tests of this package.
    PoolJournal journal() {
        return core.journal;
    }

    /// For tests of this package.
    BlockTable table() {
        return core.table;
    }
}
