package dev.isobar.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isobar.memory.contract.MemorySpaceContract;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class HostSpaceTest extends MemorySpaceContract {

    private static final long GROUP_BYTES = 1 << 16;
    private static final long CAPACITY_BYTES = 16 * GROUP_BYTES;

    @Override
    protected MemorySpace newSpace(long capacityBytes) {
        return HostSpace.of("host-test", capacityBytes);
    }

    private static HostSpace smallGroups() {
        return new HostSpace(new HostSpaceConfig("small-groups", CAPACITY_BYTES, GROUP_BYTES));
    }

    @Test
    void committed_growsByGroups_andIsBoundedByTheCapacity() {
        try (HostSpace space = smallGroups()) {
            assertThat(space.committedBytes()).isZero();
            space.allocate(1000);
            assertThat(space.committedBytes()).isEqualTo(GROUP_BYTES);
            fill(space, 1000);
            assertThat(space.committedBytes()).isEqualTo(CAPACITY_BYTES);
        }
    }

    @Test
    void capacityThatIsNoMultipleOfTheGroup_isUsedToTheLastSlot() {
        long capacity = 2 * GROUP_BYTES + 2048;
        try (HostSpace space = new HostSpace(new HostSpaceConfig("odd", capacity, GROUP_BYTES))) {
            assertThat(fill(space, 1024)).hasSize((int) (capacity / 1024));
            assertThat(space.usedBytes()).isEqualTo(capacity);
        }
    }

    @Test
    void blocksOfOneSize_shareAGroup_largeOnesHaveTheirOwn() {
        try (HostSpace space = smallGroups()) {
            long first = space.view(space.allocate(1024)).address();
            long second = space.view(space.allocate(1024)).address();
            assertThat(second).isEqualTo(first + 1024);

            MemoryBlock large = space.allocate(GROUP_BYTES / 2);
            assertThat(large.occupiedBytes()).isEqualTo(GROUP_BYTES / 2);
            assertThat(space.committedBytes()).isEqualTo(GROUP_BYTES + GROUP_BYTES / 2);
        }
    }

    @Test
    void freedSlots_areFilledFromTheOldestGroup_soThatYoungOnesDrain() {
        try (HostSpace space = smallGroups()) {
            List<MemoryBlock> blocks = new ArrayList<>();
            for (long slot = 0; slot < 2 * GROUP_BYTES / 1024; slot++) {
                blocks.add(space.allocate(1024));
            }
            MemoryBlock old = blocks.get(3);
            MemoryBlock young = blocks.getLast();
            long oldAddress = space.view(old).address();
            space.free(young);
            space.free(old);

            assertThat(space.view(space.allocate(1024)).address()).isEqualTo(oldAddress);
        }
    }

    @Test
    void emptyGroup_servesAnotherSize_withoutAskingTheSystem() {
        try (HostSpace space = smallGroups()) {
            space.free(space.allocate(100));
            long committed = space.committedBytes();
            space.allocate(3000);
            assertThat(space.committedBytes()).isEqualTo(committed);
        }
    }

    @Test
    void freedLargeBlock_isUsedAgainForTheSameSize() {
        try (HostSpace space = smallGroups()) {
            space.free(space.allocate(GROUP_BYTES));
            long committed = space.committedBytes();
            space.allocate(GROUP_BYTES);
            assertThat(space.committedBytes()).isEqualTo(committed);
        }
    }

    @Test
    void noGroupToBeHad_aSmallBlockTakesALargerSlot_andIsChargedForIt() {
        try (HostSpace space = smallGroups()) {
            List<MemoryBlock> blocks = fill(space, 4096);
            space.free(blocks.removeLast());
            space.free(blocks.removeFirst());
            long used = space.usedBytes();
            MemoryBlock small = space.allocate(10);

            assertThat(small.bytes()).isEqualTo(10);
            assertThat(small.occupiedBytes()).isEqualTo(4096);
            assertThat(space.usedBytes()).isEqualTo(used + 4096);
            assertThat(read(space, small)).hasSize(10);
        }
    }

    @Test
    void trim_givesWhollyFreeGroupsBack_butOne() {
        try (HostSpace space = smallGroups()) {
            List<MemoryBlock> blocks = fill(space, 4096);
            assertThat(space.trim()).isZero();
            blocks.forEach(space::free);
            assertThat(space.committedBytes()).isEqualTo(CAPACITY_BYTES);

            assertThat(space.trim()).isEqualTo(CAPACITY_BYTES - GROUP_BYTES);
            assertThat(space.committedBytes()).isEqualTo(GROUP_BYTES);
            assertThat(space.trim()).isZero();
        }
    }

    @Test
    void trim_keepsGroupsWithALiveBlock() {
        try (HostSpace space = smallGroups()) {
            List<MemoryBlock> blocks = fill(space, 4096);
            MemoryBlock kept = blocks.remove(blocks.size() / 2);
            space.copyIn(MemorySegment.ofArray(new byte[4096]).fill((byte) 5), kept, 0);
            blocks.forEach(space::free);
            space.trim();

            assertThat(space.committedBytes()).isEqualTo(2 * GROUP_BYTES);
            assertThat(read(space, kept)).containsOnly(5);
        }
    }

    @Test
    void capacity_canGrowAndShrink_whatWasTakenStays() {
        try (HostSpace space = smallGroups()) {
            List<MemoryBlock> blocks = fill(space, 4096);
            space.capacityBytes(2 * CAPACITY_BYTES);
            blocks.add(space.allocate(4096));
            space.capacityBytes(GROUP_BYTES);

            assertThat(space.capacityBytes()).isEqualTo(GROUP_BYTES);
            assertThat(space.committedBytes()).isEqualTo(CAPACITY_BYTES + GROUP_BYTES);
            assertThat(blocks).extracting(MemoryBlock::freed).containsOnly(false);
            assertThatThrownBy(() -> space.capacityBytes(0))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void closedSpace_hasNothingCommitted() {
        HostSpace space = smallGroups();
        space.allocate(100);
        MemorySegment view = space.view(space.allocate(GROUP_BYTES));
        space.close();

        assertThat(space.committedBytes()).isZero();
        assertThatThrownBy(() -> view.get(ValueLayout.JAVA_BYTE, 0))
                .isInstanceOf(IllegalStateException.class);
    }

    @RepeatedTest(20)
    void close_whileThreadsCopy_failsThemInOneWayOnly() throws Exception {
        HostSpace space = smallGroups();
        CountDownLatch copying = new CountDownLatch(4);
        try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
            List<Future<?>> threads = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                threads.add(executor.submit(() -> copyUntilClosed(space, copying)));
            }
            copying.await();
            space.close();
            for (Future<?> thread : threads) {
                thread.get();
            }
        }
        assertThat(space.committedBytes()).isZero();
    }

    private static void copyUntilClosed(HostSpace space, CountDownLatch copying) {
        MemorySegment target = MemorySegment.ofArray(new byte[1000]);
        try {
            MemoryBlock block = space.allocate(1000);
            for (long copies = 0; ; copies++) {
                space.copyOut(block, 0, target);
                if (copies == 100) {
                    copying.countDown();
                }
            }
        } catch (IllegalStateException expected) {
            assertThat(expected).hasMessage("space small-groups is closed");
        }
    }

    @Test
    void view_isTheBlockItself_andOnlyIt() {
        try (HostSpace space = smallGroups()) {
            MemoryBlock block = filled(space, 100, 1);
            MemorySegment view = space.view(block);
            view.set(ValueLayout.JAVA_BYTE, 99, (byte) 2);

            assertThat(view.byteSize()).isEqualTo(100);
            assertThat(read(space, block)[99]).isEqualTo((byte) 2);
            assertThatThrownBy(() -> view.get(ValueLayout.JAVA_BYTE, 100))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            space.free(block);
            assertThatThrownBy(() -> space.view(block)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Property(tries = 100)
    void occupiedBytesOf_isWhatTheBlockWillOccupy(
            @ForAll @LongRange(min = 1, max = 100_000) long bytes) {
        try (HostSpace space = smallGroups()) {
            long expected = space.occupiedBytesOf(bytes, 16);
            assertThat(space.allocate(bytes, 16).occupiedBytes()).isEqualTo(expected);
        }
    }

    @Property(tries = 300)
    void block_isAligned_andWastesLittle(
            @ForAll @LongRange(min = 1, max = 100_000) long bytes,
            @ForAll @IntRange(max = 16) int alignmentPower) {
        long alignment = 1L << alignmentPower;
        try (HostSpace space = smallGroups()) {
            MemoryBlock block = space.allocate(bytes, alignment);
            assertThat(space.view(block).address() % alignment).isZero();
            assertThat(space.view(space.allocate(bytes, alignment)).address() % alignment).isZero();
            assertThat(block.occupiedBytes() - bytes)
                    .isLessThanOrEqualTo(bytes / 16 + Math.max(64, alignment));
        }
    }

    @Property
    void embeddingSizes_ofWholeSteps_wasteNothing(@ForAll @IntRange(min = 1, max = 16) int step) {
        try (HostSpace space = smallGroups()) {
            assertThat(space.allocate(16L * step).occupiedBytes()).isEqualTo(16L * step);
            assertThat(space.allocate(128L * (16 + step)).occupiedBytes())
                    .isEqualTo(128L * (16 + step));
        }
    }

    @Test
    void systemRefusal_isOutOfSpace_andLeavesNothingCommitted() {
        try (HostSpace space = HostSpace.of("boundless", HostSpaceConfig.MAX_CAPACITY_BYTES)) {
            assertThatThrownBy(() -> space.allocate(1L << 50))
                    .isInstanceOf(OutOfSpaceException.class)
                    .hasCauseInstanceOf(OutOfMemoryError.class);
            assertThat(space.committedBytes()).isZero();
            assertThat(space.usedBytes()).isZero();
        }
    }

    @Test
    void config_badValues_areRefused() {
        assertThatThrownBy(() -> HostSpace.of(" ", 1)).hasMessageContaining("blank");
        assertThatThrownBy(() -> HostSpace.of("x", 0)).hasMessageContaining("capacityBytes");
        assertThatThrownBy(() -> HostSpace.of("x", -5)).hasMessageContaining("capacityBytes");
        assertThatThrownBy(() -> HostSpace.of("x", Long.MAX_VALUE))
                .hasMessageContaining("capacityBytes");
        assertThatThrownBy(() -> new HostSpaceConfig("x", 1, 100_000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("power of two");
        assertThat(HostSpaceConfig.of("x", 1).groupBytes())
                .isEqualTo(HostSpaceConfig.MIN_GROUP_BYTES);
        assertThat(HostSpaceConfig.of("x", 16 << 20).groupBytes()).isEqualTo(1 << 16);
        assertThat(HostSpaceConfig.of("x", 1L << 40).groupBytes()).isEqualTo(1 << 20);
    }
}
