package dev.isobar.memory;

import dev.isobar.memory.ffi.SystemPages;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.OptionalLong;

/// Memory of the host, outside the Java heap.
///
/// It is taken from the system in groups, each with a shared arena of its own, and cut into blocks.
/// Blocks of equal rounded size share groups; a large block gets a group of its own. A wholly free
/// group is kept for the next blocks, whatever their size, until [#trim()] gives it back, or
/// [#releaseFreePages()] gives its pages back and keeps the addresses.
///
/// [#committedBytes()] says what was taken from the system, and is bounded by the capacity;
/// [#usedBytes()] says what blocks occupy of it.
///
/// The virtual machine counts this memory as direct memory: `-XX:MaxDirectMemorySize`, by default
/// as large as the maximum heap, is a bound of its own. Memory in huge pages is not counted there.
///
/// *Safe for several threads.*
public final class HostSpace extends GroupedSpace {

    private final Memory memory;

    /// An empty space. Takes no memory yet.
    public HostSpace(HostSpaceConfig config) {
        Memory memory = new Memory(Objects.requireNonNull(config, "config"));
        super(
                config.name(),
                config.capacityBytes(),
                config.groupBytes(),
                config.scrubOnFree(),
                memory);
        this.memory = memory;
    }

    /// An empty space with the [default group size][HostSpaceConfig#of(String, long)].
    ///
    /// @throws IllegalArgumentException if the name is blank or the capacity out of range
    public static HostSpace of(String name, long capacityBytes) {
        return new HostSpace(HostSpaceConfig.of(name, capacityBytes));
    }

    @Override
    public SpaceKind kind() {
        return SpaceKind.HOST;
    }

    /// What the system calls available, bounded by the control groups of this process. Linux only.
    @Override
    public OptionalLong systemFreeBytes() {
        return SystemMemory.ofThisMachine().freeBytes();
    }

    /// Whether the system granted huge and locked pages, for what was taken so far.
    public HostPages pages() {
        return new HostPages(memory.huge.total(), memory.locked.total());
    }

    /// Gives the pages of wholly free groups back to the system and keeps the groups: quicker than
    /// [#trim()], for it asks no thread, but the bytes stay committed, since the next block may take
    /// the pages again. Needs native access; does nothing where the system is not Linux. Locked
    /// pages are refused.
    public PageAdvice releaseFreePages() {
        AdviceTally tally = new AdviceTally(true);
        withSpares(spare -> advise(spare, SystemPages.DONT_NEED, tally));
        return tally.total();
    }

    /// Asks the system to write a block's pages to its swap space and give the memory back; the
    /// contents stay, and the next touch brings them in again. Only whole pages inside the block
    /// count. Needs native access; does nothing where the system is not Linux, and nothing comes of
    /// it where there is no swap space.
    ///
    /// @throws IllegalArgumentException if the block is another space's
    /// @throws IllegalStateException if the block is free, or the space is closed
    public PageAdvice pageOut(MemoryBlock block) {
        AdviceTally tally = new AdviceTally(true);
        advise(view(block), SystemPages.PAGE_OUT, tally);
        return tally.total();
    }

    /// How much of what was taken from the system is in memory now: pages that were touched and not
    /// given back or swapped out. Needs native access; empty where the system is not Linux. Asks for
    /// each page: about a millisecond for a GiB.
    public OptionalLong residentBytes() {
        if (!SystemPages.available()) {
            return OptionalLong.empty();
        }
        long[] resident = new long[1];
        withGroups(group -> resident[0] += SystemPages.residentBytes(group));
        return OptionalLong.of(resident[0]);
    }

    private static void advise(MemorySegment segment, int advice, AdviceTally tally) {
        tally.add(
                segment.byteSize(),
                SystemPages.available()
                        ? SystemPages.advise(segment, advice)
                        : SystemPages.NOT_LINUX);
    }

    /// Ordinary memory, or what the extras of the config ask for.
    private static final class Memory implements GroupMemory {

        private final boolean hugePages;
        private final boolean lockedPages;
        private final AdviceTally huge;
        private final AdviceTally locked;

        Memory(HostSpaceConfig config) {
            hugePages = config.hugePages();
            lockedPages = config.locked();
            huge = new AdviceTally(hugePages);
            locked = new AdviceTally(lockedPages);
        }

        @Override
        public Piece take(long bytes, long alignment) {
            Arena arena = Arena.ofShared();
            try {
                MemorySegment segment =
                        hugePages && SystemPages.available()
                                ? takeHuge(bytes, alignment, arena)
                                : arena.allocate(bytes, alignment);
                if (hugePages && !SystemPages.available()) {
                    huge.add(bytes, SystemPages.NOT_LINUX);
                }
                if (lockedPages) {
                    locked.add(
                            bytes,
                            SystemPages.available()
                                    ? SystemPages.lock(segment)
                                    : SystemPages.NOT_LINUX);
                }
                return new Piece(arena, segment, () -> {});
            } catch (Throwable t) {
                arena.close();
                throw t;
            }
        }

        private MemorySegment takeHuge(long bytes, long alignment, Arena arena) {
            MemorySegment segment = SystemPages.map(bytes, alignment, arena);
            String refusal = SystemPages.hugePagesSetting();
            huge.add(
                    bytes,
                    refusal.isEmpty() ? SystemPages.advise(segment, SystemPages.HUGE) : refusal);
            return segment;
        }
    }
}
