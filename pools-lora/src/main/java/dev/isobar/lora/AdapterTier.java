package dev.isobar.lora;

import dev.isobar.broker.PressureSource;
import dev.isobar.broker.ReclaimRequest;
import dev.isobar.broker.ReclaimResult;
import dev.isobar.broker.Resource;
import dev.isobar.broker.Usage;
import dev.isobar.lora.ResidentAdapter.Origin;
import dev.isobar.memory.HostSpace;
import dev.isobar.memory.PageSlab;
import dev.isobar.memory.PageSlabConfig;
import dev.isobar.memory.load.MappingLease;
import dev.isobar.pool.Lease;
import dev.isobar.pool.Loader;
import dev.isobar.pool.PagedResourcePool;
import dev.isobar.pool.PoolConfig;
import dev.isobar.pool.PoolListener;
import dev.isobar.pool.RemovalCause;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The adapters in one space: a paged pool over a slab of pages. Its limit is exactly the slab's pages,
/// and bytes are reserved before pages are taken and given back after them; so whoever has reserved
/// bytes finds pages.
///
/// *Safe for several threads.*
final class AdapterTier implements PressureSource {

    /// Where the victims of the present call are noted: the pool tells of them on the thread that
    /// made it.
    static final ScopedValue<List<Evicted>> VICTIMS = ScopedValue.newInstance();

    /// Bound while memory is to be given back to the system.
    private static final ScopedValue<Boolean> RECLAIMING = ScopedValue.newInstance();

    private final TierConfig config;
    private final LongSupplier clock;
    private final PageSlab slab;
    private final Remains remains;
    private final PagedResourcePool<KnownAdapter, ResidentAdapter> pool;
    private final @Nullable Clearance clearance;
    private final LoadThreads loads;
    private final Slots slots = new Slots();
    private final Map<String, ResidentAdapter> residents = new ConcurrentHashMap<>();
    private final @Nullable MappedFiles files;
    private final Consumer<ResidentAdapter> beforeFreed;

    /// @param loads on which threads adapters are loaded
    /// @param files maps adapters, if they are not to be loaded into pages
    /// @param beforeFreed is given what leaves, while its bytes are still there
    AdapterTier(
            TierConfig config,
            LoraPoolConfig settings,
            LoadThreads loads,
            @Nullable MappedFiles files,
            Consumer<ResidentAdapter> beforeFreed) {
        this.loads = loads;
        this.files = files;
        this.config = config;
        this.clock = settings.nanoClock();
        this.beforeFreed = beforeFreed;
        this.slab =
                new PageSlab(
                        PageSlabConfig.of(config.name(), config.pageBytes(), config.limitBytes()),
                        config.space());
        CostAware worth = LoraPriority.costAware(settings.priority());
        this.remains =
                new Remains(slab, settings.keepsRemains(), worth == null ? null : worth::worth);
        this.pool =
                new PagedResourcePool<>(
                        PoolConfig.<KnownAdapter, ResidentAdapter>builder(config.name())
                                .resource(config.resource())
                                .limitBytes(capacityBytes())
                                .sizer(ResidentAdapter::bytes)
                                .estimate(this::bytesOf)
                                .priority(settings.priority())
                                .closer(this::free)
                                .listener(new Victims())
                                .nanoClock(clock)
                                .loadExecutor(loads)
                                .build());
        this.clearance =
                worth == null || !settings.keepsRemains() || files != null
                        ? null
                        : new Clearance(pool, remains, worth, slab.pageBytes());
    }

    TierConfig config() {
        return config;
    }

    PageSlab slab() {
        return slab;
    }

    PagedResourcePool<KnownAdapter, ResidentAdapter> pool() {
        return pool;
    }

    /// The most there can be, in bytes.
    long capacityBytes() {
        return slab.config().maxPages() * slab.pageBytes();
    }

    /// How many bytes of this tier an adapter takes.
    long bytesOf(KnownAdapter adapter) {
        return pagesOf(adapter) * slab.pageBytes();
    }

