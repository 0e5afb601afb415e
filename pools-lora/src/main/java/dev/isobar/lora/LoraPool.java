package dev.isobar.lora;

import dev.isobar.broker.PressureSource;
import dev.isobar.broker.ResourceRefusedException;
import dev.isobar.lora.format.AdapterDescription;
import dev.isobar.lora.format.AdapterReader;
import dev.isobar.memory.PageSlab;
import dev.isobar.memory.load.FileLoader;
import dev.isobar.memory.load.FileSources;
import dev.isobar.pool.EntrySnapshot;
import dev.isobar.pool.Lease;
import dev.isobar.pool.PagedResourcePool;
import dev.isobar.pool.PoolClosedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// LoRA adapters in memory, each as large as its real rank makes it, so that those that are wanted are
/// there when they are.
///
/// Adapters are registered by name, and loaded when they are activated, or prefetched. With a device
/// there are two tiers: adapters are used on the device and wait on the host; what has to leave the
/// device goes to the host if there is room, and is lost otherwise. Without a device they are used on
/// the host.
///
/// Each tier is a source of pressure of its own: hand [#sources()] to the broker. The base model's
/// weights are somebody else's business.
///
/// *Safe for several threads.* However many ask for an adapter, it is loaded once.
public final class LoraPool implements AutoCloseable {

    private static final String POOL_ITSELF = "";

    private final LoraPoolConfig config;
    private final FileSources sources;
    private final AdapterReader reader;
    private final FileLoader loader;
    private final Transfers transfers;
    private final AdapterTier host;
    private final @Nullable AdapterTier device;
    private final AdapterTier top;
    private final Map<String, KnownAdapter> known = new ConcurrentHashMap<>();
    private final Map<String, LoraOwner> owners = new ConcurrentHashMap<>();
    private final Pins pins = new Pins();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final ReentrantReadWriteLock loading = new ReentrantReadWriteLock();
    private final AtomicLong requests = new AtomicLong();
    private final LongAdder hits = new LongAdder();
    private final LongAdder loads = new LongAdder();
    private final LongAdder refusals = new LongAdder();

    /// An empty pool. Takes no memory yet.
    public LoraPool(LoraPoolConfig config) {
        this.config = Objects.requireNonNull(config, "config");
        this.sources = new FileSources();
        this.reader = new AdapterReader(sources, config.limits());
        this.loader = new FileLoader(sources);
        this.transfers = new Transfers(loader, config.loading());
        this.host = new AdapterTier(config.host(), config, _ -> {});
        TierConfig inFront = config.device();
        this.device = inFront == null ? null : new AdapterTier(inFront, config, this::demote);
        this.top = device == null ? host : device;
    }

    /// Makes an adapter known, with the priority by default and no domain.
    public AdapterDescription register(String name, Path path) {
        return register(name, path, LoraPriority.DEFAULT, "");
    }

