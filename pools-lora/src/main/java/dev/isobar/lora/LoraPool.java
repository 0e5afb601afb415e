package dev.isobar.lora;

import dev.isobar.broker.PressureSource;
import dev.isobar.broker.admission.Supply;
import dev.isobar.lora.format.AdapterDescription;
import dev.isobar.memory.PageSlab;
import dev.isobar.memory.load.FileLoader;
import dev.isobar.memory.load.FileSources;
import dev.isobar.pool.Lease;
import dev.isobar.pool.PagedResourcePool;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

    private final MappedFiles files;
    private final FileLoader loader;
    private final LoadThreads loads = new LoadThreads();
    private final Catalog catalog;
    private final Transfers transfers;
    private final Tiers tiers;
    private final Arrivals arrivals;
    private final Map<String, LoraOwner> owners = new ConcurrentHashMap<>();
    private final Pins pins = new Pins();
    private final Supply supply;

    /// An empty pool. Takes no memory yet.
    public LoraPool(LoraPoolConfig config) {
        FileSources sources = new FileSources();
        this.files = new MappedFiles(sources);
        this.loader = new FileLoader(sources);
        this.catalog = new Catalog(sources, config.limits());
        this.transfers = new Transfers(loader, config.loading());
        this.tiers = new Tiers(config, transfers, files, loads);
        this.arrivals = new Arrivals(catalog, tiers, transfers, config.nanoClock());
        AdapterTier top = tiers.top;
        this.supply =
                Supply.measured(
                        top.resource(),
                        "bytes of " + top.name(),
                        top::capacityBytes,
                        top::availableBytes);
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
        return catalog.register(name, path, priority, domain, null);
    }

    /// The same, if the weights are the expected ones. Reads the whole file once; what is loaded later is
    /// the file that was read, or the load fails.
    ///
    /// @param sha256 32 bytes: the digest of the file with the weights, which is the `safetensors` file of a
    ///     PEFT folder
    /// @throws dev.isobar.memory.load.LoadException `DIGEST_MISMATCH` if they are others
    public AdapterDescription register(
            String name, Path path, double priority, String domain, byte[] sha256) {
        return catalog.register(
                name, path, priority, domain, Objects.requireNonNull(sha256, "sha256"));
    }

    /// Forgets an adapter, pinned or not, and drops it from all tiers. Open leases stay valid.
    ///
    /// @return whether it was known
    public boolean unregister(String name) {
        KnownAdapter adapter = catalog.remove(name);
        if (adapter == null) {
            return false;
        }
        pins.removeAll(name);
        tiers.drop(adapter);
        return true;
    }

    /// What a registered adapter is.
    public Optional<AdapterDescription> description(String name) {
        return Optional.ofNullable(catalog.find(name)).map(each -> each.description);
    }

    /// Changes an adapter's priority, for all owners.
    ///
    /// @throws IllegalArgumentException if it is unknown, or the priority out of range
    public void priority(String name, double priority) {
        LoraPriority.require(priority);
        catalog.require(name).priority = priority;
    }

    /// Leases an adapter where it is used, and loads it if it is not there: on this thread, with the
    /// loader's to help, unless this is a virtual one. What it says goes for this call: whoever waited for
    /// another's load did not evict anything.
    ///
    /// @return active, and then to be closed; or refused, and then nothing was evicted; or unknown
    /// @throws dev.isobar.pool.LoadFailedException if the load failed; nothing is left of it, and the
    ///     next call tries again
    /// @throws dev.isobar.pool.PoolClosedException if the pool is closed
    /// @throws InterruptedException if this thread was interrupted while it waited, or read a file; the
    ///     load goes on
    public Activation activate(String name) throws InterruptedException {
        Lease<ResidentAdapter> hit = lease(name);
        return hit == null
                ? arrivals.bring(tiers.top, name)
                : new Activation.Active(name, hit, Arrival.HIT);
    }

    /// Leases an adapter that is where it is used. For the hot path: makes nothing but the lease.
    ///
    /// @return null if it is not there; [#activate(String)] brings it
    /// @throws dev.isobar.pool.PoolClosedException if the pool is closed
    public @Nullable Lease<ResidentAdapter> lease(String name) {
        Lease<ResidentAdapter> hit = tiers.top.find(name);
        if (hit != null) {
            countHit(hit.value());
        }
        return hit;
    }

    /// The bytes where adapters are used, for an [dev.isobar.broker.admission.Admission]: free ones, and
    /// those of adapters that may go, since they can be evicted at once. Always the same object. Call
    /// [dev.isobar.broker.admission.Admission#reconsider()] when a lease was closed.
    public Supply supply() {
        return supply;
    }

    /// Begins a request with an adapter that is to be admitted together with other things. Loads, leases
    /// and evicts nothing yet.
    ///
    /// @return to be closed when the request was refused, or is over
    /// @throws IllegalArgumentException if the adapter is unknown
    public AdapterClaim claim(String name) {
        return new AdapterClaim(this, tiers.top, catalog.require(name));
    }

    /// Loads adapters into the host's memory, so that they are near when they are activated; what is
    /// here already only counts as used. Evicts as a load does.
    ///
    /// @return what came of each, in order; no lease is open on any
    /// @throws dev.isobar.pool.LoadFailedException if a load failed; those before it are here
    public List<Activation> prefetch(List<String> names) throws InterruptedException {
        List<Activation> results = new ArrayList<>();
        for (String name : names) {
            Lease<ResidentAdapter> hit = tiers.host.find(name);
            Activation result =
                    hit == null
                            ? arrivals.bring(tiers.host, name)
                            : new Activation.Active(name, hit, Arrival.HIT);
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
        KnownAdapter adapter = catalog.find(name);
        if (adapter == null) {
            return false;
        }
        pins.removeAll(name);
        return tiers.deactivate(adapter);
    }

    /// Drops an adapter from all tiers, pinned or not. It stays known.
    ///
    /// @return whether it was there
    public boolean remove(String name) {
        KnownAdapter adapter = catalog.find(name);
        if (adapter == null) {
            return false;
        }
        pins.removeAll(name);
        return tiers.drop(adapter);
    }

    /// Drops the adapter that is worth least, by the pool's priority, from all tiers: of those that only
    /// wait on the host, if there are such, else of those that are used. Those in use or pinned, and
    /// critical ones, stay.
    ///
    /// @return its name, if there was one that could go
    public Optional<String> removeLeastValuable() {
        Optional<KnownAdapter> least = tiers.leastValuable();
        least.ifPresent(tiers::drop);
        return least.map(each -> each.name);
    }

    /// An owner's view; the same one for the same name.
    public LoraOwner owner(String name) {
        return owners.computeIfAbsent(name, each -> new LoraOwner(this, each));
    }

    /// The names of the adapters that are where they are used. A snapshot.
    public Set<String> active() {
        return Tiers.names(tiers.top);
    }

    /// The names of the adapters on the host. A snapshot.
    public Set<String> onHost() {
        return Tiers.names(tiers.host);
    }

    /// The active adapters by slot. A snapshot.
    public List<String> slots() {
        return Tiers.slots(tiers.top);
    }

    /// A source of pressure for each tier: the device's, if there is one, then the host's.
    public List<PressureSource> sources() {
        return List.copyOf(tiers.all());
    }

    /// The pools underneath, for their meters: the device's, if there is one, then the host's.
    public List<PagedResourcePool<?, ?>> pools() {
        return tiers.all().stream().<PagedResourcePool<?, ?>>map(AdapterTier::pool).toList();
    }

    /// The slabs that the pages are in: the device's, if there is one, then the host's.
    public List<PageSlab> slabs() {
        return tiers.all().stream().map(AdapterTier::slab).toList();
    }

    /// The pool's name: that of the tier where adapters are used.
    public String name() {
        return tiers.top.name();
    }

    Tiers tiers() {
        return tiers;
    }

    Catalog catalog() {
        return catalog;
    }

    /// The pool's figures. A snapshot.
    public LoraStats stats() {
        return new LoraStats(
                catalog.size(),
                pins.count(),
                arrivals.hits.sum(),
                arrivals.loads.sum(),
                arrivals.refusals.sum(),
                transfers.loadedBytes.sum(),
                transfers.promotedBytes.sum(),
                transfers.demotedBytes.sum(),
                transfers.keptBytes.sum(),
                tiers.all().stream().mapToLong(AdapterTier::remainsBytes).sum(),
                tiers.all().stream().map(tier -> tier.pool().stats()).toList());
    }

    /// Ends all pins, drops all adapters, gives the memory back to the spaces, waits for loads that are
    /// under way, and closes the files. Open leases stay valid; their memory is given back when they
    /// end. Idempotent.
    @Override
    public void close() {
        pins.clear();
        tiers.close();
        arrivals.close(loader);
        loads.close();
        files.close();
    }

    void countHit(ResidentAdapter adapter) {
        arrivals.hits.increment();
        adapter.known.demand.asked();
    }

    Activation pin(String name, String owner) throws InterruptedException {
        Activation activation = activate(name);
        if (activation instanceof Activation.Active) {
            Activation second = activate(name);
            if (second instanceof Activation.Active(_, var lease, _)) {
                pins.add(name, owner, lease);
            }
        }
        return activation;
    }

    boolean unpin(String name, String owner) {
        return pins.remove(name, owner);
    }

    Set<String> domains() {
        return catalog.domains();
    }
}
