package dev.isobar.memory;

import dev.isobar.memory.ffi.MappedFaults;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A space that takes its memory in groups, each with a shared arena of its own, and cuts them into
/// blocks.
///
/// Blocks of equal rounded size share groups; a large block gets a group of its own. A wholly free
/// group is kept for the next blocks, whatever their size, until [#trim()] gives it back: closing an
/// arena asks every thread of the process, which is nothing for a request path. Only where a block
/// would otherwise be refused are spare groups given back to make room; and if that is not enough,
/// the block gets a larger slot than it needs, and occupies it.
///
/// *Safe for several threads.* Two locks: `lock` guards all state, and is held for a few hundred
/// nanoseconds, never while memory is taken or returned; `growth` lets one thread at a time take
/// another group, so that the others find it instead of taking one each.
abstract sealed class GroupedSpace implements MemorySpace permits HostSpace, MappedFileSpace {

    private final String name;
    private final long groupBytes;
    private final GroupMemory memory;
    private final boolean scrubOnFree;
    private final Object lock = new Object();
    private final ReentrantLock growth = new ReentrantLock();
    private final AtomicLong groupNumbers = new AtomicLong();
    // Written under lock. The volatile and atomic ones are also read without it.
    private final SegmentGroups groups = new SegmentGroups();
    private volatile long capacityBytes;
    private final AtomicLong usedBytes = new AtomicLong();
    private final AtomicLong committedBytes = new AtomicLong();
    private volatile boolean closed;
    private volatile SpaceLeak leak;
    private long liveBlocks;

