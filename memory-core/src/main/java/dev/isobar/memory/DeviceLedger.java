package dev.isobar.memory;

import dev.isobar.memory.device.DeviceException;
import dev.isobar.memory.device.DeviceException.Meaning;
import dev.isobar.memory.device.DeviceMemory;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Every block that a [DeviceSpace] has handed out, and the bytes they occupy.
///
/// Bytes are reserved before the device is asked, and given back when it has freed them, never
/// before. A block that it would not free stays counted; it is tried again when its holder asks, when
/// an allocation would fail without it, and at the end.
///
/// *Safe for several threads.* No lock is held while the driver is called.
final class DeviceLedger {

    private final DeviceSpace space;
    private final DeviceMemory memory;
    private final long capacityBytes;
    private final AtomicLong usedBytes = new AtomicLong();
    private final Set<DeviceBlock> live = ConcurrentHashMap.newKeySet();
    private final Set<DeviceBlock> surrendered = ConcurrentHashMap.newKeySet();

    DeviceLedger(DeviceSpace space, DeviceMemory memory, long capacityBytes) {
        this.space = space;
        this.memory = memory;
        this.capacityBytes = capacityBytes;
    }

    long capacityBytes() {
        return capacityBytes;
    }

    long usedBytes() {
        return usedBytes.get();
    }

    DeviceBlock allocate(long bytes, long alignment) {
        BlockShape.requireValid(bytes, alignment);
        if (bytes > capacityBytes) {
            throw outOfSpace(bytes, alignment, "", null);
        }
        long occupied = occupiedBytes(bytes, alignment);
        if (occupied > memory.largestBytes()) {
            String reason =
                    "the device has at most %d bytes in one piece".formatted(memory.largestBytes());
            throw outOfSpace(bytes, alignment, reason, null);
        }
        if (!reserve(occupied) && !(retrySurrendered() && reserve(occupied))) {
            throw outOfSpace(bytes, alignment, "", null);
        }
        return allocateReserved(bytes, alignment, occupied);
    }

    /// @throws DeviceException if the device would not: the block stays, and counts
    void free(DeviceBlock block, boolean bySpace) {
        try {
            memory.free(block.handle);
        } catch (Throwable t) {
            surrendered.add(block);
            block.freeFailed();
            throw t;
        }
        strike(block, bySpace);
    }

    /// Tries the blocks again that the device would not free.
    ///
    /// @return whether some are free now
    boolean retrySurrendered() {
        boolean some = false;
        for (DeviceBlock block : surrendered) {
            if (block.beginFreeAgain()) {
                try {
                    free(block, true);
                    some = true;
                } catch (DeviceException _) {
                    // stays where it is, and counted; its holder was told when it happened first
                }
            }
        }
        return some;
    }

    /// Frees what there is, at the end. Nobody else is inside any more.
    ///
    /// @return the first failure; null if all is free, or was lost together with the device
    @Nullable DeviceException freeAll() {
        DeviceException failure = null;
        for (DeviceBlock block : live) {
            if (!block.beginFreeAgain()) {
                continue;
            }
            try {
                free(block, true);
            } catch (DeviceException e) {
                if (e.meaning() != Meaning.LOST) {
                    failure = first(failure, e);
                } else if (block.beginFreeAgain()) {
                    strike(block, true);
                }
            }
        }
        return failure;
    }

    /// What is handed out now. Blocks that their holders gave up do not count.
    SpaceLeak leak() {
        long blocks = 0;
        long bytes = 0;
        for (DeviceBlock block : live) {
            if (!block.surrendered()) {
                blocks++;
                bytes += block.occupiedBytes();
            }
        }
        return new SpaceLeak(space.name(), blocks, bytes);
    }

    private void strike(DeviceBlock block, boolean bySpace) {
        live.remove(block);
        surrendered.remove(block);
        block.freeSucceeded(bySpace);
        usedBytes.addAndGet(-block.occupiedBytes());
    }

    private DeviceBlock allocateReserved(long bytes, long alignment, long occupied) {
        try {
            return take(bytes, alignment, occupied);
        } catch (DeviceException e) {
            if (e.meaning() != Meaning.NO_ROOM) {
                throw space.failure(e);
            }
            throw outOfSpace(bytes, alignment, e.codeName(), e);
        }
    }

    private DeviceBlock take(long bytes, long alignment, long occupied) {
        try {
            return takeOnce(bytes, alignment, occupied);
        } catch (DeviceException e) {
            if (e.meaning() != Meaning.NO_ROOM || !retrySurrendered() || !reserve(occupied)) {
                throw e;
            }
            return takeOnce(bytes, alignment, occupied);
        }
    }

    /// Takes memory for which bytes are reserved. If that fails they are given back, unless the
    /// memory is there and cannot be used nor freed: then it counts until it is.
    private DeviceBlock takeOnce(long bytes, long alignment, long occupied) {
        long handle;
        try {
            handle = memory.allocate(occupied);
        } catch (Throwable t) {
            usedBytes.addAndGet(-occupied);
            throw t;
        }
        DeviceBlock block = entered(handle, bytes, alignment, occupied);
        try {
            memory.settle(handle);
        } catch (DeviceException e) {
            if (block.beginFreeAgain()) {
                freeUnusable(block, e);
            }
            throw e;
        }
        return block;
    }

    private void freeUnusable(DeviceBlock block, DeviceException failure) {
        try {
            free(block, true);
        } catch (DeviceException e) {
            failure.addSuppressed(e);
        }
    }

    private DeviceBlock entered(long handle, long bytes, long alignment, long occupied) {
        long shift = memory.handlesAreAddresses() ? roundUp(handle, alignment) - handle : 0;
        DeviceBlock block = new DeviceBlock(space, handle, bytes, occupied, shift);
        live.add(block);
        return block;
    }

    /// Says whether there was room under the capacity.
    private boolean reserve(long occupied) {
        long used = usedBytes.get();
        while (occupied <= capacityBytes - used) {
            if (usedBytes.compareAndSet(used, used + occupied)) {
                return true;
            }
            used = usedBytes.get();
        }
        return false;
    }

    private long occupiedBytes(long bytes, long alignment) {
        long excess =
                memory.handlesAreAddresses() ? Math.max(0, alignment - memory.alignmentBytes()) : 0;
        return roundUp(Math.addExact(bytes, excess), memory.granuleBytes());
    }

    private OutOfSpaceException outOfSpace(
            long bytes, long alignment, String reason, @Nullable Throwable cause) {
        long used = usedBytes();
        return new OutOfSpaceException(
                space.name(), bytes, alignment, used, used, capacityBytes, reason, cause);
    }

    private static DeviceException first(@Nullable DeviceException first, DeviceException next) {
        if (first == null) {
            return next;
        }
        first.addSuppressed(next);
        return first;
    }

    private static long roundUp(long bytes, long powerOfTwo) {
        return (bytes + powerOfTwo - 1) & -powerOfTwo;
    }
}
