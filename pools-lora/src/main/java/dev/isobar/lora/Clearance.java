package dev.isobar.lora;

import dev.isobar.pool.PagedResourcePool;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Prefers, before a newcomer comes in, to lose adapters that are worth less than the [Remains] that it
/// would be put over.
///
/// The pool evicts only when there are too few free pages, and remains are free. Without this, a rare
/// adapter that has just been used would stay as a whole, and a popular one's remains would go page by
/// page.
///
/// *Safe for several threads.* Two newcomers at one moment may evict an adapter more than they need;
/// what it leaves is not lost by that.
final class Clearance {

    private final PagedResourcePool<KnownAdapter, ResidentAdapter> pool;
    private final Remains remains;
    private final CostAware worth;
    private final long pageBytes;
    private final Set<KnownAdapter> underWay = ConcurrentHashMap.newKeySet();

    Clearance(
            PagedResourcePool<KnownAdapter, ResidentAdapter> pool,
            Remains remains,
            CostAware worth,
            long pageBytes) {
        this.pool = pool;
        this.remains = remains;
        this.worth = worth;
        this.pageBytes = pageBytes;
    }

    /// Clears the way for an adapter, unless that is being done.
    ///
    /// @param residents who is here
    /// @param pages how many the newcomer needs
    void clear(KnownAdapter newcomer, List<ResidentAdapter> residents, int pages) {
        if (!underWay.add(newcomer)) {
            return;
        }
        try {
            clearFor(newcomer, residents, pages);
        } finally {
            underWay.remove(newcomer);
        }
    }

    private void clearFor(KnownAdapter newcomer, List<ResidentAdapter> residents, int pages) {
        List<Remains.Remnant> remnants = remains.all();
        long free = (pool.limitBytes() - pool.usedBytes()) / pageBytes;
        long over = pages - free;
        List<Candidate> candidates = new ArrayList<>();
        for (Remains.Remnant each : remnants) {
            if (!each.adapter().known.equals(newcomer)) {
                candidates.add(new Candidate(each.adapter(), each.pages(), false));
                over += each.pages();
            }
        }
        if (over <= 0) {
            return; // there is room beside all remains
        }
        Set<KnownAdapter> evictable = Set.copyOf(pool.ranking());
        long freed = 0;
        for (ResidentAdapter each : residents) {
            if (evictable.contains(each.known)) {
                candidates.add(new Candidate(each, each.pageCount(), true));
                freed += each.pageCount();
            }
        }
        if (free + freed >= pages) {
            clear(candidates, over);
        }
    }

    private void clear(List<Candidate> candidates, long over) {
        candidates.sort(Comparator.comparingDouble(each -> worth.worth(each.adapter)));
        long left = over;
        for (Candidate each : candidates) {
            if (left <= 0) {
                return;
            }
            if (!each.resident || pool.evict(each.adapter.known) > 0) {
                left -= each.pages;
            }
        }
    }

    private record Candidate(ResidentAdapter adapter, int pages, boolean resident) {}
}