    /// Makes an adapter known: reads and checks what it is, but loads no weights.
    ///
    /// @param name under which it is asked for; not blank
    /// @param path a PEFT folder or a GGUF file; it must not change while the pool is open
    /// @param priority from 0, the first to go, to 1; above [LoraPriority#CRITICAL] it never goes
    /// @param domain what it is good for, for [LoraOwner#coverage()]; may be empty
    /// @throws dev.isobar.lora.format.AdapterFormatException if it is no good
    /// @throws IllegalArgumentException if the name is blank or taken, or the priority out of range
    public AdapterDescription register(String name, Path path, double priority, String domain) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("an adapter's name must not be blank");
        }
        LoraPriority.require(priority);
        AdapterDescription description = reader.read(path);
        KnownAdapter adapter =
                new KnownAdapter(
                        name,
                        domain,
                        description,
                        sources.register(description.weights()),
                        new Demand(requests),
                        priority);
        if (known.putIfAbsent(name, adapter) != null) {
            throw new IllegalArgumentException("an adapter named %s is there".formatted(name));
        }
        return description;
    }

    /// Forgets an adapter, pinned or not, and drops it from all tiers. Open leases stay valid.
    ///
    /// @return whether it was known
    public boolean unregister(String name) {
        KnownAdapter adapter = known.remove(name);
        if (adapter == null) {
            return false;
        }
        pins.removeAll(name);
        drop(adapter);
        return true;
    }

    /// What a registered adapter is.
    public Optional<AdapterDescription> description(String name) {
        return Optional.ofNullable(known.get(name)).map(each -> each.description);
    }

    /// Changes an adapter's priority, for all owners.
    ///
    /// @throws IllegalArgumentException if it is unknown, or the priority out of range
    public void priority(String name, double priority) {
        LoraPriority.require(priority);
        KnownAdapter adapter = known.get(name);
        if (adapter == null) {
            throw new IllegalArgumentException("unknown adapter: " + name);
        }
        adapter.priority = priority;
    }

    /// Leases an adapter where it is used, and loads it if it is not there. What it says goes for this
    /// call: whoever waited for another's load did not evict anything.
    ///
    /// @return active, and then to be closed; or refused, and then nothing was evicted; or unknown
    /// @throws dev.isobar.pool.LoadFailedException if the load failed; nothing is left of it, and the
    ///     next call tries again
    /// @throws dev.isobar.pool.PoolClosedException if the pool is closed
    /// @throws InterruptedException if this thread was interrupted; the load goes on
    public Activation activate(String name) throws InterruptedException {
        Lease<ResidentAdapter> hit = top.find(Objects.requireNonNull(name, "name"));
        if (hit != null) {
            hits.increment();
            hit.value().known.demand.asked();
            return new Activation.Active(name, hit, false, List.of(), 0, 0);
        }
        return bring(top, name);
    }

    /// Loads adapters into the host's memory, so that they are near when they are activated; what is
    /// here already only counts as used. Evicts as a load does.
    ///
    /// @return what came of each, in order; no lease is open on any
    /// @throws dev.isobar.pool.LoadFailedException if a load failed; those before it are here
    public List<Activation> prefetch(List<String> names) throws InterruptedException {
        List<Activation> results = new ArrayList<>();
        for (String name : names) {
            Lease<ResidentAdapter> hit = host.find(name);
            Activation result =
                    hit == null
                            ? bring(host, name)
                            : new Activation.Active(name, hit, false, List.of(), 0, 0);
            if (result instanceof Activation.Active active) {
                active.close();
            }
            results.add(result);
        }
        return results;
    }

    /// Activates an adapter, and keeps it until [#unpin(String)].
    ///
    /// @return as [#activate(String)]; the lease of an active one is the caller's to close, the pin
    ///     has its own
    public Activation pin(String name) throws InterruptedException {
        return pin(name, POOL_ITSELF);
    }

    /// Ends the pin of [#pin(String)].
    ///
    /// @return whether there was one
    public boolean unpin(String name) {
        return unpin(name, POOL_ITSELF);
    }

    /// Takes an adapter off the device, pinned or not; the host keeps it if it has it, or has room.
    /// Without a device, as [#remove(String)].
    ///
    /// @return whether it was there
    public boolean deactivate(String name) {
        KnownAdapter adapter = known.get(name);
        if (adapter == null) {
            return false;
        }
        pins.removeAll(name);
        return device == null ? host.drop(adapter) : device.release(adapter);
    }

    /// Drops an adapter from all tiers, pinned or not. It stays known.
    ///
    /// @return whether it was there
    public boolean remove(String name) {
        KnownAdapter adapter = known.get(name);
        if (adapter == null) {
            return false;
        }
        pins.removeAll(name);
        return drop(adapter);
    }

    /// Drops the adapter that was not used for the longest time from all tiers; those in use or
    /// pinned, and critical ones, stay.
    ///
    /// @return its name, if there was one that could go
    public Optional<String> removeOldest() {
        Set<String> kept =
                tiers().flatMap(tier -> tier.holders().stream())
                        .map(Holder::name)
                        .collect(Collectors.toSet());
        Map<String, Long> idle =
                tiers().flatMap(tier -> tier.pool().snapshot().stream())
                        .filter(entry -> !kept.contains(entry.key()))
                        .collect(
                                Collectors.toMap(
                                        EntrySnapshot::key, EntrySnapshot::idleNanos, Math::min));
        Optional<String> oldest =
                idle.entrySet().stream()
                        .max(Map.Entry.<String, Long>comparingByValue())
                        .map(Map.Entry::getKey);
        oldest.ifPresent(this::remove);
        return oldest;
    }

    /// An owner's view; the same one for the same name.
    public LoraOwner owner(String name) {
        return owners.computeIfAbsent(name, each -> new LoraOwner(this, each));
    }

    /// The names of the adapters that are where they are used. A snapshot.
    public Set<String> active() {
        return top.residents().stream()
                .map(ResidentAdapter::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// The names of the adapters on the host. A snapshot.
    public Set<String> onHost() {
        return host.residents().stream()
                .map(ResidentAdapter::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// The active adapters by slot. A snapshot.
    public List<String> slots() {
        List<String> slots = new ArrayList<>();
        top.residents().stream()
                .sorted(Comparator.comparingInt(ResidentAdapter::slot))
                .forEach(each -> {
                    while (slots.size() < each.slot()) {
                        slots.add("");
                    }
                    slots.add(each.name());
                });
        return slots;
    }

    /// A source of pressure for each tier: the device's, if there is one, then the host's.
    public List<PressureSource> sources() {
        return tiers().map(PressureSource.class::cast).toList();
    }

    /// The pools underneath, for their meters: the device's, if there is one, then the host's.
    public List<PagedResourcePool<?, ?>> pools() {
        List<PagedResourcePool<?, ?>> pools = new ArrayList<>();
        tiers().forEach(tier -> pools.add(tier.pool()));
        return pools;
    }

    /// The slabs that the pages are in: the device's, if there is one, then the host's.
    public List<PageSlab> slabs() {
        return tiers().map(AdapterTier::slab).toList();
    }

    /// The pool's name: that of the tier where adapters are used.
    public String name() {
        return top.name();
    }

    /// The pool's figures. A snapshot.
    public LoraStats stats() {
        return new LoraStats(
                known.size(),
                pins.count(),
                hits.sum(),
                loads.sum(),
                refusals.sum(),
                transfers.loadedBytes.sum(),
                transfers.promotedBytes.sum(),
                transfers.demotedBytes.sum(),
                tiers().map(tier -> tier.pool().stats()).toList());
    }

    /// Ends all pins, drops all adapters, gives the memory back to the spaces, waits for loads that are
    /// under way, and closes the files. Open leases stay valid; their memory is given back when they
    /// end. Idempotent.
    @Override
    public void close() {
        pins.clear();
        tiers().forEach(AdapterTier::close);
        if (closing.compareAndSet(false, true)) {
            loading.writeLock().lock(); // for good: whoever wants to load now finds it taken
            loader.close();
            sources.close();
        }
    }

    Activation pin(String name, String owner) throws InterruptedException {
        Activation activation = activate(name);
        if (activation instanceof Activation.Active) {
            Activation second = activate(name);
            if (second instanceof Activation.Active(_, var lease, _, _, _, _)) {
                pins.add(name, owner, lease);
            }
        }
        return activation;
    }

    boolean unpin(String name, String owner) {
        return pins.remove(name, owner);
    }

    Set<String> domains() {
        return known.values().stream().map(each -> each.domain).collect(Collectors.toSet());
    }

    private boolean drop(KnownAdapter adapter) {
        boolean onHost = host.drop(adapter);
        return (device != null && device.drop(adapter)) || onHost;
    }

    private Stream<AdapterTier> tiers() {
        return device == null ? Stream.of(host) : Stream.of(device, host);
    }

    private Activation bring(AdapterTier tier, String name) throws InterruptedException {
        KnownAdapter adapter = known.get(name);
        if (adapter == null) {
            return new Activation.Unknown(name);
        }
        adapter.demand.asked();
        long bytes = tier.bytesOf(adapter);
        if (bytes > tier.capacityBytes()) {
            return refused(tier, name, bytes, List.of());
        }
        List<Evicted> evicted = new ArrayList<>();
        long start = config.nanoClock().getAsLong();
        Lease<ResidentAdapter> lease;
        try {
            lease =
                    ScopedValue.where(AdapterTier.VICTIMS, evicted)
                            .<Lease<ResidentAdapter>, InterruptedException>call(
                                    () -> tier.acquire(adapter, _ -> fetch(tier, adapter)));
        } catch (ResourceRefusedException _) {
            return refused(tier, name, bytes, tier.holders());
        }
        if (!adapter.equals(known.get(name))) {
            drop(adapter); // it was unregistered meanwhile: this lease is the last
        }
        loads.increment();
        long nanos = config.nanoClock().getAsLong() - start;
        long loadNanos = Math.min(nanos, lease.value().loadNanos());
        return new Activation.Active(name, lease, true, evicted, nanos - loadNanos, loadNanos);
    }

    private ResidentAdapter fetch(AdapterTier tier, KnownAdapter adapter) {
        if (!loading.readLock().tryLock()) {
            throw new PoolClosedException(tier.name());
        }
        try {
            return tier == device
                    ? transfers.promote(tier, host, adapter)
                    : transfers.load(tier, adapter);
        } finally {
            loading.readLock().unlock();
        }
    }

    private Activation refused(AdapterTier tier, String name, long bytes, List<Holder> holders) {
        refusals.increment();
        return new Activation.Refused(name, tier.name(), bytes, tier.capacityBytes(), holders);
    }

    private void demote(ResidentAdapter leaving) {
        transfers.demote(leaving, host);
    }
}
