package dev.isobar.memory;

/// Finds a free page of a [PageSlab] and takes it: first by the hints of the calling thread's stripe,
/// then by looking through the chunks that may have one.
///
/// Pages that were used before go before fresh ones, and low numbers before high ones, so that
/// memory is touched as late as possible and young segments drain.
///
/// *Safe for several threads.*
final class FreePages {

    private final PageWords words;
    private final ChunkMarks marks;
    private final SlabStripes stripes;
    private final SlabSegments segments;

    FreePages(PageWords words, ChunkMarks marks, SlabStripes stripes, SlabSegments segments) {
        this.words = words;
        this.marks = marks;
        this.stripes = stripes;
        this.segments = segments;
    }

    /// The calling thread's stripe.
    long[] stripe() {
        return stripes.own();
    }

    /// A page that the stripe has a true hint to, taken; else [PageSlab#NONE].
    long takeHinted(long[] stripe) {
        for (int slot = SlabStripes.count(stripe) - 1; slot >= 0; slot--) {
            long hint = SlabStripes.hint(stripe, slot);
            boolean taken = hint != PageSlab.NONE && words.take(hint);
            SlabStripes.count(stripe, slot);
            if (taken) {
                return hint;
            }
        }
        return PageSlab.NONE;
    }

    /// The same for many pages.
    ///
    /// @return how many of `count` were taken, into the array from `from` on
    int takeHinted(long[] stripe, long[] into, int from, int count) {
        int slot = SlabStripes.count(stripe);
        int taken = 0;
        while (taken < count && slot > 0) {
            long hint = SlabStripes.hint(stripe, --slot);
            if (hint != PageSlab.NONE && words.take(hint)) {
                into[from + taken++] = hint;
            }
        }
        SlabStripes.count(stripe, slot);
        return taken;
    }

    /// Tells where a page became free.
    void freed(long[] stripe, long handle) {
        marks.mark(words.index(handle));
        SlabStripes.push(stripe, words.next(handle));
    }

    /// Tells where a page became free without having had a holder.
    void unused(long[] stripe, long handle) {
        marks.mark(words.index(handle));
        SlabStripes.push(stripe, handle);
    }

    /// Whether a page may have become free since a search found none.
    boolean any() {
        return marks.next(0) >= 0;
    }

    /// A page found by looking everywhere, taken; [PageSlab#NONE] if none was free at some moment
    /// during the call. First through the chunks in which no other stripe is at home.
    long search(long[] stripe) {
        long changes;
        do {
            changes = marks.changes();
            long handle = search(stripe, false);
            if (handle == PageSlab.NONE) {
                handle = search(stripe, true);
            }
            if (handle != PageSlab.NONE) {
                return handle;
            }
        } while (marks.changes() != changes);
        return PageSlab.NONE;
    }

    private long search(long[] stripe, boolean everywhere) {
        for (int chunk = marks.next(0); chunk >= 0; chunk = marks.next(chunk + 1)) {
            if (stripes.settle(stripe, chunk) || everywhere) {
                long handle = takeFrom(chunk, stripe);
                if (handle != PageSlab.NONE) {
                    return handle;
                }
            }
        }
        return PageSlab.NONE;
    }

    private long takeFrom(int chunk, long[] stripe) {
        long handle = scan(chunk, stripe);
        if (handle == PageSlab.NONE) {
            marks.clear(chunk);
            handle = scan(chunk, stripe);
            if (handle != PageSlab.NONE) {
                marks.mark(words.index(handle));
            }
        }
        return handle;
    }

    /// Leaves hints to all pages of the chunk that are free and not fresh, and takes the first; else
    /// a fresh one.
    private long scan(int chunk, long[] stripe) {
        int first = chunk * ChunkMarks.CHUNK_PAGES;
        int end = Math.min(first + ChunkMarks.CHUNK_PAGES, words.pages());
        for (int page = end - 1; page >= first; page--) {
            long word = words.read(page);
            if (PageWords.state(word) == PageWords.FREE) {
                SlabStripes.push(stripe, words.handle(page, word));
            }
        }
        long handle = takeHinted(stripe);
        return handle != PageSlab.NONE ? handle : takeFirst(first, end);
    }

    private long takeFirst(int first, int end) {
        for (int page = first; page < end; page++) {
            long word = words.read(page);
            if (PageWords.available(word) && words.take(page, word)) {
                if (PageWords.state(word) == PageWords.FRESH) {
                    segments.touched();
                }
                return words.handle(page, word);
            }
        }
        return PageSlab.NONE;
    }
}
