package dev.isobar.memory;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Pages of one size, cut from large segments of any [MemorySpace].
///
/// A page is handed out as a *handle*, a `long` that names the page and its present holder. When the
/// page is released the handle ends: every later use of it throws a [StalePageException], whoever has
/// the page by then. [#NONE] is no handle, and a fresh `long[]`
/// is full of it.
///
/// ```
/// long page = slab.acquire();
/// slab.view(page).set(ValueLayout.JAVA_INT, 0, 42);
/// slab.release(page);
/// ```
///
/// Acquiring and releasing a page is one compare-and-set each, allocates nothing, and waits for
/// nobody; but where every page is in use, the slab takes another segment from its space, up to its
/// limit, and that takes as long as it takes. [#grow(long)] does it ahead of time. [#shrink(long)]
/// gives segments without a page in use back. Pages are taken from the oldest segments first, so that
/// young ones drain.
///
/// How it works is told in three classes beside this one: `PageWords` decides who has a page,
/// `ChunkMarks` knows where free ones are, `SlabStripes` finds one quickly.
///
/// *Safe for several threads*, with the duty of [MemorySpace]: nobody touches a page's bytes while
/// somebody else releases it. A segment taken from [#view(long)] is not watched: it must not be used
/// once the page is released.
public final class PageSlab implements AutoCloseable {

    /// The answer when there is no page: {@value}.
    public static final long NONE = 0;

    private static final int ZEROES_BYTES = 1 << 16;

    private final PageSlabConfig config;
    private final MemorySpace space;
    private final PageWords words;
    private final SlabSegments segments;
    private final FreePages free;
    private final LongAdder failedAcquisitions = new LongAdder();
    private final @Nullable MemorySegment zeroes;

    /// A slab without a segment: the first page acquired takes one. The space stays its owner's, and
    /// must not be closed before the slab.
    public PageSlab(PageSlabConfig config, MemorySpace space) {
        this(config, space, SlabStripes.forThisMachine());
    }

    /// A slab with a chosen number of stripes, for tests.
    PageSlab(PageSlabConfig config, MemorySpace space, int stripes) {
        this.config = Objects.requireNonNull(config, "config");
        this.space = Objects.requireNonNull(space, "space");
        this.words = new PageWords(config.maxPages());
        ChunkMarks marks = new ChunkMarks(config.maxPages());
        this.segments = new SlabSegments(config, space, words, marks);
        this.free =
                new FreePages(words, marks, new SlabStripes(stripes, config.maxPages()), segments);
        this.zeroes = config.scrubOnRelease() ? zeroes(config.pageBytes()) : null;
    }

    private static MemorySegment zeroes(long pageBytes) {
        return MemorySegment.ofArray(new byte[(int) Math.min(pageBytes, ZEROES_BYTES)])
                .asReadOnly();
    }

    /// How the slab was set up.
    public PageSlabConfig config() {
        return config;
    }

    /// Where the bytes are.
    public MemorySpace space() {
        return space;
    }

    /// The size of a page, in bytes.
    public long pageBytes() {
        return config.pageBytes();
    }

    /// A page that nobody else has. Its bytes are those that were there before: zeroes, or an earlier
    /// holder's.
    ///
    /// @throws SlabExhaustedException if all pages are in use and the slab cannot grow
    /// @throws IllegalStateException if the slab is closed
    public long acquire() {
        long[] stripe = free.stripe();
        long handle = free.takeHinted(stripe);
        return handle != NONE ? handle : acquireSlowly(stripe);
    }

    /// A page that nobody else has, or [#NONE] if all are in use and the slab cannot grow.
    ///
    /// @throws IllegalStateException if the slab is closed
    public long tryAcquire() {
        long[] stripe = free.stripe();
        long handle = free.takeHinted(stripe);
        if (handle != NONE) {
            return handle;
        }
        try {
            handle = searchAndGrow(stripe);
        } catch (OutOfSpaceException _) {
            handle = NONE; // the space is full: the same answer
        }
        if (handle == NONE) {
            failedAcquisitions.increment();
        }
        return handle;
    }

