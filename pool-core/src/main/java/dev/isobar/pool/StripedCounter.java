package dev.isobar.pool;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/// A counter for many threads, without an atomic step where it can be: such a step would make the
/// processor wait for all loads before it, and a look-up is little else than loads.
///
/// A thread counts in a cell that it owns, chosen by its number, and is the only one that writes there.
/// If the cell has another owner, it counts in the cell's shared part, atomically. Cells are never given
/// up: of very many threads, only the first are spared the atomic step.
///
/// *Safe for several threads.* Nothing is lost; a sum taken meanwhile is a snapshot.
final class StripedCounter {

    /// 16 numbers are 128 bytes: two cache lines, which processors fetch together.
    private static final int STRIDE = 16;

    private static final int CELLS = 32;
    private static final int OWNED = 1;
    private static final int SHARED = 2;

    /// Of each cell the owner's number, what it has counted, and what others have.
    private final AtomicLongArray cells = new AtomicLongArray((CELLS + 1) * STRIDE);

    /// The sum that counts as zero.
    private final AtomicLong base = new AtomicLong();

    /// Counts one.
    ///
    /// @return how many were counted in the same place: over many calls, one in n is a multiple of n
    long increment() {
        return add(1);
    }

    /// Counts so many, or so many less.
    long add(long amount) {
        long thread = Thread.currentThread().threadId();
        int cell = (((int) thread & (CELLS - 1)) + 1) * STRIDE;
        long owner = cells.getOpaque(cell);
        if (owner == thread || (owner == 0 && cells.compareAndSet(cell, 0, thread))) {
            long count = cells.getPlain(cell + OWNED) + amount;
            cells.setOpaque(cell + OWNED, count);
            return count;
        }
        return cells.addAndGet(cell + SHARED, amount);
    }

    long sum() {
        return total() - base.get();
    }

    void reset() {
        base.set(total());
    }

    private long total() {
        long total = 0;
        for (int cell = STRIDE; cell <= CELLS * STRIDE; cell += STRIDE) {
            total += cells.get(cell + OWNED) + cells.get(cell + SHARED);
        }
        return total;
    }
}