    /// How many bytes could be used now: free ones, and those of adapters that may go.
    long availableBytes() {
        long used = pool.usedBytes();
        long idle = pool.usage().reclaimableBytes();
        long critical =
                holders().stream()
                        .filter(each -> each.reason() == Holder.Reason.CRITICAL)
                        .mapToLong(Holder::bytes)
                        .sum();
        return Math.max(0, capacityBytes() - used + idle - critical);
    }

    /// What evicted adapters have left in pages that nobody has needed yet, in bytes. Not charged.
    long remainsBytes() {
        return remains.pages() * slab.pageBytes();
    }

    /// A lease, if the adapter is here. Counts a hit, but no miss.
    @Nullable Lease<ResidentAdapter> find(String name) {
        ResidentAdapter resident = residents.get(name);
        return resident == null ? null : pool.acquire(resident.known).orElse(null);
    }

    /// A lease, if the adapter is here and in use.
    @Nullable Lease<ResidentAdapter> share(KnownAdapter adapter) {
        return pool.share(adapter).orElse(null);
    }

    /// Whether an adapter is here. A snapshot.
    boolean has(String name) {
        return residents.containsKey(name);
    }

    /// The adapters that are here, in no order. A snapshot.
    List<ResidentAdapter> residents() {
        return List.copyOf(residents.values());
    }

    /// Takes pages and a slot, fills those that do not have the adapter's bytes yet, and gives all back
    /// if that fails. The pool has reserved the bytes.
    ResidentAdapter fill(KnownAdapter adapter, Origin origin, Filling filling) {
        long[] pages = new long[pagesOf(adapter)];
        int kept = remains.take(adapter, pages);
        long start = clock.getAsLong();
        Weights.Paged weights = new Weights.Paged(slab, pages);
        try {
            if (kept < pages.length) {
                filling.fill(weights, kept);
            }
        } catch (Throwable t) {
            remains.release(pages);
            throw t;
        }
        long nanos = clock.getAsLong() - start;
        long brought = adapter.description.bytes() - kept * slab.pageBytes();
        ReloadCost cost = adapter.cost(origin);
        cost.learn(nanos, brought);
        Origin from = kept == pages.length ? Origin.KEPT : origin;
        return new ResidentAdapter(
                adapter, weights, bytesOf(adapter), slots.take(), from, brought, nanos, cost);
    }

    /// Whether adapters are mapped here, and not filled into pages.
    boolean maps() {
        return files != null;
    }

    /// Maps an adapter's file. The pool has reserved the bytes.
    ResidentAdapter map(KnownAdapter adapter) {
        long start = clock.getAsLong();
        MappingLease lease = Objects.requireNonNull(files, "files").map(adapter);
        long nanos = clock.getAsLong() - start;
        return new ResidentAdapter(
                adapter,
                new Weights.Mapped(lease, adapter),
                bytesOf(adapter),
                slots.take(),
                Origin.MAPPED,
                0,
                nanos,
                adapter.cost(Origin.FILE));
    }

    /// Leases an adapter, loading it if it is not here.
    ///
    /// @throws dev.isobar.broker.ResourceRefusedException if there is no room
    Lease<ResidentAdapter> acquire(
            KnownAdapter adapter, Loader<KnownAdapter, ResidentAdapter> loader)
            throws InterruptedException {
        if (clearance != null) {
            clearance.clear(adapter, residents(), pagesOf(adapter));
        }
        Lease<ResidentAdapter> lease = loads.acquire(pool, adapter, bytesOf(adapter), loader);
        lease.value().demotable = true;
        return lease;
    }

    /// Drops an adapter for good: nothing of it goes on to another tier, or stays here.
    ///
    /// @return whether it was here
    boolean drop(KnownAdapter adapter) {
        ResidentAdapter resident = residents.get(adapter.name);
        if (resident != null && resident.known.equals(adapter)) {
            resident.demotable = false;
            resident.dropped = true;
        }
        boolean here = release(adapter);
        remains.forget(adapter);
        return here;
    }