    /// Acquires `count` pages, or none.
    ///
    /// @param into where to put the handles, from the beginning on; where the call fails, it holds
    ///     [#NONE] instead
    /// @throws SlabExhaustedException if there are not so many and the slab cannot grow enough
    /// @throws IllegalStateException if the slab is closed
    /// @throws IndexOutOfBoundsException if `count` is negative or larger than the array
    public void acquireBatch(long[] into, int count) {
        Objects.checkFromIndexSize(0, count, into.length);
        OutOfSpaceException cause = null;
        try {
            if (takeBatch(into, count)) {
                return;
            }
        } catch (OutOfSpaceException e) {
            cause = e;
        }
        throw exhausted(count, cause);
    }

    /// Acquires `count` pages, or none.
    ///
    /// @param into where to put the handles, from the beginning on; if there are none, it holds
    ///     [#NONE] instead
    /// @return whether it did; false if there are not so many and the slab cannot grow enough
    /// @throws IllegalStateException if the slab is closed
    /// @throws IndexOutOfBoundsException if `count` is negative or larger than the array
    public boolean tryAcquireBatch(long[] into, int count) {
        Objects.checkFromIndexSize(0, count, into.length);
        boolean acquired;
        try {
            acquired = takeBatch(into, count);
        } catch (OutOfSpaceException _) {
            acquired = false; // the space is full: the same answer
        }
        if (!acquired) {
            failedAcquisitions.increment();
        }
        return acquired;
    }

    /// Gives a page back.
    ///
    /// @throws StalePageException if the page was released already, or is a magazine's
    /// @throws IllegalArgumentException if no handle of this slab can look like that
    /// @throws MemorySpaceException if scrubbing failed: the page stays its holder's, and this can be
    ///     called again
    public void release(long handle) {
        release(free.stripe(), handle);
    }

