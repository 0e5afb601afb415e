package dev.isobar.memory.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isobar.memory.CopyReport;
import dev.isobar.memory.MemoryBlock;
import dev.isobar.memory.MemorySpace;
import dev.isobar.memory.OutOfSpaceException;
import dev.isobar.memory.PendingCopy;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What every [MemorySpace] must do. Extend it, make a space in [#newSpace(long)], and the suite
/// runs against yours.
///
/// It touches bytes only by copying, so that a space without a host view passes too.
public abstract class MemorySpaceContract {

    private static final long CAPACITY_BYTES = 4 << 20;

    /// A new, empty space.
    ///
    /// @param capacityBytes what it may take from its system
    protected abstract MemorySpace newSpace(long capacityBytes);

    @Test
    public void newSpace_isEmpty() {
        try (MemorySpace space = newSpace(CAPACITY_BYTES)) {
            assertThat(space.name()).isNotBlank();
            assertThat(space.kind()).isNotNull();
            space.systemFreeBytes().ifPresent(free -> assertThat(free).isNotNegative());
            assertThat(space.capacityBytes()).isEqualTo(CAPACITY_BYTES);
            assertThat(space.usedBytes()).isZero();
            assertThat(space.leak().none()).isTrue();
        }
    }

    @Test
    public void allocate_chargesWhatTheBlockOccupies_andFreeGivesItBack() {
        try (MemorySpace space = newSpace(CAPACITY_BYTES)) {
            MemoryBlock first = space.allocate(100);
            MemoryBlock second = space.allocate(3000, 64);

            assertThat(first.bytes()).isEqualTo(100);
            assertThat(first.occupiedBytes()).isGreaterThanOrEqualTo(100);
            assertThat(first.space()).isSameAs(space);
            assertThat(space.usedBytes()).isEqualTo(first.occupiedBytes() + second.occupiedBytes());
            space.free(first);
            assertThat(first.freed()).isTrue();
            assertThat(space.usedBytes()).isEqualTo(second.occupiedBytes());
            space.free(second);
            assertThat(space.usedBytes()).isZero();
        }
    }

    @Test
    public void allocate_badArguments_areRefusedAndChangeNothing() {
        try (MemorySpace space = newSpace(CAPACITY_BYTES)) {
            for (long bytes : new long[] {0, -1, Long.MIN_VALUE}) {
                assertThatThrownBy(() -> space.allocate(bytes))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(Long.toString(bytes));
            }
            for (long alignment : new long[] {0, -8, 3, 24, Long.MIN_VALUE}) {
                assertThatThrownBy(() -> space.allocate(8, alignment))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(Long.toString(alignment));
            }
            assertThat(space.usedBytes()).isZero();
        }
    }

    @Test
    public void allocate_moreThanTheCapacity_saysWhatWasAskedAndWhatIsThere() {
        try (MemorySpace space = newSpace(CAPACITY_BYTES)) {
            MemoryBlock held = space.allocate(1000);
            for (long bytes : new long[] {CAPACITY_BYTES + 1, Long.MAX_VALUE}) {
                assertThatThrownBy(() -> space.allocate(bytes, 32))
                        .isInstanceOfSatisfying(
                                OutOfSpaceException.class,
                                e -> {
                                    assertThat(e.space()).isEqualTo(space.name());
                                    assertThat(e.askedBytes()).isEqualTo(bytes);
                                    assertThat(e.alignment()).isEqualTo(32);
                                    assertThat(e.usedBytes()).isEqualTo(held.occupiedBytes());
                                    assertThat(e.committedBytes())
                                            .isBetween(e.usedBytes(), CAPACITY_BYTES);
                                    assertThat(e.capacityBytes()).isEqualTo(CAPACITY_BYTES);
                                    assertThat(e).hasMessageContaining(space.name());
                                });
            }
            assertThat(space.usedBytes()).isEqualTo(held.occupiedBytes());
        }
    }

    @Test
    public void allocate_untilFull_usesAtLeastNineTenths_thenRefuses_thenWorksAgainAfterAFree() {
        try (MemorySpace space = newSpace(CAPACITY_BYTES)) {
            List<MemoryBlock> blocks = fill(space, 4096);

            long used = space.usedBytes();
            assertThat(used).isBetween(CAPACITY_BYTES * 9 / 10, CAPACITY_BYTES);
            assertThat(blocks).extracting(MemoryBlock::freed).containsOnly(false);
            space.free(blocks.getFirst());
            MemoryBlock again = space.allocate(4096);
            assertThat(space.usedBytes()).isEqualTo(used);
            assertThat(again).isNotEqualTo(blocks.getFirst());
            assertThat(blocks.getFirst().freed()).isTrue();
        }
    }

    @Test
    public void allocate_anotherSizeAfterEverythingWasFreed_findsAllTheRoomAgain() {
        try (MemorySpace space = newSpace(CAPACITY_BYTES)) {
            for (long bytes : new long[] {64, 4096, CAPACITY_BYTES / 4, 1000, CAPACITY_BYTES}) {
                List<MemoryBlock> blocks = fill(space, bytes);
                assertThat(space.usedBytes())
                        .as("filled with blocks of %d", bytes)
                        .isGreaterThan(CAPACITY_BYTES * 8 / 10);
                blocks.forEach(space::free);
                assertThat(space.usedBytes()).isZero();
            }
        }
    }

    @Test
    public void free_twice_isRefusedAndChangesNothing() {
        try (MemorySpace space = newSpace(CAPACITY_BYTES)) {
            MemoryBlock block = space.allocate(100);
            MemoryBlock other = space.allocate(100);
            space.free(block);

            assertThatThrownBy(() -> space.free(block))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("free already");
            assertThat(space.usedBytes()).isEqualTo(other.occupiedBytes());
        }
    }

    @Test
    public void blockOfAnotherSpace_isRefusedEverywhere_andStaysWhatItIs() {
        try (MemorySpace space = newSpace(CAPACITY_BYTES);
                MemorySpace stranger = newSpace(CAPACITY_BYTES)) {
            MemoryBlock foreign = stranger.allocate(100);
            MemorySegment bytes = heap(10);
            List<Runnable> attempts =
                    List.of(
                            () -> space.free(foreign),
                            () -> space.copyIn(bytes, foreign, 0),
                            () -> space.copyOut(foreign, 0, bytes),
                            () -> space.copyAcross(foreign, 0, foreign, 0, 1));

            for (Runnable attempt : attempts) {
                assertThatThrownBy(attempt::run).isInstanceOf(IllegalArgumentException.class);
            }
            assertThat(foreign.freed()).isFalse();
            assertThat(stranger.usedBytes()).isEqualTo(foreign.occupiedBytes());
        }
    }

    @Test
    public void freedBlock_isRefusedEverywhere() {
        try (MemorySpace space = newSpace(CAPACITY_BYTES)) {
            MemoryBlock freed = space.allocate(100);
            MemoryBlock live = space.allocate(100);
            space.free(freed);
            MemorySegment bytes = heap(10);
            List<Runnable> attempts =
                    List.of(
                            () -> space.copyIn(bytes, freed, 0),
                            () -> space.copyOut(freed, 0, bytes),
                            () -> space.copyAcross(freed, 0, live, 0, 10),
                            () -> space.copyAcross(live, 0, freed, 0, 10));

            for (Runnable attempt : attempts) {
                assertThatThrownBy(attempt::run).isInstanceOf(IllegalStateException.class);
            }
        }
    }

    @Test
    public void copy_outOfBounds_isRefusedAndWritesNothing() {
        try (MemorySpace space = newSpace(CAPACITY_BYTES)) {
            MemoryBlock block = filled(space, 100, 7);
            MemoryBlock small = filled(space, 10, 9);
            List<Runnable> attempts =
                    List.of(
                            () -> space.copyIn(heap(101), block, 0),
                            () -> space.copyIn(heap(10), block, 91),
                            () -> space.copyIn(heap(1), block, -1),
                            () -> space.copyIn(heap(1), block, Long.MAX_VALUE),
                            () -> space.copyOut(block, 0, heap(101)),
                            () -> space.copyOut(block, 91, heap(10)),
                            () -> space.copyOut(block, -1, heap(1)),
                            () -> space.copyAcross(block, 0, small, 0, 11),
                            () -> space.copyAcross(small, 0, block, 0, 11),
                            () -> space.copyAcross(small, 0, block, 0, -1),
                            () -> space.copyAcross(block, -1, small, 0, 2));

            for (Runnable attempt : attempts) {
                assertThatThrownBy(attempt::run).isInstanceOf(IndexOutOfBoundsException.class);
            }
            assertThat(read(space, block)).containsOnly(7);
            assertThat(read(space, small)).containsOnly(9);
        }
    }

    @Property(tries = 200)
    public void copyInAndOut_anySizeAndOffset_bringsTheBytesBack(
            @ForAll @IntRange(max = 9000) int bytes,
            @ForAll @IntRange(max = 5000) int offset,
            @ForAll boolean nativeSource,
            @ForAll int seed) {
        try (MemorySpace space = newSpace(CAPACITY_BYTES);
                Arena scratch = Arena.ofConfined()) {
            MemoryBlock before = filled(space, 64, 1);
            MemoryBlock block = space.allocate(bytes + offset + 1L);
            MemoryBlock after = filled(space, bytes + offset + 1, 2);
            byte[] content = random(bytes, seed);
            MemorySegment source = MemorySegment.ofArray(content);

            space.copyIn(nativeSource ? copyOf(source, scratch) : source, block, offset);
            byte[] back = new byte[bytes];
            space.copyOut(block, offset, MemorySegment.ofArray(back));

            assertThat(back).isEqualTo(content);
            assertThat(read(space, before)).containsOnly(1);
            assertThat(read(space, after)).containsOnly(2);
        }
    }

    @Property(tries = 200)
    public void copyAcross_withinABlock_isLikeAnArrayCopy(
            @ForAll @IntRange(min = 1, max = 600) int bytes,
            @ForAll @IntRange(max = 600) int from,
            @ForAll @IntRange(max = 600) int to,
            @ForAll int seed) {
        try (MemorySpace space = newSpace(CAPACITY_BYTES)) {
            byte[] expected = random(1200, seed);
            MemoryBlock block = space.allocate(expected.length);
            space.copyIn(MemorySegment.ofArray(expected), block, 0);

            space.copyAcross(block, from, block, to, bytes);
            System.arraycopy(expected, from, expected, to, bytes);

            assertThat(read(space, block)).isEqualTo(expected);
        }
    }

    /// Sizes and offsets where copies go wrong: nothing, one, odd, and around a page; each in the
    /// blocking and in the asynchronous form.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4095, 4096, 4097, 65_537, 400_001})
    public void copies_ofEdgeSizesAndOffsets_bringTheBytesBack(int bytes) {
        for (int offset : new int[] {0, 1, 7, 4095, 4096, 4097}) {
            try (MemorySpace space = newSpace(CAPACITY_BYTES)) {
                MemoryBlock first = filled(space, offset + bytes + 2, 9);
                MemoryBlock second = filled(space, 2 * offset + bytes + 2, 9);
                byte[] content = random(bytes, offset);
                byte[] back = new byte[bytes];

                space.copyIn(MemorySegment.ofArray(content), first, offset);
                space.copyAcross(first, offset, second, 2L * offset, bytes);
                space.copyOut(second, 2L * offset, MemorySegment.ofArray(back));
                assertThat(back).isEqualTo(content);
                assertSurrounded(read(space, second), 2 * offset, bytes);

                MemoryBlock third = filled(space, offset + bytes + 2, 9);
                Arrays.fill(back, (byte) 0);
                awaitCopy(space.copyInAsync(MemorySegment.ofArray(content), third, offset), bytes);
                awaitCopy(space.copyAcrossAsync(third, offset, second, offset, bytes), bytes);
                awaitCopy(space.copyOutAsync(second, offset, MemorySegment.ofArray(back)), bytes);
                assertThat(back).isEqualTo(content);
                assertSurrounded(read(space, third), offset, bytes);
            }
        }
    }

    private static void awaitCopy(PendingCopy copy, int bytes) {
        try (copy) {
            CopyReport report = copy.await();
            assertThat(report.bytes()).isEqualTo(bytes);
            assertThat(report.nanos()).isNotNegative();
            assertThat(report.bytesPerSecond()).isNotNegative();
            assertThat(copy.done()).isTrue();
        }
        copy.close();
    }

    private static void assertSurrounded(byte[] all, int offset, int bytes) {
        for (int at = 0; at < all.length; at++) {
            if (at < offset || at >= offset + bytes) {
                assertThat(all[at]).as("beside the copy, at %d", at).isEqualTo((byte) 9);
            }
        }
    }

    @Test
    public void asyncCopy_ofMemoryThatOnlyTheCallerMayTouch_works() {
        int bytes = 1 << 20;
        try (MemorySpace space = newSpace(CAPACITY_BYTES);
                Arena mine = Arena.ofConfined()) {
            MemoryBlock block = space.allocate(bytes);
            MemorySegment source = mine.allocate(bytes).fill((byte) 4);
            MemorySegment target = mine.allocate(bytes);
            awaitCopy(space.copyInAsync(source, block, 0), bytes);
            awaitCopy(space.copyOutAsync(block, 0, target), bytes);
            assertThat(target.mismatch(source)).isEqualTo(-1);
        }
    }

    @Test
    public void asyncCopy_withinABlock_isLikeAnArrayCopy() {
        try (MemorySpace space = newSpace(CAPACITY_BYTES)) {
            byte[] expected = random(1_500_000, 5);
            MemoryBlock block = space.allocate(expected.length);
            space.copyIn(MemorySegment.ofArray(expected), block, 0);
            awaitCopy(space.copyAcrossAsync(block, 0, block, 4097, 1_400_000), 1_400_000);
            System.arraycopy(expected, 0, expected, 4097, 1_400_000);
            assertThat(read(space, block)).isEqualTo(expected);
        }
    }

    @Test
    public void asyncCopy_badArguments_areRefusedAtOnce() {
        try (MemorySpace space = newSpace(CAPACITY_BYTES);
                MemorySpace stranger = newSpace(CAPACITY_BYTES)) {
            MemoryBlock block = filled(space, 100, 7);
            MemoryBlock foreign = filled(stranger, 100, 7);
            MemoryBlock freed = space.allocate(100);
            space.free(freed);
            for (Runnable attempt :
                    List.<Runnable>of(
                            () -> space.copyInAsync(heap(101), block, 0),
                            () -> space.copyOutAsync(block, 91, heap(10)),
                            () -> space.copyOutAsync(block, -1, heap(1)),
                            () -> space.copyAcrossAsync(foreign, 0, block, 91, 10),
                            () -> space.copyAcrossAsync(foreign, 91, block, 0, 10))) {
                assertThatThrownBy(attempt::run).isInstanceOf(IndexOutOfBoundsException.class);
            }
            for (Runnable attempt :
                    List.<Runnable>of(
                            () -> space.copyInAsync(heap(1), freed, 0),
                            () -> space.copyOutAsync(freed, 0, heap(1)),
                            () -> space.copyAcrossAsync(freed, 0, block, 0, 1))) {
                assertThatThrownBy(attempt::run).isInstanceOf(IllegalStateException.class);
            }
            assertThatThrownBy(() -> space.copyInAsync(heap(1), foreign, 0))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(read(space, block)).containsOnly(7);
        }
    }

    @Test
    public void copyAcross_fromAnotherSpace_bringsTheBytes() {
        try (MemorySpace space = newSpace(CAPACITY_BYTES);
                MemorySpace other = newSpace(CAPACITY_BYTES)) {
            MemoryBlock from = other.allocate(5000);
            byte[] content = random(5000, 42);
            other.copyIn(MemorySegment.ofArray(content), from, 0);
            MemoryBlock to = filled(space, 6000, 3);

            space.copyAcross(from, 0, to, 500, 5000);

            byte[] back = new byte[5000];
            space.copyOut(to, 500, MemorySegment.ofArray(back));
            assertThat(back).isEqualTo(content);
        }
    }

    @Property(tries = 60)
    public void randomSteps_usedIsTheSumOfTheBlocks_andContentsStay(@ForAll long seed) {
        Random random = new Random(seed);
        try (MemorySpace space = newSpace(CAPACITY_BYTES)) {
            List<MemoryBlock> blocks = new ArrayList<>();
            List<Byte> contents = new ArrayList<>();
            for (int step = 0; step < 150; step++) {
                if (blocks.isEmpty() || random.nextInt(3) > 0) {
                    byte content = (byte) random.nextInt();
                    blocks.add(filled(space, 1 + random.nextInt(20_000), content));
                    contents.add(content);
                } else {
                    int victim = random.nextInt(blocks.size());
                    assertThat(read(space, blocks.get(victim)))
                            .containsOnly(contents.remove(victim));
                    space.free(blocks.remove(victim));
                }
                assertThat(space.usedBytes())
                        .isEqualTo(blocks.stream().mapToLong(MemoryBlock::occupiedBytes).sum());
            }
            blocks.forEach(space::free);
            assertThat(space.usedBytes()).isZero();
        }
    }

    @Test
    public void manyThreads_neverShareABlock_andLeaveNothing() throws Exception {
        int threads = 8;
        CyclicBarrier start = new CyclicBarrier(threads);
        try (MemorySpace space = newSpace(CAPACITY_BYTES);
                ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                byte content = (byte) (thread + 1);
                running.add(
                        executor.submit(() -> {
                            start.await();
                            allocateAndFree(space, content);
                            return null;
                        }));
            }
            for (Future<?> each : running) {
                each.get();
            }
            assertThat(space.usedBytes()).isZero();
        }
    }

    @Test
    public void close_isIdempotent_andEverythingAfterItIsRefused() {
        MemorySpace space = newSpace(CAPACITY_BYTES);
        MemoryBlock block = space.allocate(100);
        space.free(block);
        MemoryBlock live = space.allocate(100);
        space.close();
        space.close();

        List<Runnable> attempts =
                List.of(
                        () -> space.allocate(8),
                        () -> space.allocate(Long.MAX_VALUE),
                        () -> space.free(live),
                        () -> space.copyIn(heap(1), live, 0),
                        () -> space.copyOut(live, 0, heap(1)),
                        () -> space.copyAcross(live, 0, live, 0, 1));
        for (Runnable attempt : attempts) {
            assertThatThrownBy(attempt::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(space.name())
                    .hasMessageContaining("closed");
        }
        assertThat(live.freed()).isTrue();
        assertThat(space.usedBytes()).isZero();
    }

    @Test
    public void close_withLiveBlocks_saysHowManyLeaked() {
        MemorySpace space = newSpace(CAPACITY_BYTES);
        space.free(space.allocate(8));
        long leaked = space.allocate(100).occupiedBytes() + space.allocate(2000).occupiedBytes();
        space.close();
        space.close();

        assertThat(space.leak().space()).isEqualTo(space.name());
        assertThat(space.leak().blocks()).isEqualTo(2);
        assertThat(space.leak().bytes()).isEqualTo(leaked);
    }

    /// Allocates blocks of one size until the space refuses.
    protected static List<MemoryBlock> fill(MemorySpace space, long bytes) {
        List<MemoryBlock> blocks = new ArrayList<>();
        while (true) {
            try {
                blocks.add(space.allocate(bytes));
            } catch (OutOfSpaceException _) {
                return blocks;
            }
        }
    }

    /// A block of which every byte is `content`.
    protected static MemoryBlock filled(MemorySpace space, int bytes, int content) {
        MemoryBlock block = space.allocate(bytes);
        space.copyIn(heap(bytes).fill((byte) content), block, 0);
        return block;
    }

    /// All bytes of a block.
    protected static byte[] read(MemorySpace space, MemoryBlock block) {
        MemorySegment copy = heap((int) block.bytes());
        space.copyOut(block, 0, copy);
        return copy.toArray(ValueLayout.JAVA_BYTE);
    }

    private static void allocateAndFree(MemorySpace space, byte content) {
        Random random = new Random(content);
        List<MemoryBlock> mine = new ArrayList<>();
        for (int step = 0; step < 2000; step++) {
            if (mine.size() < 20) {
                mine.add(filled(space, 1 + random.nextInt(3000), content));
            } else {
                MemoryBlock victim = mine.remove(random.nextInt(mine.size()));
                assertThat(read(space, victim)).containsOnly(content);
                space.free(victim);
            }
        }
        mine.forEach(space::free);
    }

    private static byte[] random(int bytes, int seed) {
        byte[] content = new byte[bytes];
        new Random(seed).nextBytes(content);
        return content;
    }

    private static MemorySegment heap(int bytes) {
        return MemorySegment.ofArray(new byte[bytes]);
    }

    private static MemorySegment copyOf(MemorySegment source, Arena arena) {
        return arena.allocate(Math.max(1, source.byteSize()))
                .asSlice(0, source.byteSize())
                .copyFrom(source);
    }
}
