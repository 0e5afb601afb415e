package dev.isobar.memory.load;

import dev.isobar.memory.CopyReport;
import dev.isobar.memory.HostSpace;
import dev.isobar.memory.MemoryBlock;
import dev.isobar.memory.MemorySpace;
import dev.isobar.memory.MemorySpaceException;
import dev.isobar.memory.PendingCopy;
import dev.isobar.memory.SpaceKind;
import dev.isobar.memory.SpaceLeak;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// Memory without a host view, whose copies run on threads of their own and can be made to fail.
final class FakeDevice implements MemorySpace {

    private final HostSpace bytes;
    final AtomicInteger copies = new AtomicInteger();
    final AtomicInteger underWay = new AtomicInteger();
    final AtomicInteger mostUnderWay = new AtomicInteger();
    volatile int failCopy;
    volatile boolean failFree;

    /// How many blocks it takes back before frees fail.
    final AtomicInteger freesLeft = new AtomicInteger();

    private final Queue<MemoryBlock> surrendered = new ConcurrentLinkedQueue<>();

    FakeDevice(long capacityBytes) {
        this.bytes = HostSpace.of("fake", capacityBytes);
    }

    private record Block(FakeDevice space, MemoryBlock inner) implements MemoryBlock {
        @Override
        public long bytes() {
            return inner.bytes();
        }

        @Override
        public long occupiedBytes() {
            return inner.occupiedBytes();
        }

        @Override
        public boolean freed() {
            return inner.freed();
        }
    }

    private static MemoryBlock inner(MemoryBlock block) {
        return ((Block) block).inner;
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public SpaceKind kind() {
        return SpaceKind.OPENCL;
    }

    @Override
    public long capacityBytes() {
        return bytes.capacityBytes();
    }

    @Override
    public long usedBytes() {
        return bytes.usedBytes();
    }

    @Override
    public OptionalLong systemFreeBytes() {
        return OptionalLong.empty();
    }

    @Override
    public MemoryBlock allocate(long size, long alignment) {
        freeSurrendered();
        return new Block(this, bytes.allocate(size, alignment));
    }

    @Override
    public void free(MemoryBlock block) {
        if (failFree && freesLeft.getAndDecrement() <= 0) {
            surrendered.add(block);
            throw new MemorySpaceException("fake", "free", "BROKEN", 1);
        }
        if (!surrendered.remove(block) || !block.freed()) {
            bytes.free(inner(block));
        }
    }

    /// What it did not take back it frees by itself, as the real ones do.
    void freeSurrendered() {
        if (!failFree) {
            surrendered.stream()
                    .filter(block -> !block.freed())
                    .forEach(block -> bytes.free(inner(block)));
        }
    }

    @Override
    public void copyIn(MemorySegment source, MemoryBlock to, long toOffset) {
        bytes.copyIn(source, inner(to), toOffset);
    }

    @Override
    public void copyOut(MemoryBlock from, long fromOffset, MemorySegment target) {
        bytes.copyOut(inner(from), fromOffset, target);
    }

    @Override
    public void copyAcross(
            MemoryBlock from, long fromOffset, MemoryBlock to, long toOffset, long size) {
        bytes.copyAcross(inner(from), fromOffset, inner(to), toOffset, size);
    }

    @Override
    public PendingCopy copyInAsync(MemorySegment source, MemoryBlock to, long toOffset) {
        int number = copies.incrementAndGet();
        mostUnderWay.accumulateAndGet(underWay.incrementAndGet(), Math::max);
        return new Copy(
                source.byteSize(),
                CompletableFuture.runAsync(() -> {
                    try {
                        if (number == failCopy) {
                            throw new MemorySpaceException("fake", "copy", "BROKEN", 1);
                        }
                        bytes.copyIn(source, inner(to), toOffset);
                    } finally {
                        underWay.decrementAndGet();
                    }
                }));
    }

    @Override
    public PendingCopy copyOutAsync(MemoryBlock from, long fromOffset, MemorySegment target) {
        return bytes.copyOutAsync(inner(from), fromOffset, target);
    }

    @Override
    public PendingCopy copyAcrossAsync(
            MemoryBlock from, long fromOffset, MemoryBlock to, long toOffset, long size) {
        return bytes.copyAcrossAsync(inner(from), fromOffset, inner(to), toOffset, size);
    }

    @Override
    public MemorySegment view(MemoryBlock block) {
        throw new UnsupportedOperationException("no host view");
    }

    @Override
    public SpaceLeak leak() {
        return bytes.leak();
    }

    @Override
    public void close() {
        bytes.close();
    }

    private record Copy(long bytes, CompletableFuture<Void> task) implements PendingCopy {
        @Override
        public boolean done() {
            return task.isDone();
        }

        @Override
        public CopyReport await() {
            try {
                task.join();
            } catch (java.util.concurrent.CompletionException e) {
                throw (RuntimeException) e.getCause();
            }
            return new CopyReport(bytes, 1);
        }

        @Override
        public void close() {
            task.handle((_, _) -> null).join();
        }
    }
}