    /// Takes an adapter out, leased or not; the next tier may keep it.
    ///
    /// @return whether it was here
    boolean release(KnownAdapter adapter) {
        ResidentAdapter resident = residents.get(adapter.name);
        if (resident != null && resident.known.equals(adapter)) {
            residents.remove(adapter.name, resident);
        }
        return pool.invalidate(adapter);
    }

    /// Makes an adapter visible to [#find]; the pool has it by then, or will soon.
    void entered(ResidentAdapter adapter) {
        residents.put(adapter.name(), adapter);
    }

    /// Who cannot go.
    List<Holder> holders() {
        List<Holder> holders = new ArrayList<>();
        pool.snapshot()
                .forEach(entry -> {
                    ResidentAdapter resident = residents.get(entry.key());
                    if (entry.pins() > 0) {
                        holders.add(new Holder(entry.key(), entry.bytes(), Holder.Reason.IN_USE));
                    } else if (resident != null && resident.critical()) {
                        holders.add(new Holder(entry.key(), entry.bytes(), Holder.Reason.CRITICAL));
                    }
                });
        return holders;
    }

    @Override
    public String name() {
        return config.name();
    }

    @Override
    public Resource resource() {
        return config.resource();
    }

    @Override
    public Usage usage() {
        return pool.usage();
    }

    /// Evicts the adapters worth least, and gives memory that is wholly unused back to the system.
    /// The answer's detail names them.
    @Override
    public ReclaimResult reclaim(ReclaimRequest request) {
        List<Evicted> victims = new ArrayList<>();
        ReclaimResult result =
                ScopedValue.where(VICTIMS, victims)
                        .where(RECLAIMING, true)
                        .call(() -> pool.reclaim(request));
        if (!request.expired()) {
            trim();
        }
        String names =
                victims.stream()
                        .filter(each -> each.tier().equals(name()))
                        .map(Evicted::name)
                        .collect(Collectors.joining(", "));
        if (names.isEmpty()) {
            return result;
        }
        String detail = "evicted " + names;
        return new ReclaimResult(
                result.freedBytes(),
                result.pendingBytes(),
                result.outcome(),
                result.detail().isEmpty() ? detail : result.detail() + "; " + detail);
    }

    @Override
    public boolean closed() {
        return pool.closed();
    }

    void close() {
        pool.close();
        remains.close();
        slab.close();
    }

    private void trim() {
        remains.clear();
        slab.shrink(Long.MAX_VALUE);
        if (config.space() instanceof HostSpace host) {
            host.trim();
        }
    }

    private int pagesOf(KnownAdapter adapter) {
        return Math.toIntExact(Math.ceilDiv(adapter.description.bytes(), slab.pageBytes()));
    }

    /// The pool's closer.
    private void free(ResidentAdapter adapter) {
        residents.remove(adapter.name(), adapter);
        if (adapter.demotable) {
            adapter.demotable = false;
            beforeFreed.accept(adapter);
        }
        switch (adapter.weights) {
            case Weights.Mapped(MappingLease lease, _) ->
                    Objects.requireNonNull(files, "files").unmap(lease, RECLAIMING.isBound());
            case Weights.Paged(_, long[] pages) when adapter.dropped || has(adapter.name()) ->
                    remains.release(pages);
            case Weights.Paged _ -> remains.leave(adapter);
        }
        slots.free(adapter.slot());
    }

    /// Brings bytes into pages that were just taken.
    @FunctionalInterface
    interface Filling {
        /// Fills the pages from one on.
        ///
        /// @param first the first page that does not have its bytes yet
        void fill(Weights.Paged pages, int first);
    }

    private final class Victims implements PoolListener<KnownAdapter> {
        @Override
        public void removed(KnownAdapter key, long bytes, RemovalCause cause) {
            if (cause.wasEvicted() && VICTIMS.isBound()) {
                VICTIMS.get().add(new Evicted(key.name, name(), bytes));
            }
        }
    }
}
