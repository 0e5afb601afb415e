package dev.isobar.memory.load;

import dev.isobar.memory.MemoryBlock;
import dev.isobar.memory.MemorySpace;
import dev.isobar.memory.OutOfSpaceException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The slots of a [StreamingWindow]: blocks of one size, and which of them hold no layer.
///
/// *Guarded by caller:* by the monitor of the window.
final class WindowSlots {

    private static final long SLOT_ALIGNMENT = 4096;

    private final MemorySpace space;
    private final List<MemoryBlock> free = new ArrayList<>();

    /// Those that the space did not take back. It may do so by itself later: nothing is put there any
    /// more.
    private final List<MemoryBlock> refused = new ArrayList<>();

    private int count;

    WindowSlots(MemorySpace space) {
        this.space = space;
    }

    /// How many there are, with a layer or without; not those that the space did not take back.
    int count() {
        return count;
    }

    /// Allocates them, all or none.
    ///
    /// @throws WindowException `BUDGET_TOO_SMALL` or `NO_ROOM`
    void allocate(int wanted, long bytes, long budgetBytes) {
        if (bytes > budgetBytes / wanted) {
            throw tooSmall(wanted, bytes, budgetBytes);
        }
        long occupied = 0;
        try {
            for (int i = 0; i < wanted; i++) {
                MemoryBlock block = space.allocate(bytes, SLOT_ALIGNMENT);
                free.add(block);
                occupied += block.occupiedBytes();
            }
            if (occupied > budgetBytes) {
                throw tooSmall(wanted, occupied / wanted, budgetBytes);
            }
            count = wanted;
        } catch (OutOfSpaceException e) {
            throw freed(new WindowException(WindowError.NO_ROOM, e.getMessage() + "", e));
        } catch (RuntimeException e) {
            throw freed(e);
        }
    }

    /// One that holds no layer; null if there is none.
    @Nullable MemoryBlock take() {
        return free.isEmpty() ? null : free.removeLast();
    }

    /// One that holds no layer any more.
    void give(MemoryBlock slot) {
        free.add(slot);
    }

    /// Gives those that hold no layer back to the space, until one is not taken: the others serve on.
    ///
    /// @return why it was not taken; null if none is left
    @Nullable RuntimeException release() {
        try {
            while (!refused.isEmpty()) {
                space.free(refused.getLast());
                refused.removeLast();
            }
            while (!free.isEmpty()) {
                MemoryBlock slot = free.removeLast();
                count--;
                refused.add(slot);
                space.free(slot);
                refused.removeLast();
            }
            return null;
        } catch (RuntimeException e) {
            return e;
        }
    }

    private RuntimeException freed(RuntimeException cause) {
        count = free.size();
        RuntimeException failure = release();
        if (failure != null) {
            cause.addSuppressed(failure);
            refused.addAll(free);
            free.clear();
            count = 0;
        }
        return cause;
    }

    private static WindowException tooSmall(int slots, long bytes, long budgetBytes) {
        return new WindowException(
                WindowError.BUDGET_TOO_SMALL,
                "%d slots of %d bytes, the budget is %d".formatted(slots, bytes, budgetBytes));
    }
}
