package dev.isobar.memory;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Memory of the host, outside the Java heap.
///
/// It is taken from the system in groups, each with a shared arena of its own, and cut into blocks.
/// Blocks of equal rounded size share groups; a large block gets a group of its own. A wholly free
/// group is kept for the next blocks, whatever their size, until [#trim()] gives it back: closing an
/// arena asks every thread of the process, which is nothing for a request path. Only where a block
/// would otherwise be refused are spare groups given back to make room; and if that is not enough,
/// the block gets a larger slot than it needs, and occupies it.
///
/// [#committedBytes()] says what was taken from the system, and is bounded by the capacity;
/// [#usedBytes()] says what blocks occupy of it.
///
/// The virtual machine counts this memory as direct memory: `-XX:MaxDirectMemorySize`, by default
/// as large as the maximum heap, is a bound of its own.
///
/// *Safe for several threads.* Two locks: `lock` guards all state, and is held for a few hundred
/// nanoseconds, never while memory is taken or returned; `growth` lets one thread at a time take
/// another group, so that the others find it instead of taking one each.
public final class HostSpace implements MemorySpace {

    private static final int SPARE_GROUPS_KEPT = 1;

    private final HostSpaceConfig config;
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
    public HostSpace(HostSpaceConfig config) {
        this.config = Objects.requireNonNull(config, "config");
        this.capacityBytes = config.capacityBytes();
        this.leak = new SpaceLeak(config.name(), 0, 0);
    }

    /// An empty space with the [default group size][HostSpaceConfig#of(String, long)].
    ///
    /// @throws IllegalArgumentException if the name is blank or the capacity out of range
    public static HostSpace of(String name, long capacityBytes) {
        return new HostSpace(HostSpaceConfig.of(name, capacityBytes));
    }

    @Override
    public String name() {
        return config.name();
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
        return BlockShape.of(bytes, alignment, config.groupBytes()).slotBytes();
    }

    @Override
    public MemoryBlock allocate(long bytes, long alignment) {
        BlockShape.requireValid(bytes, alignment);
        if (bytes > capacityBytes) {
            requireOpen();
            throw outOfSpace(bytes, alignment, null);
        }
        BlockShape shape = BlockShape.of(bytes, alignment, config.groupBytes());
        HostBlock block = takeFromGroups(shape);
        if (block != null) {
            return block;
        }
        return shape.shared() ? growShared(shape) : growAlone(shape);
    }

    @Override
    public void free(MemoryBlock block) {
        HostBlock own = requireOwn(block);
        synchronized (lock) {
            requireLive(own);
            own.markFreed();
            groups.give(own);
            usedBytes.addAndGet(-own.occupiedBytes());
            liveBlocks--;
        }
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
    public MemorySegment view(MemoryBlock block) {
        HostBlock own = requireOwn(block);
        requireLive(own);
        return own.segment;
    }

    /// Gives wholly free groups back to the system, all but one that is kept for the next block.
    /// Takes from some microseconds to some milliseconds for each, depending on how many threads
    /// run; so not for a request path.
    ///
    /// @return the bytes given back; a group in use by a native call stays for the next time
    public long trim() {
        return returnSpares(SPARE_GROUPS_KEPT);
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

    boolean closed() {
        return closed;
    }

    private @Nullable HostBlock takeFromGroups(BlockShape shape) {
        synchronized (lock) {
            requireOpen();
            return counted(groups.take(this, shape));
        }
    }

    private HostBlock growShared(BlockShape shape) {
        growth.lock();
        try {
            HostBlock block = takeFromGroups(shape);
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
    private HostBlock growAlone(BlockShape shape) {
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

    private HostBlock takeRoomier(BlockShape shape) {
        HostBlock block;
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
        long wantedBytes = shape.shared() ? config.groupBytes() : shape.slotBytes();
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

    private HostBlock takeNewGroup(BlockShape shape, long reservedBytes) {
        SegmentGroup group;
        try {
            group = SegmentGroup.take(groupNumbers.getAndIncrement(), reservedBytes, shape);
        } catch (OutOfMemoryError e) {
            uncommit(reservedBytes);
            throw outOfSpace(shape.bytes(), shape.alignment(), e);
        }
        return publish(group, shape);
    }

    private HostBlock publish(SegmentGroup group, BlockShape shape) {
        synchronized (lock) {
            if (!closed) {
                return Objects.requireNonNull(counted(groups.addAndTake(group, this, shape)));
            }
        }
        returnToSystem(List.of(group));
        throw closedException();
    }

    private @Nullable HostBlock counted(@Nullable HostBlock block) {
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
        } catch (IllegalStateException e) {
            requireOpen(); // closed under our hands: say so as everywhere else
            throw e;
        }
    }

    private MemorySegment range(MemoryBlock block, long offset, long bytes) {
        HostBlock own = requireOwn(block);
        requireLive(own);
        Objects.checkFromIndexSize(offset, bytes, own.bytes());
        return own.segment;
    }

    private HostBlock requireOwn(MemoryBlock block) {
        Objects.requireNonNull(block, "block");
        if (block instanceof HostBlock own && own.space() == this) {
            return own;
        }
        throw new IllegalArgumentException(
                "space %s: this block is of space %s".formatted(name(), block.space().name()));
    }

    private void requireLive(HostBlock block) {
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

    private OutOfSpaceException outOfSpace(
            long bytes, long alignment, @Nullable OutOfMemoryError cause) {
        return new OutOfSpaceException(
                name(), bytes, alignment, usedBytes(), committedBytes(), capacityBytes, cause);
    }
}
