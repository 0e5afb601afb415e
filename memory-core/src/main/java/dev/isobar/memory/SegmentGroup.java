package dev.isobar.memory;

import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/// One piece of memory taken from the system, with an arena of its own, cut into slots of one size.
/// An empty group can be cut anew for another size.
///
/// Of the free slots the lowest is taken, so that a group fills from the front.
///
/// *Guarded by caller:* all but the final fields, by the lock of the space.
final class SegmentGroup {

    /// Where the group stands among those of its space: older groups have lower numbers.
    final long number;

    private final GroupMemory.Piece piece;
    private final MemorySegment segment;
    private final boolean shared;
    private final BitSet taken = new BitSet();
    private long slotBytes;
    private int slots;
    private int takenSlots;
    private int firstMaybeFree;

    private SegmentGroup(long number, GroupMemory.Piece piece, boolean shared) {
        this.number = number;
        this.piece = piece;
        this.segment = piece.segment();
        this.shared = shared;
    }

    /// Takes zeroed memory from the system. Slow: about 0.3 ms for each MiB.
    ///
    /// @throws OutOfMemoryError if the system refuses
    /// @throws UncheckedIOException if the disk is full
    static SegmentGroup take(long number, long bytes, BlockShape firstUse, GroupMemory memory) {
        long alignment = Math.max(BlockShape.GROUP_ALIGNMENT, firstUse.alignment());
        GroupMemory.Piece piece = memory.take(bytes, alignment);
        SegmentGroup group = new SegmentGroup(number, piece, firstUse.shared());
        group.cut(firstUse.slotBytes());
        return group;
    }

    MemorySegment segment() {
        return segment;
    }

    long bytes() {
        return segment.byteSize();
    }

    long slotBytes() {
        return slotBytes;
    }

    /// Whether blocks of several holders may be in it.
    boolean shared() {
        return shared;
    }

    boolean full() {
        return takenSlots == slots;
    }

    boolean empty() {
        return takenSlots == 0;
    }

    /// Whether this group, being empty, can hold a block of that shape.
    boolean suits(BlockShape shape) {
        if (shape.shared() != shared) {
            return false;
        }
        return shared
                ? shape.slotBytes() <= bytes()
                : shape.slotBytes() == bytes() && segment.address() % shape.alignment() == 0;
    }

    /// Cuts an empty group into slots of another size.
    void cut(long newSlotBytes) {
        slotBytes = newSlotBytes;
        slots = Math.toIntExact(bytes() / newSlotBytes);
        firstMaybeFree = 0;
    }

    /// A block in the lowest free slot of a group that is not full.
    GroupBlock takeSlot(GroupedSpace space, long blockBytes) {
        int slot = taken.nextClearBit(firstMaybeFree);
        MemorySegment bytes = segment.asSlice(slot * slotBytes, blockBytes);
        GroupBlock block = new GroupBlock(space, this, slot, bytes);
        taken.set(slot);
        takenSlots++;
        firstMaybeFree = slot + 1;
        return block;
    }

    void freeSlot(int slot) {
        taken.clear(slot);
        takenSlots--;
        firstMaybeFree = Math.min(firstMaybeFree, slot);
    }

    /// Gives the memory back to the system. Asks every thread of the process, so not for a request
    /// path.
    ///
    /// @throws IllegalStateException if the memory is in use by a native call: nothing was given back
    void returnToSystem() {
        piece.giveBack();
    }
}
