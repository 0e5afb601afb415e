package dev.isobar.lora;

import dev.isobar.broker.PressureTier;
import dev.isobar.lora.ResidencyManifest.Resident;
import dev.isobar.pool.EntrySnapshot;
import dev.isobar.pool.LoadFailedException;
import dev.isobar.pool.store.RestoreReport;
import dev.isobar.pool.store.WarmStore;
import dev.isobar.pool.store.WriteOutcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Remembers over a restart which adapters were resident, in a [WarmStore]: their names, what they are,
/// their priorities and their last use; not their weights, which come from the original files again.
///
/// *Safe for several threads*; one restore at a time.
public final class Residency {

    private final LoraPool pool;
    private final WarmStore store;

    /// @param pool stays the caller's
    /// @param store stays the caller's; one that is off remembers nothing
    public Residency(LoraPool pool, WarmStore store) {
        this.pool = Objects.requireNonNull(pool, "pool");
        this.store = Objects.requireNonNull(store, "store");
    }

    /// Writes down who is resident now, on any tier; waits for the disk. To be called now and then, and
    /// before the pool is closed.
    ///
    /// @throws IllegalStateException if the store is closed
    public WriteOutcome save() {
        return ResidencyManifest.write(store, pool.name(), residents());
    }

    /// Loads the adapters that were resident into the host's memory, critical ones first, then the last
    /// used. Only those that are registered under their names, and still are what they were; only while
    /// there is no pressure, and the host's tier is below a fill limit, so that nobody is evicted. Pins,
    /// counters and priorities are not restored.
    ///
    /// @param pressure how bad it is on the host; asked before every adapter
    /// @param fill up to which share of its capacity the host's tier is filled; from 0 to 1
    /// @param stop asked before every adapter
    /// @return what came of it: *gone* are those that are not registered, *stale* those that are other
    ///     adapters by now, *corrupt* those that failed to load
    /// @throws IllegalArgumentException if `fill` is out of range
    /// @throws dev.isobar.pool.PoolClosedException if the pool is closed
    /// @throws InterruptedException if this thread was interrupted
    public RestoreReport restore(Supplier<PressureTier> pressure, double fill, BooleanSupplier stop)
            throws InterruptedException {
        if (!(fill >= 0 && fill <= 1)) {
            throw new IllegalArgumentException("fill must be from 0 to 1: " + fill);
        }
        List<Resident> residents = ResidencyManifest.read(store, pool.name());
        RestoreReport report = RestoreReport.of(residents.size());
        for (Resident each : residents) {
            RestoreReport.End end = end(each, pressure, fill, stop);
            if (end != RestoreReport.End.ALL) {
                return report.endedBy(end);
            }
            report = report.and(restore(each));
        }
        return report;
    }

    private RestoreReport.End end(
            Resident next, Supplier<PressureTier> pressure, double fill, BooleanSupplier stop) {
        if (stop.getAsBoolean()) {
            return RestoreReport.End.STOPPED;
        }
        if (pressure.get() != PressureTier.NORMAL) {
            return RestoreReport.End.PRESSURE;
        }
        AdapterTier host = pool.tiers().host;
        KnownAdapter adapter = pool.catalog().find(next.name());
        long bytes = adapter == null || host.has(next.name()) ? 0 : host.bytesOf(adapter);
        return host.pool().usedBytes() + bytes > fill * host.capacityBytes()
                ? RestoreReport.End.FILLED
                : RestoreReport.End.ALL;
    }

    private RestoreReport.Fate restore(Resident each) throws InterruptedException {
        KnownAdapter adapter = pool.catalog().find(each.name());
        if (adapter == null) {
            return RestoreReport.Fate.GONE;
        }
        if (!ResidencyManifest.identity(adapter.description).equals(each.identity())) {
            return RestoreReport.Fate.STALE;
        }
        if (pool.tiers().host.has(each.name())) {
            return RestoreReport.Fate.PRESENT;
        }
        try {
            return switch (pool.prefetch(List.of(each.name())).getFirst()) {
                case Activation.Active _ -> RestoreReport.Fate.RESTORED;
                case Activation.Refused _ -> RestoreReport.Fate.REFUSED;
                case Activation.Unknown _ -> RestoreReport.Fate.GONE;
            };
        } catch (LoadFailedException _) {
            return RestoreReport.Fate.CORRUPT;
        }
    }

    private List<Resident> residents() {
        Map<String, Long> idle = new TreeMap<>();
        pool.tiers().all().stream()
                .flatMap(tier -> tier.pool().snapshot().stream())
                .forEach((EntrySnapshot entry) ->
                        idle.merge(entry.key(), entry.idleNanos(), Math::min));
        List<Resident> residents = new ArrayList<>();
        idle.forEach((name, nanos) -> {
            KnownAdapter adapter = pool.catalog().find(name);
            if (adapter != null) {
                residents.add(
                        new Resident(
                                name,
                                ResidencyManifest.identity(adapter.description),
                                adapter.priority,
                                nanos));
            }
        });
        residents.sort(
                Comparator.comparing((Resident each) -> each.priority() <= LoraPriority.CRITICAL)
                        .thenComparingLong(Resident::idleNanos));
        return residents;
    }
}
