package dev.isobar.memory;

import dev.isobar.memory.device.DeviceException;
import dev.isobar.memory.device.DeviceMemory;
import dev.isobar.memory.device.Transfer;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What the spaces on devices have in common.
///
/// Every operation passes the [Gate], so that closing waits for those that run and refuses those
/// that come later. A copy also enters its blocks, so that none is freed under it.
///
/// *Safe for several threads,* virtual ones included; a native call holds a virtual thread's
/// carrier. No lock is held while the driver is called.
abstract class DeviceSpace implements MemorySpace {

    private enum Phase {
        OPEN,
        CLOSING,
        CLOSED
    }

    final DeviceMemory memory;

    private final String name;
    private final SpaceKind kind;
    private final DeviceLedger ledger;
    private final StagingBuffers staging;
    private final DeviceCopies copies;
    private final Gate gate = new Gate();
    private final Set<PendingTransfer> pending = ConcurrentHashMap.newKeySet();
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.OPEN);
    private volatile @Nullable SpaceLeak leak;

    /// @param memory owned by this space from now on
    DeviceSpace(String name, SpaceKind kind, DeviceMemory memory, long capacityBytes) {
        this.name = name;
        this.kind = kind;
        this.memory = memory;
        this.ledger = new DeviceLedger(this, memory, capacityBytes);
        this.staging = new StagingBuffers(memory);
        this.copies = new DeviceCopies(memory, staging);
    }

    /// @throws IllegalArgumentException if one of them will not do
    static void requireValid(String name, long capacityBytes) {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("space name must not be blank");
        }
        HostSpaceConfig.requireCapacity(capacityBytes);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public SpaceKind kind() {
        return kind;
    }

    @Override
    public long capacityBytes() {
        return ledger.capacityBytes();
    }

    @Override
    public long usedBytes() {
        return ledger.usedBytes();
    }

    /// The most that one block may have, in bytes, whatever the capacity.
    public long largestBlockBytes() {
        return memory.largestBytes();
    }

    /// @throws MemorySpaceException if the device fails
    /// @throws IllegalStateException if the space is closed
    @Override
    public OptionalLong systemFreeBytes() {
        return inside(memory::freeBytes);
    }

    @Override
    public MemoryBlock allocate(long bytes, long alignment) {
        return inside(() -> ledger.allocate(bytes, alignment));
    }

    /// @throws IllegalStateException also if a copy is using the block
    @Override
    public void free(MemoryBlock block) {
        DeviceBlock own = requireOwn(block);
        inside(() -> {
            freeEntered(own);
            return own;
        });
    }

    @Override
    public void copyIn(MemorySegment source, MemoryBlock to, long toOffset) {
        DeviceBlock own = requireOwn(to);
        using(
                own,
                toOffset,
                source.byteSize(),
                () -> {
                    copies.write(source, own, toOffset);
                    return own;
                });
    }

    @Override
    public void copyOut(MemoryBlock from, long fromOffset, MemorySegment target) {
        DeviceBlock own = requireOwn(from);
        using(
                own,
                fromOffset,
                target.byteSize(),
                () -> {
                    CopyTask.requireWritable(target);
                    copies.read(own, fromOffset, target);
                    return own;
                });
    }

    @Override
    public void copyAcross(
            MemoryBlock from, long fromOffset, MemoryBlock to, long toOffset, long bytes) {
        DeviceBlock own = requireOwn(to);
        using(
                own,
                toOffset,
                bytes,
                () -> {
                    copyFrom(from, fromOffset, own, toOffset, bytes);
                    return own;
                });
    }

    @Override
    public PendingCopy copyInAsync(MemorySegment source, MemoryBlock to, long toOffset) {
        DeviceBlock own = requireOwn(to);
        long bytes = source.byteSize();
        if (bytes > 0 && source.isNative()) {
            return start(
                    List.of(new Range(own, toOffset)),
                    bytes,
                    source,
                    () -> memory.startWrite(own.handle, own.at(toOffset), source));
        }
        using(own, toOffset, bytes, () -> own);
        return CopyTask.start(
                bytes,
                false,
                !CopyTask.reachableByAll(source),
                (offset, size) -> copyIn(source.asSlice(offset, size), to, toOffset + offset));
    }

    @Override
    public PendingCopy copyOutAsync(MemoryBlock from, long fromOffset, MemorySegment target) {
        DeviceBlock own = requireOwn(from);
        long bytes = target.byteSize();
        CopyTask.requireWritable(target);
        if (bytes > 0 && target.isNative()) {
            return start(
                    List.of(new Range(own, fromOffset)),
                    bytes,
                    target,
                    () -> memory.startRead(own.handle, own.at(fromOffset), target));
        }
        using(own, fromOffset, bytes, () -> own);
        return CopyTask.start(
                bytes,
                false,
                !CopyTask.reachableByAll(target),
                (offset, size) -> copyOut(from, fromOffset + offset, target.asSlice(offset, size)));
    }

    @Override
    public PendingCopy copyAcrossAsync(
            MemoryBlock from, long fromOffset, MemoryBlock to, long toOffset, long bytes) {
        DeviceBlock own = requireOwn(to);
        if (bytes > 0
                && from instanceof DeviceBlock near
                && memory.knowsHandlesOf(near.space().memory)
                && !DeviceCopies.overlap(near, fromOffset, own, toOffset, bytes)) {
            return start(
                    List.of(new Range(own, toOffset), new Range(near, fromOffset)),
                    bytes,
                    null,
                    () ->
                            memory.startCopy(
                                    near.handle,
                                    near.at(fromOffset),
                                    own.handle,
                                    own.at(toOffset),
                                    bytes));
        }
        using(own, toOffset, bytes, () -> own);
        CopyTask.requireSource(from, fromOffset, bytes);
        return CopyTask.start(
                bytes,
                from.equals(to),
                false,
                (offset, size) ->
                        copyAcross(from, fromOffset + offset, to, toOffset + offset, size));
    }

    /// Never: the bytes are the device's.
    ///
    /// @throws UnsupportedOperationException always, if the block is this space's and live
    @Override
    public MemorySegment view(MemoryBlock block) {
        using(requireOwn(block), 0, 0, () -> block);
        throw new UnsupportedOperationException(
                "space %s: the bytes of a device have no host view; copy them out".formatted(name));
    }

    @Override
    public SpaceLeak leak() {
        SpaceLeak found = leak;
        return found == null ? new SpaceLeak(name, 0, 0) : found;
    }

    /// Waits for operations and copies that are under way; later ones are refused.
    ///
    /// If the device will not give all back, what is left stays counted, and closing again tries
    /// again.
    ///
    /// @throws MemorySpaceException if the device failed to give something back
    @Override
    public void close() {
        gate.shut();
        if (!phase.compareAndSet(Phase.OPEN, Phase.CLOSING)) {
            return;
        }
        Phase after = Phase.OPEN;
        try {
            pending.forEach(PendingTransfer::close);
            if (leak == null) {
                leak = ledger.leak();
            }
            giveAllBack();
            after = Phase.CLOSED;
        } finally {
            phase.set(after);
        }
    }

    /// Gives back what else was taken from the driver.
    void giveHostMemoryBack() {}

    boolean closed() {
        return gate.isShut();
    }

    MemorySpaceException failure(DeviceException e) {
        return new MemorySpaceException(name, e.function(), e.codeName(), e.code(), e);
    }

    /// Does something while the space cannot be closed.
    <T> T inside(Supplier<T> operation) {
        if (!gate.enter()) {
            throw closedException();
        }
        try {
            return operation.get();
        } catch (DeviceException e) {
            throw failure(e);
        } finally {
            gate.leave();
        }
    }

    /// Does something while the space cannot be closed nor the block freed.
    private <T> T using(DeviceBlock block, long offset, long bytes, Supplier<T> operation) {
        return inside(() -> {
            enter(block);
            try {
                Objects.checkFromIndexSize(offset, bytes, block.bytes());
                return operation.get();
            } finally {
                block.leave();
            }
        });
    }

    private void copyFrom(
            MemoryBlock from, long fromOffset, DeviceBlock own, long toOffset, long bytes) {
        if (from instanceof DeviceBlock near && memory.knowsHandlesOf(near.space().memory)) {
            near.space()
                    .using(
                            near,
                            fromOffset,
                            bytes,
                            () -> {
                                copies.inDevice(near, fromOffset, own, toOffset, bytes);
                                return near;
                            });
            return;
        }
        CopyTask.requireSource(from, fromOffset, bytes);
        switch (from.space().kind()) {
            case HOST, MAPPED_FILE -> {
                MemorySegment view = from.space().view(from);
                copies.write(view.asSlice(fromOffset, bytes), own, toOffset);
            }
            case OPENCL, CUDA -> copies.fromElsewhere(from, fromOffset, own, toOffset, bytes);
        }
    }

    /// Hands a copy to the device. Its blocks stay entered until it is over.
    private PendingCopy start(
            List<Range> ranges, long bytes, @Nullable Object host, Supplier<Transfer> start) {
        return inside(() -> {
            List<DeviceBlock> entered = new ArrayList<>();
            try {
                for (Range range : ranges) {
                    range.block.space().enter(range.block);
                    entered.add(range.block);
                    Objects.checkFromIndexSize(range.offset, bytes, range.block.bytes());
                }
                return register(start.get(), bytes, host, entered);
            } catch (Throwable t) {
                entered.forEach(DeviceBlock::leave);
                throw t;
            }
        });
    }

    private PendingCopy register(
            Transfer transfer, long bytes, @Nullable Object host, List<DeviceBlock> entered) {
        PendingTransfer copy =
                new PendingTransfer(
                        this,
                        transfer,
                        bytes,
                        host,
                        over -> {
                            entered.forEach(DeviceBlock::leave);
                            pending.remove(over);
                        });
        pending.add(copy);
        return copy;
    }

    private void enter(DeviceBlock block) {
        if (!block.enter()) {
            throw freeAlready();
        }
    }

    private void freeEntered(DeviceBlock block) {
        DeviceBlock.Freeing freeing = block.beginFree();
        if (freeing == DeviceBlock.Freeing.IN_USE) {
            pending.forEach(PendingTransfer::done); // those that are over let go of it
            freeing = block.beginFree();
        }
        switch (freeing) {
            case BEGUN -> ledger.free(block, false);
            case MADE_UP_FOR -> {}
            case TAKEN -> throw freeAlready();
            case IN_USE ->
                    throw new IllegalStateException(
                            "space " + name + ": a copy is using the block");
        }
    }

    private void giveAllBack() {
        try {
            DeviceException failure = ledger.freeAll();
            if (failure != null) {
                throw failure;
            }
            giveHostMemoryBack();
            staging.close();
            memory.close();
        } catch (DeviceException e) {
            throw failure(e);
        }
    }

    private DeviceBlock requireOwn(MemoryBlock block) {
        Objects.requireNonNull(block, "block");
        if (block instanceof DeviceBlock own && own.space().equals(this)) {
            return own;
        }
        throw new IllegalArgumentException(
                "space %s: this block is of space %s".formatted(name, block.space().name()));
    }

    private IllegalStateException freeAlready() {
        return new IllegalStateException("space " + name + ": the block is free already");
    }

    private IllegalStateException closedException() {
        return new IllegalStateException("space " + name + " is closed");
    }

    private record Range(DeviceBlock block, long offset) {}
}
