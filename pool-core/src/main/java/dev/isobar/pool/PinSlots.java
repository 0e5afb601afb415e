package dev.isobar.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Pins of hot entries. A pin in the entry's own word is an atomic step on a line that other threads
/// want as well, and another to give it back; a pin here is a write to a place of this thread's own.
/// (A slot says what its thread uses, as a hazard pointer does: M. Michael, IEEE TPDS 2004. That readers
/// write apart from each other until somebody revokes it is from BRAVO: D. Dice, A. Kogan, USENIX ATC
/// 2019.)
///
/// An entry says by a bit in its word whether there may be pins of it in slots. Whoever takes a slot
/// looks at that bit again afterwards; whoever wants to evict or retire the entry takes the bit away,
/// and then moves what is in slots into the word. So one of the two sees the other.
///
/// A cell of eight slots belongs to the first thread whose number falls to it, and is written by that
/// thread only, but for a slot being emptied by whoever has ended or moved its lease. All other threads,
/// and one that has eight leases in slots already, pin in the word.
///
/// *Safe for several threads.* To take a slot costs one full fence; to look through all of them, up to
/// 32 cells.
final class PinSlots {

    private static final int CELLS = 32;
    private static final int SLOTS = 8;

    /// In front of the slots and behind them, so that no other thread's lines are theirs.
    private static final int APART = 32;

    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(Cell[].class);
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(EntryLease[].class);

    private final @Nullable Cell[] cells = new Cell[CELLS];

    /// The slots of one thread.
    private static final class Cell {
        private final long owner;
        private final @Nullable EntryLease<?, ?>[] slots =
                new EntryLease<?, ?>[APART + SLOTS + APART];

        Cell(long owner) {
            this.owner = owner;
        }

        /// The place of a free slot, or -1.
        int free() {
            for (int at = APART; at < APART + SLOTS; at++) {
                if (SLOT.getOpaque(slots, at) == null) {
                    return at;
                }
            }
            return -1;
        }
    }

    /// Pins an entry by a slot, if there may be pins of it in slots, and this thread has one free.
    <K, V> @Nullable EntryLease<K, V> lease(EntryTable<K, V> table, Entry<K, V> entry) {
        if (!entry.isSlotted()) {
            return null;
        }
        Cell cell = own();
        int at = cell == null ? -1 : cell.free();
        if (cell == null || at < 0) {
            return null;
        }
        var lease = new EntryLease<>(table, entry, cell.slots, at);
        SLOT.setVolatile(cell.slots, at, lease);
        if (entry.isSlotted()) {
            return lease;
        }
        lease.close();
        return null;
    }

    /// Empties the slot of a lease. For whoever has ended or moved it.
    static void empty(@Nullable EntryLease<?, ?>[] slots, int at) {
        SLOT.setRelease(slots, at, null);
    }

    /// Calls for each lease that is in a slot.
    void forEach(Consumer<EntryLease<?, ?>> action) {
        for (int i = 0; i < CELLS; i++) {
            Cell cell = (Cell) CELL.getAcquire(cells, i);
            if (cell != null) {
                forEach(cell.slots, action);
            }
        }
    }

    private static void forEach(
            @Nullable EntryLease<?, ?>[] slots, Consumer<EntryLease<?, ?>> action) {
        for (int at = APART; at < APART + SLOTS; at++) {
            EntryLease<?, ?> lease = (EntryLease<?, ?>) SLOT.getVolatile(slots, at);
            if (lease != null) {
                action.accept(lease);
            }
        }
    }

    /// This thread's cell; null if it has none.
    private @Nullable Cell own() {
        long thread = Thread.currentThread().threadId();
        int at = (int) thread & (CELLS - 1);
        Cell cell = (Cell) CELL.getAcquire(cells, at);
        if (cell == null) {
            cell = made(thread, at);
        }
        return cell.owner == thread ? cell : null;
    }

    private Cell made(long thread, int at) {
        var fresh = new Cell(thread);
        Cell first = (Cell) CELL.compareAndExchange(cells, at, (Cell) null, fresh);
        return first == null ? fresh : first;
    }
}
