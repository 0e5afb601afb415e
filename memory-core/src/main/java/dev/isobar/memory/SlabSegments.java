package dev.isobar.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The segments of a [PageSlab]: taking one more from the space, and giving empty ones back.
///
/// One thread at a time does either, under `growth`, so that several threads in need do not take a
/// segment each. The space is called under this lock, which no other code takes: a space cannot meet
/// it again unless it allocates from a slab that stands on itself.
///
/// *Safe for several threads.*
final class SlabSegments {

    private final PageSlabConfig config;
    private final MemorySpace space;
    private final PageWords words;
    private final ChunkMarks marks;
    private final AtomicReferenceArray<@Nullable SlabSegment> segments;
    private final int pagesPerSegment;
    private final int pageShift;
    private final ReentrantLock growth = new ReentrantLock();
    // Written under growth, read without.
    private final AtomicInteger present = new AtomicInteger();
    private final AtomicLong committedBytes = new AtomicLong();
    private volatile boolean shrinking;
    private volatile boolean closed;
    // Guarded by growth: segments that the space failed to take back.
    private final List<MemoryBlock> unreturned = new ArrayList<>();
    // Pages that had a holder since their memory was taken; and the most there were.
    private final AtomicInteger touchedPages = new AtomicInteger();
    private final AtomicInteger highWaterPages = new AtomicInteger();

    SlabSegments(PageSlabConfig config, MemorySpace space, PageWords words, ChunkMarks marks) {
        this.config = config;
        this.space = space;
        this.words = words;
        this.marks = marks;
        this.segments = new AtomicReferenceArray<>(config.maxSegments());
        this.pagesPerSegment = config.pagesPerSegment();
        this.pageShift = Integer.numberOfTrailingZeros(pagesPerSegment);
    }

    /// The segment of a page that somebody holds.
    SlabSegment of(int page) {
        SlabSegment segment = segments.get(page >>> pageShift);
        if (segment == null) {
            throw new IllegalStateException(
                    "slab %s: page %d has no memory".formatted(config.name(), page));
        }
        return segment;
    }

    int present() {
        return present.get();
    }

    long committedBytes() {
        return committedBytes.get();
    }

    int highWaterPages() {
        return highWaterPages.get();
    }

    boolean closed() {
        return closed;
    }

    void touched() {
        int pages = touchedPages.incrementAndGet();
        if (pages > highWaterPages.get()) {
            highWaterPages.accumulateAndGet(pages, Math::max);
        }
    }

    int usedPages() {
        int used = 0;
        for (int slot = 0; slot < segments.length(); slot++) {
            if (segments.get(slot) != null) {
                used += usedIn(slot);
            }
        }
        return used;
    }

    private int usedIn(int slot) {
        int used = 0;
        for (int page = first(slot); page < end(slot); page++) {
            int state = PageWords.state(words.read(page));
            switch (state) {
                case PageWords.USED, PageWords.BUSY, PageWords.OWNED -> used++;
                default -> {}
            }
        }
        return used;
    }

    /// Whether waiting for the lock may help somebody who found no page.
    boolean mayChange() {
        return shrinking || (present.get() < config.maxSegments() && !closed);
    }

    void lock() {
        growth.lock();
    }

    void unlock() {
        growth.unlock();
    }

    /// Takes one more segment from the space. Call with the lock held.
    ///
    /// @return false if there are as many as there may be
    /// @throws RuntimeException what the space refuses with: nothing changed
    boolean grow() {
        if (closed || present.get() + unreturned.size() >= segments.length()) {
            return false;
        }
        for (int slot = 0; slot < segments.length(); slot++) {
            if (segments.get(slot) == null) {
                open(slot, SlabSegment.take(space, config.segmentBytes(), config.alignment()));
                return true;
            }
        }
        return false;
    }

    private void open(int slot, SlabSegment segment) {
        committedBytes.addAndGet(segment.block().occupiedBytes());
        segments.set(slot, segment);
        for (int page = first(slot); page < end(slot); page++) {
            words.open(page);
        }
        markAll(slot);
        present.incrementAndGet(); // last: until then, who finds no page waits for the lock
    }

    private void markAll(int slot) {
        for (int page = first(slot); page < end(slot); page += ChunkMarks.CHUNK_PAGES) {
            marks.mark(page);
        }
    }

    /// Gives empty segments back, the youngest first.
    SlabShrink shrink(long bytes) {
        growth.lock();
        try {
            Returned returned = new Returned();
            List<MemoryBlock> again = List.copyOf(unreturned);
            unreturned.clear();
            again.forEach(block -> giveBack(block, returned));
            for (int slot = segments.length() - 1; slot >= 0 && returned.bytes < bytes; slot--) {
                SlabSegment segment = withdraw(slot);
                if (segment != null) {
                    giveBack(segment.block(), returned);
                }
            }
            return new SlabShrink(
                    bytes, returned.bytes, returned.segments, unreturnedBytes(), returned.failures);
        } finally {
            growth.unlock();
        }
    }

    private static final class Returned {
        private final List<RuntimeException> failures = new ArrayList<>();
        private long bytes;
        private int segments;
    }

    /// No new segments from now on.
    void close() {
        growth.lock();
        try {
            closed = true;
        } finally {
            growth.unlock();
        }
    }

    private void giveBack(MemoryBlock block, Returned returned) {
        try {
            space.free(block);
        } catch (RuntimeException e) {
            if (!block.freed()) {
                unreturned.add(block); // stays charged until the next attempt
                returned.failures.add(e);
                return;
            }
        }
        committedBytes.addAndGet(-block.occupiedBytes());
        returned.bytes += block.occupiedBytes();
        returned.segments++;
    }

    private long unreturnedBytes() {
        return unreturned.stream().mapToLong(MemoryBlock::occupiedBytes).sum();
    }

    /// Takes all pages of an empty segment out of circulation, or none; after closing, all that can be
    /// had, for good. Whoever finds no page while `shrinking` says so waits for what comes of it.
    private @Nullable SlabSegment withdraw(int slot) {
        SlabSegment segment = segments.get(slot);
        if (segment == null || (!closed && usedIn(slot) > 0)) {
            return null;
        }
        shrinking = true;
        try {
            if (!(closed ? withdrawForGood(slot) : withdrawPages(slot))) {
                return null;
            }
            segments.set(slot, null);
            present.decrementAndGet();
            return segment;
        } finally {
            shrinking = false;
        }
    }

    private boolean withdrawForGood(int slot) {
        boolean empty = true;
        for (int page = first(slot); page < end(slot); page++) {
            long word = words.read(page);
            if (PageWords.state(word) != PageWords.ABSENT) {
                empty &= PageWords.available(word) && words.withdraw(page, word);
            }
        }
        return empty;
    }

    private boolean withdrawPages(int slot) {
        int first = first(slot);
        long[] before = new long[pagesPerSegment];
        int touched = 0;
        for (int at = 0; at < pagesPerSegment; at++) {
            long word = words.read(first + at);
            if (!PageWords.available(word) || !words.withdraw(first + at, word)) {
                restore(first, before, at);
                return false;
            }
            before[at] = word;
            touched += PageWords.state(word) == PageWords.FREE ? 1 : 0;
        }
        touchedPages.addAndGet(-touched);
        return true;
    }

    private void restore(int first, long[] before, int count) {
        for (int at = 0; at < count; at++) {
            words.restore(first + at, before[at]);
            marks.mark(first + at);
        }
    }

    private int first(int slot) {
        return slot << pageShift;
    }

    private int end(int slot) {
        return (slot + 1) << pageShift;
    }
}
