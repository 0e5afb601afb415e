package dev.isobar.memory;

import java.lang.foreign.MemorySegment;

/// One slot of a [SegmentGroup].
///
/// The segment is made once, with the block, so that copies and views make no garbage. `freed` is
/// written under the lock of the space and read without it.
final class GroupBlock implements MemoryBlock {

    final SegmentGroup group;
    final int slot;
    final MemorySegment segment;

    private final GroupedSpace space;
    private final long occupiedBytes;
    private volatile boolean freed;

    GroupBlock(GroupedSpace space, SegmentGroup group, int slot, MemorySegment segment) {
        this.space = space;
        this.group = group;
        this.slot = slot;
        this.segment = segment;
        this.occupiedBytes = group.slotBytes();
    }

    @Override
    public GroupedSpace space() {
        return space;
    }

    @Override
    public long bytes() {
        return segment.byteSize();
    }

    @Override
    public long occupiedBytes() {
        return occupiedBytes;
    }

    @Override
    public boolean freed() {
        return freed || space.closed();
    }

    void markFreed() {
        freed = true;
    }

    @Override
    public String toString() {
        return "block[space=" + space.name() + ", bytes=" + bytes() + ", freed=" + freed() + "]";
    }
}
