package dev.isobar.pool;

import dev.isobar.broker.PressureSource;
import dev.isobar.broker.ReclaimRequest;
import dev.isobar.broker.ReclaimResult;
import dev.isobar.broker.Resource;
import dev.isobar.broker.Usage;
import dev.isobar.memory.load.Residency;
import java.util.Objects;

/// Makes the resident tensors of a model a source that the broker can relieve: it evicts those that
/// were used longest ago and are not pinned.
///
/// *Safe for several threads.*
public final class ResidencySource implements PressureSource {

    private final Residency residency;
    private final Resource resource;

    /// @param residency the tensors; stays the caller's
    /// @param resource what the residency's space is made of
    public ResidencySource(Residency residency, Resource resource) {
        this.residency = Objects.requireNonNull(residency, "residency");
        this.resource = Objects.requireNonNull(resource, "resource");
    }

    @Override
    public String name() {
        return residency.name();
    }

    @Override
    public Resource resource() {
        return resource;
    }

    /// What is resident or on its way, against the budget. What is not pinned can be evicted.
    @Override
    public Usage usage() {
        long used = Math.max(0, residency.usedBytes());
        long pinned = Math.max(0, residency.pinnedBytes());
        return new Usage(used, residency.budgetBytes(), pinned, Math.max(0, used - pinned));
    }

    /// Evicts tensors until enough is free, or the time is up. Each eviction gives its memory back at
    /// once.
    @Override
    public ReclaimResult reclaim(ReclaimRequest request) {
        long freed = 0;
        while (freed < request.bytes() && !request.expired()) {
            long more = residency.reclaimOne();
            if (more == 0) {
                break;
            }
            freed += more;
        }
        return ReclaimResult.freed(
                request.bytes(), freed, "the other tensors are pinned, or on their way");
    }

    @Override
    public boolean closed() {
        return residency.closed();
    }
}