    /// Gives the first `count` pages of an array back.
    ///
    /// @throws StalePageException if some were released already; all others are released nevertheless
    /// @throws IndexOutOfBoundsException if `count` is negative or larger than the array
    public void releaseBatch(long[] handles, int count) {
        Objects.checkFromIndexSize(0, count, handles.length);
        long[] stripe = free.stripe();
        RuntimeException first = null;
        for (int at = 0; at < count; at++) {
            try {
                release(stripe, handles[at]);
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /// Whether the page is still its holder's. Somebody else may release it the next moment.
    public boolean holds(long handle) {
        return words.holds(handle);
    }

    /// The bytes of a page, for reading and writing.
    ///
    /// @throws UnsupportedOperationException if the bytes are not in host memory
    /// @throws StalePageException if the page was released
    public MemorySegment view(long handle) {
        return segment(handle).asSlice(offset(handle), config.pageBytes());
    }

    /// The segment that the page is in, the same object for all pages of it: with [#offset(long)] a
    /// way to a page's bytes that makes no object. Who writes outside the page writes into another.
    ///
    /// @throws UnsupportedOperationException if the bytes are not in host memory
    /// @throws StalePageException if the page was released
    public MemorySegment segment(long handle) {
        requireHeld(handle);
        MemorySegment view = segments.of(words.index(handle)).view();
        if (view == null) {
            throw new UnsupportedOperationException(
                    "slab %s: the bytes of space %s are not in host memory"
                            .formatted(config.name(), space.name()));
        }
        return view;
    }

    /// The block that the page is in: with [#offset(long)], what the copies of the space want.
    ///
    /// @throws StalePageException if the page was released
    public MemoryBlock block(long handle) {
        requireHeld(handle);
        return segments.of(words.index(handle)).block();
    }

    /// Where in its segment or block the page begins, in bytes.
    public long offset(long handle) {
        return (words.index(handle) & (config.pagesPerSegment() - 1)) * config.pageBytes();
    }

    /// The number of the page, from 0 to [PageSlabConfig#maxPages()] - 1: the same for every holder
    /// it will have.
    public int page(long handle) {
        return words.index(handle);
    }

    /// Which holder of the page the handle belongs to; the first is 1.
    public long generation(long handle) {
        return words.generation(handle);
    }

    /// A stock of pages for the calling thread alone, at a fraction of the cost: see [PageMagazine].
    ///
    /// @param pages how many it keeps at most; from 2 to [PageMagazine#MAX_PAGES]
    public PageMagazine magazine(int pages) {
        return new PageMagazine(this, words, pages);
    }

    /// Takes segments from the space ahead of time.
    ///
    /// @param bytes how many are wanted; what is taken is rounded up to whole segments, and ends at
    ///     the limit of the slab
    /// @return the bytes of pages taken
    /// @throws OutOfSpaceException if the space has no room; what was taken before stays
    /// @throws IllegalStateException if the slab is closed
    public long grow(long bytes) {
        long grownBytes = 0;
        while (grownBytes < bytes && growOnce()) {
            grownBytes += config.segmentBytes();
        }
        return grownBytes;
    }

    /// Gives segments without a page in use back to the space, the youngest first. Threads that
    /// acquire at the same time may keep a segment from being given back, but get their page.
    ///
    /// @param bytes how many are wanted; what is given back is rounded up to whole segments
    /// @return what the space got; also what it failed to take, which stays charged
    public SlabShrink shrink(long bytes) {
        return segments.shrink(bytes);
    }

    /// Numbers for a person or a meter. Looks at every page: about a nanosecond for each.
    public SlabStats stats() {
        int present = segments.present();
        return new SlabStats(
                config.name(),
                config.pageBytes(),
                present,
                present * config.pagesPerSegment(),
                segments.usedPages(),
                segments.highWaterPages(),
                failedAcquisitions.sum(),
                segments.committedBytes());
    }

    /// Hands out no page any more, and gives back every segment without a page in use; the others
    /// when their last page is released. [#stats()] says what is left. Closing again tries again what
    /// the space failed to take back.
    ///
    /// @throws MemorySpaceException if the space failed to take a segment back: it stays charged
    @Override
    public void close() {
        segments.close();
        SlabShrink shrink = segments.shrink(Long.MAX_VALUE);
        if (!shrink.failures().isEmpty()) {
            RuntimeException first = shrink.failures().getFirst();
            shrink.failures().stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
    }

    private long acquireSlowly(long[] stripe) {
        long handle;
        try {
            handle = searchAndGrow(stripe);
        } catch (OutOfSpaceException e) {
            throw exhausted(1, e);
        }
        if (handle == NONE) {
            throw exhausted(1, null);
        }
        return handle;
    }

    private boolean takeBatch(long[] into, int count) {
        long[] stripe = free.stripe();
        int taken = 0;
        try {
            while (true) {
                taken += free.takeHinted(stripe, into, taken, count - taken);
                if (taken == count) {
                    return true;
                }
                long handle = searchAndGrow(stripe);
                if (handle == NONE) {
                    return false;
                }
                into[taken++] = handle;
            }
        } finally {
            if (taken < count) {
                undo(into, taken);
            }
        }
    }

    /// The pages were nobody's yet, so they need no scrubbing.
    private void undo(long[] handles, int count) {
        long[] stripe = free.stripe();
        for (int at = 0; at < count; at++) {
            words.release(handles[at]);
            afterRelease(stripe, handles[at]);
            handles[at] = NONE;
        }
    }

    /// A page found by looking everywhere, and if there is none, in a new segment.
    ///
    /// @throws RuntimeException what the space refuses a new segment with
    private long searchAndGrow(long[] stripe) {
        while (true) {
            requireOpen();
            long handle = free.search(stripe);
            if (handle != NONE) {
                return handle;
            }
            if (!segments.mayChange()) {
                if (!free.any()) {
                    return NONE;
                }
            } else if (!grewMeanwhile()) {
                requireOpen();
                return NONE;
            }
        }
    }

    /// Whether to search again: with the lock held nobody grows or shrinks, so what is not there now
    /// is not there.
    private boolean grewMeanwhile() {
        segments.lock();
        try {
            return free.any() || segments.grow();
        } finally {
            segments.unlock();
        }
    }

    private void requireOpen() {
        if (segments.closed()) {
            throw new IllegalStateException("slab " + config.name() + " is closed");
        }
    }

    private void release(long[] stripe, long handle) {
        if (zeroes != null) {
            releaseScrubbed(handle, zeroes);
        } else if (!words.plausible(handle) || !words.release(handle)) {
            throw stale(handle);
        }
        afterRelease(stripe, handle);
    }

    private void afterRelease(long[] stripe, long handle) {
        free.freed(stripe, handle);
        afterFree();
    }

    private void afterFree() {
        if (segments.closed()) {
            segments.shrink(Long.MAX_VALUE); // what fails stays charged; close() tries again
        }
    }

    /// Takes up to `count` pages for a magazine, at least one, or none if there is none.
    int takeUpTo(long[] into, int count) {
        long[] stripe = free.stripe();
        int taken = 0;
        for (; taken < count; taken++) {
            long handle = free.takeHinted(stripe);
            if (handle == NONE) {
                handle = taken == 0 ? tryAcquire() : free.search(stripe);
            }
            if (handle == NONE) {
                break;
            }
            into[taken] = handle;
        }
        return taken;
    }

    /// Gives back a page that a magazine kept and nobody had.
    void giveUnused(long handle) {
        words.free(handle);
        free.unused(free.stripe(), handle);
        afterFree();
    }

    /// Overwrites a page if the slab does so.
    void scrubIfAsked(long handle) {
        if (zeroes != null) {
            scrub(segments.of(words.index(handle)).block(), offset(handle), zeroes);
        }
    }

    boolean closed() {
        return segments.closed();
    }

    private void releaseScrubbed(long handle, MemorySegment zeroes) {
        if (!words.plausible(handle) || !words.beginScrub(handle)) {
            throw stale(handle);
        }
        try {
            scrub(segments.of(words.index(handle)).block(), offset(handle), zeroes);
        } catch (Throwable t) {
            words.abortScrub(handle);
            throw t;
        }
        words.endScrub(handle);
    }

    private void scrub(MemoryBlock block, long offset, MemorySegment zeroes) {
        long pieceBytes = zeroes.byteSize();
        long done = 0;
        for (; done + pieceBytes <= config.pageBytes(); done += pieceBytes) {
            space.copyIn(zeroes, block, offset + done);
        }
        if (done < config.pageBytes()) {
            space.copyIn(zeroes.asSlice(0, config.pageBytes() - done), block, offset + done);
        }
    }

    private boolean growOnce() {
        segments.lock();
        try {
            requireOpen();
            return segments.grow();
        } finally {
            segments.unlock();
        }
    }

    private void requireHeld(long handle) {
        if (!words.holds(handle)) {
            throw stale(handle);
        }
    }

    RuntimeException stale(long handle) {
        if (!words.plausible(handle)) {
            return new IllegalArgumentException(
                    "slab %s: not a page handle of this slab: %d".formatted(config.name(), handle));
        }
        int page = words.index(handle);
        long word = words.read(page);
        return new StalePageException(
                config.name(),
                page,
                words.generation(handle),
                PageWords.generationOf(word),
                PageWords.describe(word));
    }

    private SlabExhaustedException exhausted(int asked, @Nullable Throwable cause) {
        failedAcquisitions.increment();
        int pages = segments.present() * config.pagesPerSegment();
        return new SlabExhaustedException(
                config.name(), asked, segments.usedPages(), pages, config.maxPages(), cause);
    }
}
