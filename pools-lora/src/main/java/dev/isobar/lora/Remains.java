package dev.isobar.lora;

import dev.isobar.memory.PageSlab;
import dev.isobar.memory.SlabExhaustedException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Pages that adapters have left, with the bytes still in them. An adapter that comes back takes its
/// own again, and loads only what was overwritten meanwhile.
///
/// An adapter is evicted as a whole, but a newcomer rarely needs exactly as many pages. What it leaves
/// over is free, and charged to nobody; it is overwritten page by page, from the end of the adapter
/// that is worth least. So what is lost is what is needed, to the page.
///
/// *Safe for several threads.* All pages of the slab are taken and given back here, so that who has
/// reserved bytes finds pages: free ones, or remains.
final class Remains {

    private final PageSlab slab;
    private final boolean keeping;
    private final @Nullable ToDoubleFunction<ResidentAdapter> worth;
    private final Map<KnownAdapter, Remnant> remnants = new LinkedHashMap<>();
    private boolean closed;

    /// @param keeping whether anything is kept at all
    /// @param worth what a byte of an adapter is worth; null for the longer kept, the less
    Remains(PageSlab slab, boolean keeping, @Nullable ToDoubleFunction<ResidentAdapter> worth) {
        this.slab = slab;
        this.keeping = keeping;
        this.worth = worth;
    }

    /// The first pages of an adapter that has gone.
    ///
    /// @param adapter whose they are
    /// @param pages how many of them still have its bytes
    record Remnant(ResidentAdapter adapter, int pages) {}

    /// An adapter goes, and leaves its pages.
    synchronized void leave(ResidentAdapter adapter) {
        if (!keeping || closed) {
            release(adapter.paged().pages());
            return;
        }
        Remnant old = remnants.put(adapter.known, new Remnant(adapter, adapter.pageCount()));
        if (old != null) {
            releaseFrom(old, 0);
        }
    }

    /// Gives pages back in which nothing is worth keeping.
    synchronized void release(long[] pages) {
        slab.releaseBatch(pages, pages.length);
    }

    /// Fills an array with pages: the adapter's own first, as many as are left.
    ///
    /// @return how many at the beginning have the adapter's bytes
    /// @throws SlabExhaustedException if there are not so many; nothing was taken
    synchronized int take(KnownAdapter adapter, long[] pages) {
        Remnant own = remnants.remove(adapter);
        int kept = own == null ? 0 : own.pages;
        if (own != null) {
            System.arraycopy(own.adapter.paged().pages(), 0, pages, 0, kept);
        }
        try {
            long[] fresh = fresh(pages.length - kept);
            System.arraycopy(fresh, 0, pages, kept, fresh.length);
            return kept;
        } catch (Throwable t) {
            slab.releaseBatch(pages, kept);
            throw t;
        }
    }

    /// Forgets what is left of an adapter.
    synchronized void forget(KnownAdapter adapter) {
        Remnant remnant = remnants.remove(adapter);
        if (remnant != null) {
            releaseFrom(remnant, 0);
        }
    }

    /// Forgets everything.
    synchronized void clear() {
        List<Remnant> all = all();
        remnants.clear();
        all.forEach(each -> releaseFrom(each, 0));
    }

    /// Forgets everything, and keeps nothing from now on.
    synchronized void close() {
        closed = true;
        clear();
    }

    /// What is left, in the order in which it was left. A snapshot.
    synchronized List<Remnant> all() {
        return List.copyOf(remnants.values());
    }

    /// How many pages are kept. A snapshot.
    synchronized int pages() {
        return remnants.values().stream().mapToInt(Remnant::pages).sum();
    }

    private long[] fresh(int count) {
        long[] fresh = new long[count];
        if (!remnants.isEmpty()) { // counting looks at every page of the slab
            overwrite(count - (slab.config().maxPages() - slab.stats().usedPages()));
        }
        try {
            slab.acquireBatch(fresh, count);
        } catch (SlabExhaustedException _) { // the space has less than the tier may take
            clear();
            slab.acquireBatch(fresh, count);
        }
        return inOrder(fresh);
    }

    /// By their place in the slab: neighbours are loaded in one piece.
    private long[] inOrder(long[] pages) {
        long[] order = new long[pages.length];
        for (int i = 0; i < pages.length; i++) {
            order[i] = ((long) slab.page(pages[i]) << Integer.SIZE) | i;
        }
        Arrays.sort(order);
        long[] sorted = new long[pages.length];
        for (int i = 0; i < pages.length; i++) {
            sorted[i] = pages[(int) order[i]];
        }
        return sorted;
    }

    private void overwrite(long count) {
        long missing = count;
        while (missing > 0 && !remnants.isEmpty()) {
            Remnant least = least();
            int spared = (int) Math.max(0, least.pages - missing);
            missing -= least.pages - spared;
            releaseFrom(least, spared);
            if (spared == 0) {
                remnants.remove(least.adapter.known);
            } else {
                remnants.put(least.adapter.known, new Remnant(least.adapter, spared));
            }
        }
    }

    private Remnant least() {
        Remnant least = remnants.values().iterator().next();
        if (worth == null) {
            return least;
        }
        double lowest = worth.applyAsDouble(least.adapter);
        for (Remnant each : remnants.values()) {
            double value = worth.applyAsDouble(each.adapter);
            if (value < lowest) {
                least = each;
                lowest = value;
            }
        }
        return least;
    }

    private void releaseFrom(Remnant remnant, int first) {
        release(Arrays.copyOfRange(remnant.adapter.paged().pages(), first, remnant.pages));
    }
}
