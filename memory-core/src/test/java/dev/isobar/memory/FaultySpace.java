package dev.isobar.memory;

import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/// A space over arrays of the heap that fails when told to. It counts what it handed out, so that a
/// test can compare.
final class FaultySpace implements MemorySpace {

    private final SpaceKind kind;
    private final long capacityBytes;
    private final AtomicLong usedBytes = new AtomicLong();
    private final AtomicLong liveBlocks = new AtomicLong();
    private volatile boolean closed;

    /// Blocks that may still be allocated before it says there is no room.
    final AtomicLong allocationsLeft = new AtomicLong(Long.MAX_VALUE);

    /// Frees that fail from now on.
    final AtomicLong freesToFail = new AtomicLong();

    /// Bytes that may still be copied before the device is lost.
    final AtomicLong copyBytesLeft = new AtomicLong(Long.MAX_VALUE);

    FaultySpace(SpaceKind kind, long capacityBytes) {
        this.kind = kind;
        this.capacityBytes = capacityBytes;
    }

    static FaultySpace host() {
        return new FaultySpace(SpaceKind.HOST, 1L << 40);
    }

    long liveBlocks() {
        return liveBlocks.get();
    }

    @Override
    public String name() {
        return "faulty";
    }

    @Override
    public SpaceKind kind() {
        return kind;
    }

    @Override
    public long capacityBytes() {
        return capacityBytes;
    }

    @Override
    public long usedBytes() {
        return usedBytes.get();
    }

    @Override
    public OptionalLong systemFreeBytes() {
        return OptionalLong.empty();
    }

    @Override
    public MemoryBlock allocate(long bytes, long alignment) {
        if (allocationsLeft.getAndDecrement() <= 0) {
            allocationsLeft.set(0);
            throw new OutOfSpaceException(
                    name(), bytes, alignment, usedBytes(), usedBytes(), capacityBytes, null);
        }
        usedBytes.addAndGet(bytes);
        liveBlocks.incrementAndGet();
        return new Block(this, MemorySegment.ofArray(new byte[Math.toIntExact(bytes)]));
    }

    @Override
    public void free(MemoryBlock block) {
        if (block.freed()) {
            throw new IllegalStateException("free already");
        }
        if (freesToFail.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new MemorySpaceException(name(), "free", "DEVICE_BUSY", 99);
        }
        ((Block) block).freed = true;
        usedBytes.addAndGet(-block.bytes());
        liveBlocks.decrementAndGet();
    }

    @Override
    public void copyIn(MemorySegment source, MemoryBlock to, long toOffset) {
        copy(source, 0, ((Block) to).bytes, toOffset, source.byteSize());
    }

    @Override
    public void copyOut(MemoryBlock from, long fromOffset, MemorySegment target) {
        copy(((Block) from).bytes, fromOffset, target, 0, target.byteSize());
    }

    @Override
    public void copyAcross(
            MemoryBlock from, long fromOffset, MemoryBlock to, long toOffset, long bytes) {
        from.space().copyOut(from, fromOffset, ((Block) to).bytes.asSlice(toOffset, bytes));
    }

    private void copy(
            MemorySegment from, long fromOffset, MemorySegment to, long toOffset, long bytes) {
        long left = copyBytesLeft.getAndUpdate(was -> Math.max(0, was - bytes));
        MemorySegment.copy(from, fromOffset, to, toOffset, Math.min(left, bytes));
        if (left < bytes) {
            throw new MemorySpaceException(name(), "copy", "DEVICE_LOST", -5);
        }
    }

    @Override
    public PendingCopy copyInAsync(MemorySegment source, MemoryBlock to, long toOffset) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PendingCopy copyOutAsync(MemoryBlock from, long fromOffset, MemorySegment target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PendingCopy copyAcrossAsync(
            MemoryBlock from, long fromOffset, MemoryBlock to, long toOffset, long bytes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MemorySegment view(MemoryBlock block) {
        return ((Block) block).bytes;
    }

    @Override
    public SpaceLeak leak() {
        return new SpaceLeak(name(), 0, 0);
    }

    @Override
    public void close() {
        closed = true;
    }

    private static final class Block implements MemoryBlock {
        private final FaultySpace space;
        private final MemorySegment bytes;
        private volatile boolean freed;

        Block(FaultySpace space, MemorySegment bytes) {
            this.space = space;
            this.bytes = bytes;
        }

        @Override
        public MemorySpace space() {
            return space;
        }

        @Override
        public long bytes() {
            return bytes.byteSize();
        }

        @Override
        public long occupiedBytes() {
            return bytes.byteSize();
        }

        @Override
        public boolean freed() {
            return freed || space.closed;
        }
    }
}
