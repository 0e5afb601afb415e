package dev.isobar.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A counter for many threads, without an atomic step where it can be: such a step would make the
/// processor wait for all loads before it, and a look-up is little else than loads.
///
/// A thread counts in a cell that it owns, chosen by its number, and is the only one that writes there.
/// If the cell has another owner, it counts in the cell's shared part, atomically. Cells are made when
/// they are first needed and never given up: of very many threads, only the first are spared the atomic
/// step.
///
/// *Safe for several threads.* Nothing is lost; a sum taken meanwhile is a snapshot.
final class StripedCounter {

    private static final int CELLS = 32;

    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(Cell[].class);
    private static final VarHandle OWN;
    private static final VarHandle OWN_SECOND;
    private static final VarHandle SHARED;
    private static final VarHandle SHARED_SECOND;

    static {
        try {
            var lookup = MethodHandles.lookup();
            OWN = lookup.findVarHandle(Cell.class, "own", long.class);
            OWN_SECOND = lookup.findVarHandle(Cell.class, "ownSecond", long.class);
            SHARED = lookup.findVarHandle(Cell.class, "shared", long.class);
            SHARED_SECOND = lookup.findVarHandle(Cell.class, "sharedSecond", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final @Nullable Cell[] cells = new Cell[CELLS];

    /// The sum that counts as zero.
    private final AtomicLong base = new AtomicLong();

    /// What one thread has counted, what others have, and the same of a second number.
    @SuppressWarnings("UnusedVariable") // through their handles
    private static final class Cell extends Apart {
        private final long owner;
        private long own;
        private long ownSecond;
        private long shared;
        private long sharedSecond;

        Cell(long owner) {
            this.owner = owner;
        }
    }

    /// Counts one.
    ///
    /// @return how many were counted in the same place: over many calls, one in n is a multiple of n
    long increment() {
        return add(1);
    }

    /// Counts so many, or so many less.
    long add(long amount) {
        long thread = Thread.currentThread().threadId();
        Cell cell = cell(thread);
        if (cell.owner == thread) {
            long count = cell.own + amount;
            OWN.setOpaque(cell, count);
            return count;
        }
        return (long) SHARED.getAndAdd(cell, amount) + amount;
    }

    /// Counts so many, or so many less, and something else with it, in one go.
    void add(long amount, long second) {
        long thread = Thread.currentThread().threadId();
        Cell cell = cell(thread);
        if (cell.owner == thread) {
            OWN.setOpaque(cell, cell.own + amount);
            OWN_SECOND.setOpaque(cell, cell.ownSecond + second);
        } else {
            SHARED.getAndAdd(cell, amount);
            SHARED_SECOND.getAndAdd(cell, second);
        }
    }

    /// The cell in which a thread counts; its own if no other has come before it.
    private Cell cell(long thread) {
        int at = (int) thread & (CELLS - 1);
        Cell cell = (Cell) CELL.getAcquire(cells, at);
        return cell == null ? made(thread, at) : cell;
    }

    /// Apart from [#cell], so that the compiler finds that small enough to inline everywhere.
    private Cell made(long thread, int at) {
        var fresh = new Cell(thread);
        Cell first = (Cell) CELL.compareAndExchange(cells, at, (Cell) null, fresh);
        return first == null ? fresh : first;
    }

    long sum() {
        return total(OWN, SHARED) - base.get();
    }

    /// What was counted along with the sum. [#reset] leaves it.
    long secondSum() {
        return total(OWN_SECOND, SHARED_SECOND);
    }

    void reset() {
        base.set(total(OWN, SHARED));
    }

    private long total(VarHandle own, VarHandle shared) {
        long total = 0;
        for (int at = 0; at < CELLS; at++) {
            Cell cell = (Cell) CELL.getAcquire(cells, at);
            if (cell != null) {
                total += (long) own.getOpaque(cell) + (long) shared.getVolatile(cell);
            }
        }
        return total;
    }
}
