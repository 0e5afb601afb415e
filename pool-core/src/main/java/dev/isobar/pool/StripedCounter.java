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

    /// From a number to its second.
    private static final int SECOND = 2;

    /// Of each cell the owner's number, what it has counted, what others have, and the same of a second
    /// number.
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
        int cell = cellOf(thread);
        if (owns(thread, cell)) {
            long count = cells.getPlain(cell + OWNED) + amount;
            cells.setOpaque(cell + OWNED, count);
            return count;
        }
        return cells.addAndGet(cell + SHARED, amount);
    }

    /// Counts so many, or so many less, and something else with it, in one go.
    void add(long amount, long second) {
        long thread = Thread.currentThread().threadId();
        int cell = cellOf(thread);
        if (owns(thread, cell)) {
            int owned = cell + OWNED;
            cells.setOpaque(owned, cells.getPlain(owned) + amount);
            cells.setOpaque(owned + SECOND, cells.getPlain(owned + SECOND) + second);
        } else {
            cells.addAndGet(cell + SHARED, amount);
            cells.addAndGet(cell + SHARED + SECOND, second);
        }
    }

    private static int cellOf(long thread) {
        return (((int) thread & (CELLS - 1)) + 1) * STRIDE;
    }

    private boolean owns(long thread, int cell) {
        long owner = cells.getOpaque(cell);
        return owner == thread || (owner == 0 && cells.compareAndSet(cell, 0, thread));
    }

    long sum() {
        return total(0) - base.get();
    }

    /// What was counted along with the sum. [#reset] leaves it.
    long secondSum() {
        return total(SECOND);
    }

    void reset() {
        base.set(total(0));
    }

    private long total(int number) {
        long total = 0;
        for (int cell = STRIDE; cell <= CELLS * STRIDE; cell += STRIDE) {
            total += cells.get(cell + OWNED + number) + cells.get(cell + SHARED + number);
        }
        return total;
    }
}
