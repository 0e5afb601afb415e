package dev.isobar.lora;

import dev.isobar.broker.ResourceRefusedException;
import dev.isobar.memory.load.FileLoader;
import dev.isobar.pool.Lease;
import dev.isobar.pool.PoolClosedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongSupplier;

/// Brings adapters into the tiers where they are wanted.
///
/// *Safe for several threads.*
final class Arrivals {

    final LongAdder hits = new LongAdder();
    final LongAdder loads = new LongAdder();
    final LongAdder refusals = new LongAdder();

    private final Catalog catalog;
    private final Tiers tiers;
    private final Transfers transfers;
    private final LongSupplier clock;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final ReentrantReadWriteLock loading = new ReentrantReadWriteLock();

    Arrivals(Catalog catalog, Tiers tiers, Transfers transfers, LongSupplier clock) {
        this.catalog = catalog;
        this.tiers = tiers;
        this.transfers = transfers;
        this.clock = clock;
    }

    /// Leases an adapter in a tier, and loads it if it is not there.
    Activation bring(AdapterTier tier, String name) throws InterruptedException {
        KnownAdapter adapter = catalog.find(name);
        if (adapter == null) {
            return new Activation.Unknown(name);
        }
        adapter.demand.asked();
        if (tier.bytesOf(adapter) > tier.capacityBytes()) {
            return refused(tier, adapter, List.of());
        }
        AdapterArrivalEvent event = new AdapterArrivalEvent();
        event.begin();
        List<Evicted> evicted = new ArrayList<>();
        long start = clock.getAsLong();
        Lease<ResidentAdapter> lease;
        try {
            lease =
                    ScopedValue.where(AdapterTier.VICTIMS, evicted)
                            .<Lease<ResidentAdapter>, InterruptedException>call(
                                    () -> tier.acquire(adapter, _ -> fetch(tier, adapter)));
        } catch (ResourceRefusedException _) {
            return refused(tier, adapter, tier.holders());
        }
        if (!catalog.has(adapter)) {
            tiers.drop(adapter); // it was unregistered meanwhile: this lease is the last
        }
        loads.increment();
        long nanos = clock.getAsLong() - start;
        Arrival arrival = arrival(lease.value(), evicted, nanos);
        event.commit(tier.name(), lease.value(), arrival);
        return new Activation.Active(name, lease, arrival);
    }

    /// Ends loading for good: waits for loads that are under way, and closes what they need.
    void close(FileLoader loader) {
        if (closing.compareAndSet(false, true)) {
            loading.writeLock().lock(); // for good: whoever wants to load now finds it taken
            loader.close();
        }
    }

    private static Arrival arrival(ResidentAdapter adapter, List<Evicted> evicted, long nanos) {
        long loadNanos = Math.min(nanos, adapter.loadNanos());
        return new Arrival(true, adapter.broughtBytes(), evicted, nanos - loadNanos, loadNanos);
    }

    private ResidentAdapter fetch(AdapterTier tier, KnownAdapter adapter) {
        if (!loading.readLock().tryLock()) {
            throw new PoolClosedException(tier.name());
        }
        try {
            return tier == tiers.device
                    ? transfers.promote(tier, tiers.host, adapter)
                    : transfers.load(tier, adapter);
        } finally {
            loading.readLock().unlock();
        }
    }

    private Activation refused(AdapterTier tier, KnownAdapter adapter, List<Holder> holders) {
        refusals.increment();
        return new Activation.Refused(
                adapter.name, tier.name(), tier.bytesOf(adapter), tier.capacityBytes(), holders);
    }
}
