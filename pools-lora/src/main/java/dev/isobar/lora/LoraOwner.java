package dev.isobar.lora;

import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/// One owner's (persona's) view of a pool. Adapters are loaded once for all owners; what an owner has
/// for itself is its pins and the record of its work.
///
/// *Safe for several threads.*
public final class LoraOwner {

    private final LoraPool pool;
    private final String name;
    private final Coverage coverage = new Coverage();
    private final Set<String> used = ConcurrentHashMap.newKeySet();

    LoraOwner(LoraPool pool, String name) {
        this.pool = pool;
        this.name = Objects.requireNonNull(name, "name");
    }

    /// The owner's name.
    public String name() {
        return name;
    }

    /// As [LoraPool#activate(String)].
    public Activation activate(String adapter) throws InterruptedException {
        Activation activation = pool.activate(adapter);
        if (activation instanceof Activation.Active) {
            used.add(adapter);
        }
        return activation;
    }

    /// Pins an adapter for this owner: it stays until every owner that pinned it has unpinned it.
    ///
    /// @see LoraPool#pin(String)
    public Activation pin(String adapter) throws InterruptedException {
        return pool.pin(adapter, name);
    }

    /// Ends this owner's pin.
    ///
    /// @return whether there was one
    public boolean unpin(String adapter) {
        return pool.unpin(adapter, name);
    }

    /// Those that this owner has used and that are where they are used; by name. A snapshot.
    public Set<String> active() {
        Set<String> active = new TreeSet<>(used);
        active.retainAll(pool.active());
        return active;
    }

    /// Notes that there was work in a domain.
    ///
    /// @param success whether it went well
    public void recordActivity(String domain, boolean success) {
        coverage.record(Objects.requireNonNull(domain, "domain"), success);
    }

    /// For which of this owner's domains the pool has adapters.
    public CoverageReport coverage() {
        return coverage.report(pool.domains());
    }
}
