package dev.isobar.lora;

import dev.isobar.memory.PageSlab;
import dev.isobar.memory.PendingCopy;
import dev.isobar.memory.load.LoadPolicy;
import java.util.ArrayDeque;
import java.util.Deque;

/// Copies an adapter from one tier's pages to another's. Pages that are neighbours on both sides go in
/// one copy, up to a chunk of the policy; as many copies are under way at once as the policy's depth.
///
/// Whoever listens to loads hears of every chunk, and whoever may stop them stops this, too. Nothing is
/// under way when it returns or throws.
///
/// *One thread only.*
final class PageCopies {

    private final LoadPolicy policy;
    private final Deque<Pending> pending = new ArrayDeque<>();
    private long done;

    PageCopies(LoadPolicy policy) {
        this.policy = policy;
    }

    private record Pending(PendingCopy copy, long bytes) {}

    /// Copies all pages from one on.
    ///
    /// @throws dev.isobar.memory.load.LoadException if it was stopped
    /// @throws dev.isobar.memory.MemorySpaceException if a copy failed
    void copy(Weights.Paged from, Weights.Paged to, int first) {
        long pageBytes = to.slab().pageBytes();
        long total = (to.pages().length - first) * pageBytes;
        try {
            for (int page = first; page < to.pages().length; ) {
                policy.cancellation().requireGoOn(to.slab().config().name());
                if (pending.size() == policy.depth()) {
                    finishOldest(total);
                }
                int pages = neighbours(from, to, page);
                begin(from, to, page, pages * pageBytes);
                page += pages;
            }
            while (!pending.isEmpty()) {
                finishOldest(total);
            }
        } finally {
            pending.forEach(each -> each.copy.close());
            pending.clear();
        }
    }

    /// How many pages from one on are neighbours on both sides; at least 1.
    private int neighbours(Weights.Paged from, Weights.Paged to, int page) {
        long most = Math.max(1, policy.chunkBytes() / to.slab().pageBytes());
        int count = 1;
        while (count < most
                && page + count < to.pages().length
                && follows(from, page + count)
                && follows(to, page + count)) {
            count++;
        }
        return count;
    }

    private void begin(Weights.Paged from, Weights.Paged to, int page, long bytes) {
        PageSlab source = from.slab();
        PageSlab target = to.slab();
        long old = from.pages()[page];
        long fresh = to.pages()[page];
        pending.add(
                new Pending(
                        target.space()
                                .copyAcrossAsync(
                                        source.block(old),
                                        source.offset(old),
                                        target.block(fresh),
                                        target.offset(fresh),
                                        bytes),
                        bytes));
    }

    private void finishOldest(long total) {
        Pending oldest = pending.element();
        oldest.copy.await();
        pending.remove();
        done += oldest.bytes;
        try {
            policy.listener().progressed(done, total);
        } catch (RuntimeException _) {
            // A listener that fails is its own business.
        }
    }

    /// Whether a page lies behind the one before it.
    static boolean follows(Weights.Paged weights, int page) {
        PageSlab slab = weights.slab();
        long before = weights.pages()[page - 1];
        long here = weights.pages()[page];
        return slab.block(before).equals(slab.block(here))
                && slab.offset(before) + slab.pageBytes() == slab.offset(here);
    }
}
