package dev.isobar.memory;

import java.util.concurrent.atomic.AtomicInteger;

/// One allocation of a device.
///
/// Its state is one number: how many copies are using it, or that it is gone. So a block that is
/// being copied cannot be freed, and one that is being freed cannot be copied, whatever callers do:
/// a driver that is handed a stale handle may take the process down.
///
/// *Safe for several threads.*
final class DeviceBlock implements MemoryBlock {

    /// What became of an attempt to free the block.
    enum Freeing {
        /// The caller has it, and has to say how it ended.
        BEGUN,
        /// Copies are using it.
        IN_USE,
        /// Somebody else is at it, or was.
        TAKEN,
        /// The holder's own free failed, and the space has since made up for it: all is well.
        MADE_UP_FOR
    }

    private static final int BEING_FREED = -1;
    private static final int FREED = -2;
    private static final int MADE_UP_FOR = -3;

    final long handle;

    private final DeviceSpace space;
    private final long bytes;
    private final long occupiedBytes;
    private final long shiftBytes;
    private final AtomicInteger state = new AtomicInteger();
    private volatile boolean surrendered;

    /// @param shiftBytes where in the allocation the block begins
    DeviceBlock(DeviceSpace space, long handle, long bytes, long occupiedBytes, long shiftBytes) {
        this.space = space;
        this.handle = handle;
        this.bytes = bytes;
        this.occupiedBytes = occupiedBytes;
        this.shiftBytes = shiftBytes;
    }

    @Override
    public DeviceSpace space() {
        return space;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public long occupiedBytes() {
        return occupiedBytes;
    }

    @Override
    public boolean freed() {
        return state.get() <= FREED || space.closed();
    }

    /// Where a place in the block is in its allocation.
    long at(long offset) {
        return shiftBytes + offset;
    }

    /// Whether the holder gave the block up, and the device did not take it.
    boolean surrendered() {
        return surrendered;
    }

    /// Says whether the block is kept alive until [#leave()].
    boolean enter() {
        int seen = state.get();
        while (seen >= 0) {
            if (state.compareAndSet(seen, seen + 1)) {
                return true;
            }
            seen = state.get();
        }
        return false;
    }

    void leave() {
        state.decrementAndGet();
    }

    Freeing beginFree() {
        while (true) {
            int seen = state.get();
            if (seen == BEING_FREED && surrendered) {
                Thread.onSpinWait(); // the space is trying again: see how that ends
            } else if (seen > 0) {
                return Freeing.IN_USE;
            } else if (seen == MADE_UP_FOR && state.compareAndSet(MADE_UP_FOR, FREED)) {
                return Freeing.MADE_UP_FOR;
            } else if (seen < 0) {
                return Freeing.TAKEN;
            } else if (state.compareAndSet(0, BEING_FREED)) {
                return Freeing.BEGUN;
            }
        }
    }

    /// The same for the space, which does not wait for others.
    boolean beginFreeAgain() {
        return state.compareAndSet(0, BEING_FREED);
    }

    void freeSucceeded(boolean bySpace) {
        state.set(bySpace && surrendered ? MADE_UP_FOR : FREED);
    }

    void freeFailed() {
        surrendered = true;
        state.set(0);
    }

    @Override
    public String toString() {
        return "block[space=" + space.name() + ", bytes=" + bytes + ", freed=" + freed() + "]";
    }
}