    /// An empty space. Takes no memory yet.
    GroupedSpace(
            String name,
            long capacityBytes,
            long groupBytes,
            boolean scrubOnFree,
            GroupMemory memory) {
        this.name = name;
        this.capacityBytes = capacityBytes;
        this.groupBytes = groupBytes;
        this.scrubOnFree = scrubOnFree;
        this.memory = memory;
        this.leak = new SpaceLeak(name, 0, 0);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long capacityBytes() {
        return capacityBytes;
    }

    /// Changes how much may be taken from the system from now on. What was taken stays, also where
    /// it is more.
    ///
    /// @param newCapacityBytes from 1 to [HostSpaceConfig#MAX_CAPACITY_BYTES]
    /// @throws IllegalArgumentException if it is out of range
    public void capacityBytes(long newCapacityBytes) {
        HostSpaceConfig.requireCapacity(newCapacityBytes);
        synchronized (lock) {
            capacityBytes = newCapacityBytes;
        }
    }

    @Override
    public long usedBytes() {
        return usedBytes.get();
    }

    /// What was taken from the system, in bytes: blocks, free slots and spare groups. A snapshot.
    public long committedBytes() {
        return committedBytes.get();
    }

    /// What a block of that size would occupy, in bytes: for whoever has to make room before it
    /// allocates. The block may get a larger slot than that where no better one is to be had.
    ///
    /// @throws IllegalArgumentException if an argument is out of range
    public long occupiedBytesOf(long bytes, long alignment) {
        BlockShape.requireValid(bytes, alignment);
        return BlockShape.of(bytes, alignment, groupBytes).slotBytes();
    }

    @Override
    public MemoryBlock allocate(long bytes, long alignment) {
        BlockShape.requireValid(bytes, alignment);
        if (bytes > capacityBytes) {
            requireOpen();
            throw outOfSpace(bytes, alignment, null);
        }
        BlockShape shape = BlockShape.of(bytes, alignment, groupBytes);
        GroupBlock block = takeFromGroups(shape);
        if (block != null) {
            return block;
        }
        return shape.shared() ? growShared(shape) : growAlone(shape);
    }

    @Override
    public void free(MemoryBlock block) {
        GroupBlock own = requireOwn(block);
        if (scrubOnFree) {
            freeScrubbed(own);
            return;
        }
        synchronized (lock) {
            requireLive(own);
            own.markFreed();
            giveSlot(own);
        }
    }

    /// The block is nobody's while it is overwritten, and counts as used.
    private void freeScrubbed(GroupBlock block) {
        synchronized (lock) {
            requireLive(block);
            block.markFreed();
        }
        try {
            block.segment.fill((byte) 0);
        } catch (IllegalStateException _) {
            return; // closed meanwhile: all memory went back to the system
        }
        synchronized (lock) {
            if (!closed) {
                giveSlot(block);
            }
        }
    }

    private void giveSlot(GroupBlock block) {
        groups.give(block);
        usedBytes.addAndGet(-block.occupiedBytes());
        liveBlocks--;
    }

    @Override
    public void copyIn(MemorySegment source, MemoryBlock to, long toOffset) {
        MemorySegment target = range(to, toOffset, source.byteSize());
        copy(source, 0, target, toOffset, source.byteSize());
    }

    @Override
    public void copyOut(MemoryBlock from, long fromOffset, MemorySegment target) {
        MemorySegment source = range(from, fromOffset, target.byteSize());
        copy(source, fromOffset, target, 0, target.byteSize());
    }

    @Override
    public void copyAcross(
            MemoryBlock from, long fromOffset, MemoryBlock to, long toOffset, long bytes) {
        MemorySegment target = range(to, toOffset, bytes).asSlice(toOffset, bytes);
        from.space().copyOut(from, fromOffset, target);
    }

    @Override
    public PendingCopy copyInAsync(MemorySegment source, MemoryBlock to, long toOffset) {
        long bytes = source.byteSize();
        range(to, toOffset, bytes);
        return CopyTask.start(
                bytes,
                false,
                !CopyTask.reachableByAll(source),
                (offset, size) -> copyIn(source.asSlice(offset, size), to, toOffset + offset));
    }

    @Override
    public PendingCopy copyOutAsync(MemoryBlock from, long fromOffset, MemorySegment target) {
        long bytes = target.byteSize();
        range(from, fromOffset, bytes);
        CopyTask.requireWritable(target);
        return CopyTask.start(
                bytes,
                false,
                !CopyTask.reachableByAll(target),
                (offset, size) -> copyOut(from, fromOffset + offset, target.asSlice(offset, size)));
    }

    @Override
    public PendingCopy copyAcrossAsync(
            MemoryBlock from, long fromOffset, MemoryBlock to, long toOffset, long bytes) {
        range(to, toOffset, bytes);
        CopyTask.requireSource(from, fromOffset, bytes);
        return CopyTask.start(
                bytes,
                from.equals(to),
                false,
                (offset, size) ->
                        copyAcross(from, fromOffset + offset, to, toOffset + offset, size));
    }

    @Override
    public MemorySegment view(MemoryBlock block) {
        GroupBlock own = requireOwn(block);
        requireLive(own);
        return own.segment;
    }

    /// Gives wholly free groups back to the system; of host memory, all but one that is kept for the
    /// next block. Takes from some microseconds to some milliseconds for each, depending on how many threads
    /// run; so not for a request path.
    ///
    /// @return the bytes given back; a group in use by a native call stays for the next time
    public long trim() {
        return returnSpares(sparesKept());
    }

    @Override
    public SpaceLeak leak() {
        return leak;
    }

    @Override
    public void close() {
        List<SegmentGroup> all;
        synchronized (lock) {
            if (!closed) {
                leak = new SpaceLeak(name(), liveBlocks, usedBytes.get());
                closed = true;
            }
            liveBlocks = 0;
            usedBytes.set(0);
            all = groups.removeAll();
        }
        returnToSystem(all);
    }

    /// Spare groups that [#trim()] leaves for the next block.
    int sparesKept() {
        return 1;
    }

    /// Whether the memory may go away under the space.
    boolean mayFault() {
        return false;
    }

    boolean closed() {
        return closed;
    }

    /// Lets `use` work on the memory of all groups that are there; none is given back meanwhile.
    void withGroups(Consumer<MemorySegment> use) {
        growth.lock();
        try {
            List<MemorySegment> all;
            synchronized (lock) {
                requireOpen();
                all = groups.segments();
            }
            all.forEach(use);
        } finally {
            growth.unlock();
        }
    }

    /// Lets `use` work on the memory of the wholly free groups. Who needs one meanwhile waits.
    void withSpares(Consumer<MemorySegment> use) {
        growth.lock();
        try {
            List<SegmentGroup> spares;
            synchronized (lock) {
                requireOpen();
                spares = groups.removeSpares(0);
            }
            try {
                spares.forEach(group -> use.accept(group.segment()));
            } finally {
                keepOrReturn(spares);
            }
        } finally {
            growth.unlock();
        }
    }

    private void keepOrReturn(List<SegmentGroup> spares) {
        synchronized (lock) {
            if (!closed) {
                spares.forEach(groups::addSpare);
                return;
            }
        }
        returnToSystem(spares);
    }

    private @Nullable GroupBlock takeFromGroups(BlockShape shape) {
        synchronized (lock) {
            requireOpen();
            return counted(groups.take(this, shape));
        }
    }

    private GroupBlock growShared(BlockShape shape) {
        growth.lock();
        try {
            GroupBlock block = takeFromGroups(shape);
            if (block != null) {
                return block;
            }
            long reservedBytes = reserve(shape);
            return reservedBytes == 0 ? takeRoomier(shape) : takeNewGroup(shape, reservedBytes);
        } finally {
            growth.unlock();
        }
    }

    /// Only the reservation is made one thread at a time: clearing a large block may take long.
    private GroupBlock growAlone(BlockShape shape) {
        long reservedBytes;
        growth.lock();
        try {
            reservedBytes = reserve(shape);
        } finally {
            growth.unlock();
        }
        if (reservedBytes == 0) {
            throw outOfSpace(shape.bytes(), shape.alignment(), null);
        }
        return takeNewGroup(shape, reservedBytes);
    }

    private GroupBlock takeRoomier(BlockShape shape) {
        GroupBlock block;
        synchronized (lock) {
            block = counted(groups.takeRoomier(this, shape));
        }
        if (block == null) {
            throw outOfSpace(shape.bytes(), shape.alignment(), null);
        }
        return block;
    }

    /// Sets capacity aside for a group with at least one slot; 0 if there is none.
    private long reserve(BlockShape shape) {
        long reservedBytes = tryReserve(shape);
        if (reservedBytes == 0) {
            returnSpares(0);
            reservedBytes = tryReserve(shape);
        }
        return reservedBytes;
    }

    private long tryReserve(BlockShape shape) {
        long wantedBytes = shape.shared() ? groupBytes : shape.slotBytes();
        synchronized (lock) {
            requireOpen();
            long bytes = Math.min(wantedBytes, capacityBytes - committedBytes.get());
            if (bytes < shape.slotBytes()) {
                return 0;
            }
            committedBytes.addAndGet(bytes);
            return bytes;
        }
    }

    private GroupBlock takeNewGroup(BlockShape shape, long reservedBytes) {
        SegmentGroup group;
        try {
            group = SegmentGroup.take(groupNumbers.getAndIncrement(), reservedBytes, shape, memory);
        } catch (OutOfMemoryError | UncheckedIOException e) {
            uncommit(reservedBytes);
            throw outOfSpace(shape.bytes(), shape.alignment(), e);
        } catch (Throwable t) {
            uncommit(reservedBytes);
            throw t;
        }
        return publish(group, shape);
    }

    private GroupBlock publish(SegmentGroup group, BlockShape shape) {
        synchronized (lock) {
            if (!closed) {
                return Objects.requireNonNull(counted(groups.addAndTake(group, this, shape)));
            }
        }
        returnToSystem(List.of(group));
        throw closedException();
    }

    private @Nullable GroupBlock counted(@Nullable GroupBlock block) {
        if (block != null) {
            usedBytes.addAndGet(block.occupiedBytes());
            liveBlocks++;
        }
        return block;
    }

    private long returnSpares(int keep) {
        List<SegmentGroup> spares;
        synchronized (lock) {
            spares = groups.removeSpares(keep);
        }
        return returnToSystem(spares);
    }

    private long returnToSystem(List<SegmentGroup> unused) {
        long returnedBytes = 0;
        for (SegmentGroup group : unused) {
            try {
                group.returnToSystem();
                uncommit(group.bytes());
                returnedBytes += group.bytes();
            } catch (IllegalStateException _) {
                // In use by a native call: stays committed until the next attempt.
                synchronized (lock) {
                    groups.addSpare(group);
                }
            }
        }
        return returnedBytes;
    }

    private void uncommit(long bytes) {
        synchronized (lock) {
            committedBytes.addAndGet(-bytes);
        }
    }

    private void copy(
            MemorySegment from, long fromOffset, MemorySegment to, long toOffset, long bytes) {
        try {
            MemorySegment.copy(from, fromOffset, to, toOffset, bytes);
            if (mayFault()) {
                MappedFaults.raise();
            }
        } catch (IllegalStateException e) {
            requireOpen(); // closed under our hands: say so as everywhere else
            throw e;
        } catch (InternalError e) {
            // What the virtual machine makes of SIGBUS: the file was cut under its mapping.
            throw new MemorySpaceException(name, "copy", "SIGBUS", 7, e);
        }
    }

    private MemorySegment range(MemoryBlock block, long offset, long bytes) {
        GroupBlock own = requireOwn(block);
        requireLive(own);
        Objects.checkFromIndexSize(offset, bytes, own.bytes());
        return own.segment;
    }

    private GroupBlock requireOwn(MemoryBlock block) {
        Objects.requireNonNull(block, "block");
        if (block instanceof GroupBlock own && own.space() == this) {
            return own;
        }
        throw new IllegalArgumentException(
                "space %s: this block is of space %s".formatted(name(), block.space().name()));
    }

    private void requireLive(GroupBlock block) {
        if (block.freed()) {
            requireOpen();
            throw new IllegalStateException("space " + name() + ": the block is free already");
        }
    }

    private void requireOpen() {
        if (closed) {
            throw closedException();
        }
    }

    private IllegalStateException closedException() {
        return new IllegalStateException("space " + name() + " is closed");
    }

    private OutOfSpaceException outOfSpace(long bytes, long alignment, @Nullable Throwable cause) {
        return new OutOfSpaceException(
                name(), bytes, alignment, usedBytes(), committedBytes(), capacityBytes, cause);
    }
}
