package dev.isobar.memory;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The groups of one [GroupedSpace], and in which of them there is room.
///
/// A block goes into the oldest group with a free slot of its size, so that young groups drain. A
/// group that is wholly free becomes a *spare*: it serves any other size next, or is given back to
/// the system by [GroupedSpace#trim()].
///
/// *Guarded by caller:* by the lock of the space. No method takes or returns system memory.
final class SegmentGroups {

    private final NavigableMap<Long, SortedSet<SegmentGroup>> withRoomBySlotBytes = new TreeMap<>();
    private final Set<SegmentGroup> inUse = new HashSet<>();
    private final Deque<SegmentGroup> spares = new ArrayDeque<>();

    /// A block from a group that is there already; null if there is no room.
    @Nullable GroupBlock take(GroupedSpace space, BlockShape shape) {
        SegmentGroup group = withRoom(shape);
        if (group == null) {
            group = spareFor(shape);
        }
        return group == null ? null : takeFrom(group, space, shape);
    }

    /// A block in the smallest free slot that is larger than needed; null if there is none. The
    /// last resort, when the free bytes are all in slots of other sizes.
    @Nullable GroupBlock takeRoomier(GroupedSpace space, BlockShape shape) {
        if (!shape.shared()) {
            return null;
        }
        for (var room : withRoomBySlotBytes.tailMap(shape.slotBytes(), true).entrySet()) {
            if (room.getKey() % shape.alignment() == 0) {
                return takeFrom(room.getValue().first(), space, shape);
            }
        }
        return null;
    }

    /// A block from a new group.
    GroupBlock addAndTake(SegmentGroup group, GroupedSpace space, BlockShape shape) {
        open(group);
        return takeFrom(group, space, shape);
    }

    void give(GroupBlock block) {
        SegmentGroup group = block.group;
        if (group.full() && group.shared()) {
            roomFor(group.slotBytes()).add(group);
        }
        group.freeSlot(block.slot);
        if (group.empty()) {
            retire(group);
        }
    }

    /// Removes the spare groups, all but the `keep` last used ones that can be shared.
    List<SegmentGroup> removeSpares(int keep) {
        List<SegmentGroup> removed = new ArrayList<>();
        int kept = 0;
        for (Iterator<SegmentGroup> each = spares.iterator(); each.hasNext(); ) {
            SegmentGroup group = each.next();
            if (group.shared() && kept < keep) {
                kept++;
            } else {
                each.remove();
                removed.add(group);
            }
        }
        return removed;
    }

    /// Removes every group, also those with live blocks.
    List<SegmentGroup> removeAll() {
        List<SegmentGroup> removed = removeSpares(0);
        removed.addAll(inUse);
        inUse.clear();
        withRoomBySlotBytes.clear();
        return removed;
    }

    /// The memory of all groups.
    List<MemorySegment> segments() {
        return Stream.concat(inUse.stream(), spares.stream()).map(SegmentGroup::segment).toList();
    }

    /// Puts a group that could not be returned to the system where the next attempt finds it.
    void addSpare(SegmentGroup group) {
        spares.addLast(group);
    }

    private GroupBlock takeFrom(SegmentGroup group, GroupedSpace space, BlockShape shape) {
        GroupBlock block = group.takeSlot(space, shape.bytes());
        if (group.full() && group.shared()) {
            closeRoom(group);
        }
        return block;
    }

    private @Nullable SegmentGroup withRoom(BlockShape shape) {
        if (!shape.shared()) {
            return null;
        }
        SortedSet<SegmentGroup> groups = withRoomBySlotBytes.get(shape.slotBytes());
        return groups == null ? null : groups.first();
    }

    private @Nullable SegmentGroup spareFor(BlockShape shape) {
        for (Iterator<SegmentGroup> each = spares.iterator(); each.hasNext(); ) {
            SegmentGroup group = each.next();
            if (group.suits(shape)) {
                each.remove();
                group.cut(shape.slotBytes());
                open(group);
                return group;
            }
        }
        return null;
    }

    private void open(SegmentGroup group) {
        inUse.add(group);
        if (group.shared()) {
            roomFor(group.slotBytes()).add(group);
        }
    }

    private void retire(SegmentGroup group) {
        inUse.remove(group);
        if (group.shared()) {
            closeRoom(group);
        }
        spares.addFirst(group);
    }

    private SortedSet<SegmentGroup> roomFor(long slotBytes) {
        return withRoomBySlotBytes.computeIfAbsent(
                slotBytes,
                _ -> new TreeSet<>(Comparator.comparingLong((SegmentGroup each) -> each.number)));
    }

    private void closeRoom(SegmentGroup group) {
        SortedSet<SegmentGroup> groups = roomFor(group.slotBytes());
        groups.remove(group);
        if (groups.isEmpty()) {
            withRoomBySlotBytes.remove(group.slotBytes());
        }
    }
}
