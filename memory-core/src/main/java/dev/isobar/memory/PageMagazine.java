package dev.isobar.memory;

/// A small stock of a [PageSlab]'s pages for one thread that acquires and releases many: an event
/// loop, a worker that lives as long as the service. Most calls touch no memory that another thread
/// writes and need no atomic operation.
///
/// Handles are ordinary ones, and as strictly checked. But a page from a magazine goes back to the
/// same magazine, unless [#detach(long)] makes it an ordinary page. [PageSlab#view(long)] and the
/// like work with it in every thread.
///
/// What the magazine keeps counts as used and is not there for others: half of its size on average.
/// So it is for a few threads that were chosen; virtual threads use the slab itself.
///
/// *One thread only*: the one that made it. After that thread has ended, any other may close it.
public final class PageMagazine implements AutoCloseable {

    /// The most pages that a magazine can keep: {@value}.
    public static final int MAX_PAGES = 1024;

    private final PageSlab slab;
    private final PageWords words;
    private final Thread owner = Thread.currentThread();
    private final long[] kept;
    private int count;
    private boolean closed;

    PageMagazine(PageSlab slab, PageWords words, int pages) {
        if (pages < 2 || pages > MAX_PAGES) {
            throw new IllegalArgumentException(
                    "a magazine keeps from 2 to %d pages: %d".formatted(MAX_PAGES, pages));
        }
        this.slab = slab;
        this.words = words;
        this.kept = new long[pages];
    }

    /// A page that nobody else has, or [PageSlab#NONE] if all are in use and the slab cannot grow.
    ///
    /// @throws IllegalStateException if the slab or the magazine is closed
    /// @throws WrongThreadException if the magazine is another thread's
    public long tryAcquire() {
        requireOwner();
        if (count == 0 && !refill()) {
            return PageSlab.NONE;
        }
        return kept[--count];
    }

    /// Gives a page back that came from this magazine.
    ///
    /// @throws StalePageException if it was released already, or did not come from a magazine
    /// @throws MemorySpaceException if scrubbing failed: the page stays its holder's, and this can be
    ///     called again
    /// @throws WrongThreadException if the magazine is another thread's
    public void release(long handle) {
        requireOwner();
        requireOwned(handle);
        slab.scrubIfAsked(handle);
        long next = words.next(handle);
        words.own(next);
        if (closed || slab.closed()) {
            slab.giveUnused(next);
            return;
        }
        if (count == kept.length) {
            giveBack(kept.length / 2);
        }
        kept[count++] = next;
    }

    /// Makes a page of this magazine an ordinary one, which any thread releases to the slab. The
    /// handle stays the same.
    ///
    /// @throws StalePageException if it was released already, or did not come from a magazine
    /// @throws WrongThreadException if the magazine is another thread's
    public long detach(long handle) {
        requireOwner();
        requireOwned(handle);
        words.disown(handle);
        return handle;
    }

    /// Pages that the magazine keeps for its next calls.
    public int keptPages() {
        return count;
    }

    /// Gives the kept pages back to the slab. Pages still in use can be released here afterwards.
    /// Closing twice does nothing.
    ///
    /// @throws WrongThreadException if the magazine is another's, and that thread still runs
    @Override
    public void close() {
        if (owner.isAlive()) {
            requireOwner();
        }
        closed = true;
        giveBack(count);
    }

    private boolean refill() {
        if (closed) {
            throw new IllegalStateException(
                    "slab " + slab.config().name() + ": the magazine is closed");
        }
        count = slab.takeUpTo(kept, Math.max(1, kept.length / 2));
        for (int at = 0; at < count; at++) {
            words.own(kept[at]);
        }
        return count > 0;
    }

    /// The oldest ones; those used last stay, their bytes may still be in the processor's cache.
    private void giveBack(int pages) {
        for (int at = 0; at < pages; at++) {
            slab.giveUnused(kept[at]);
        }
        System.arraycopy(kept, pages, kept, 0, count - pages);
        count -= pages;
    }

    private void requireOwned(long handle) {
        if (!words.owns(handle)) {
            throw slab.stale(handle);
        }
    }

    @SuppressWarnings("ReferenceEquality") // which thread it is
    private void requireOwner() {
        if (Thread.currentThread() != owner) {
            throw new WrongThreadException(
                    "slab %s: the magazine is of thread %s"
                            .formatted(slab.config().name(), owner.getName()));
        }
    }
}
