package dev.isobar.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What a space on a device must do when its driver fails, shown with a stand-in.
@ExtendWith(Needed.Compiler.class)
abstract class DeviceFaultContract {

    static final int MIB = 1 << 20;
    private static final long CAPACITY_BYTES = 16L * MIB;

    private StandIn driver;

    abstract StandIn standIn();

    /// The names and codes that this driver has for things.
    abstract Words words();

    /// @param noRoom the code for lack of device memory
    /// @param lost a code after which nothing works
    /// @param other a code that says nothing else
    record Words(
            int noRoom,
            String noRoomName,
            int lost,
            String lostName,
            int other,
            String otherName,
            String free,
            String write) {}

    @BeforeEach
    void reset() {
        driver = standIn();
        driver.reset();
    }

    @AfterEach
    void workAgain() {
        driver.failNothing();
        driver.lose(0);
        driver.hold(false);
    }

    @Test
    void opening_anyCallFails_leavesNothing() {
        SpaceDescription.Available device =
                (SpaceDescription.Available) driver.discover().getFirst();
        driver.fail("*", Integer.MAX_VALUE, 1, words().other());
        MemorySpace counting = device.open("counting", CAPACITY_BYTES);
        int calls = driver.calls();
        counting.close();
        assertThat(calls).isGreaterThan(5);
        for (int nth = 1; nth <= calls; nth++) {
            driver.fail("*", nth, 1, words().other());
            try (MemorySpace space = device.open("failing", CAPACITY_BYTES)) {
                driver.failNothing();
                assertThat(space.usedBytes()).isZero();
            } catch (MemorySpaceException e) {
                assertThat(e.codeName()).isEqualTo(words().otherName());
                assertThat(e.code()).isEqualTo(words().other());
                assertThat(e.space()).isEqualTo("failing");
            }
            driver.assertNothingIsLeft();
        }
    }

    @Test
    void anyCallFails_once_leaksNothing_andCountsRight() {
        int calls;
        try (DeviceSpace space = driver.open("counting", CAPACITY_BYTES)) {
            driver.fail("*", Integer.MAX_VALUE, 1, words().other());
            List<MemoryBlock> blocks = new ArrayList<>();
            useEverything(space, blocks);
            freeAll(space, blocks);
            calls = driver.calls();
        }
        assertThat(calls).isGreaterThan(30);
        for (int code : new int[] {words().other(), words().noRoom()}) {
            for (int times : new int[] {1, 3, Integer.MAX_VALUE / 2}) {
                for (int nth = 1; nth <= calls; nth++) {
                    failedInTheMiddle(nth, times, code);
                }
            }
        }
    }

    private void failedInTheMiddle(int nth, int times, int code) {
        DeviceSpace space = driver.open("failing", CAPACITY_BYTES);
        List<MemoryBlock> blocks = new ArrayList<>();
        driver.fail("*", nth, times, code);
        Throwable thrown =
                catchThrowable(() -> {
                    useEverything(space, blocks);
                    freeAll(space, blocks);
                });
        driver.failNothing();

        if (thrown != null) {
            assertThat(thrown)
                    .as("call %d of %d times %d", nth, times, code)
                    .isInstanceOfAny(MemorySpaceException.class, OutOfSpaceException.class);
        }
        // More than the list only where the driver neither gave a buffer its memory nor took it
        // back.
        assertThat(space.usedBytes())
                .isGreaterThanOrEqualTo(
                        blocks.stream().mapToLong(MemoryBlock::occupiedBytes).sum());
        assertThat(driver.bytes()).isEqualTo(space.usedBytes());
        freeAll(space, blocks);
        if (times == 1) {
            assertThat(space.usedBytes()).isZero();
        }
        space.close();
        assertThat(space.usedBytes()).isZero();
        assertThat(space.leak().none()).isTrue();
        driver.assertNothingIsLeft();
    }

    @Test
    void closing_anyCallFails_canBeDoneAgain() {
        int calls;
        DeviceSpace counting = usedSpace();
        driver.fail("*", Integer.MAX_VALUE, 1, words().other());
        counting.close();
        calls = driver.calls();
        for (int nth = 1; nth <= calls; nth++) {
            DeviceSpace space = usedSpace();
            driver.fail("*", nth, 1, words().other());
            Throwable thrown = catchThrowable(space::close);
            driver.failNothing();
            assertThat(driver.bytes()).isEqualTo(space.usedBytes());
            if (thrown != null) {
                assertThat(thrown).isInstanceOf(MemorySpaceException.class);
                assertThatThrownBy(() -> space.allocate(1)).hasMessageContaining("closed");
                space.close();
            }
            space.close();
            assertThat(space.usedBytes()).isZero();
            assertThat(space.leak().blocks()).isEqualTo(2);
            driver.assertNothingIsLeft();
        }
    }

    private DeviceSpace usedSpace() {
        DeviceSpace space = driver.open("closing", CAPACITY_BYTES);
        space.copyIn(heap(10), space.allocate(10), 0);
        space.allocate(100);
        return space;
    }

    @Test
    void allocate_deviceIsFull_isOutOfSpace_andSaysWhatTheDriverSaid() {
        driver.capacity(8L * MIB);
        try (DeviceSpace space = driver.open("full", CAPACITY_BYTES)) {
            List<MemoryBlock> held = fill(space, MIB);
            assertThat(held).hasSize(8);
            assertThatThrownBy(() -> space.allocate(MIB))
                    .isInstanceOf(OutOfSpaceException.class)
                    .hasMessageContaining(words().noRoomName());
            assertThat(space.usedBytes()).isEqualTo(8L * MIB);
            assertThat(driver.bytes()).isEqualTo(8L * MIB);
            space.free(held.getFirst());
            space.allocate(MIB);
        }
        driver.assertNothingIsLeft();
    }

    @Test
    void copyIn_failsHalfWay_saysSo_andTheBlockStaysGood() {
        try (DeviceSpace space = driver.open("half", CAPACITY_BYTES)) {
            MemoryBlock block = space.allocate(3 * MIB);
            driver.fail(words().write(), 2, 1, words().other());
            assertThatThrownBy(() -> space.copyIn(heap(3 * MIB), block, 0))
                    .isInstanceOfSatisfying(
                            MemorySpaceException.class,
                            e -> {
                                assertThat(e.operation()).isEqualTo(words().write());
                                assertThat(e.codeName()).isEqualTo(words().otherName());
                            });
            driver.failNothing();
            space.copyIn(heap(3 * MIB).fill((byte) 4), block, 0);
            MemorySegment back = heap(3 * MIB);
            space.copyOut(block, 0, back);
            assertThat(back.mismatch(heap(3 * MIB).fill((byte) 4))).isEqualTo(-1);
            space.free(block);
            assertThat(space.usedBytes()).isZero();
        }
        driver.assertNothingIsLeft();
    }

    @Test
    void free_fails_theBlockStaysCounted_andCanBeFreedAgain() {
        try (DeviceSpace space = driver.open("stuck", CAPACITY_BYTES)) {
            MemoryBlock block = space.allocate(1000);
            long used = space.usedBytes();
            driver.fail(words().free(), 1, 2, words().other());
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThatThrownBy(() -> space.free(block))
                        .isInstanceOf(MemorySpaceException.class)
                        .hasMessageContaining(words().free());
                assertThat(block.freed()).isFalse();
                assertThat(space.usedBytes()).isEqualTo(used);
            }
            space.free(block);
            assertThat(space.usedBytes()).isZero();
            assertThatThrownBy(() -> space.free(block)).hasMessageContaining("free already");
        }
        driver.assertNothingIsLeft();
    }

    @Test
    void free_failed_isMadeUpForByAnAllocationThatNeedsTheRoom_exactlyOnce() {
        try (DeviceSpace space = driver.open("made-up", CAPACITY_BYTES)) {
            MemoryBlock stuck = space.allocate(2 * MIB);
            List<MemoryBlock> held = fill(space, 2 * MIB);
            driver.fail(words().free(), 1, 1, words().other());
            assertThatThrownBy(() -> space.free(stuck)).isInstanceOf(MemorySpaceException.class);

            held.add(space.allocate(2 * MIB));

            assertThat(stuck.freed()).isTrue();
            assertThat(space.usedBytes()).isEqualTo(CAPACITY_BYTES);
            space.free(stuck); // the holder cannot know, and changes nothing
            assertThat(space.usedBytes()).isEqualTo(CAPACITY_BYTES);
            assertThatThrownBy(() -> space.free(stuck)).hasMessageContaining("free already");
            freeAll(space, held);
        }
        driver.assertNothingIsLeft();
    }

    @Test
    void free_failed_isTriedAgainAtTheEnd_andIsNoLeak() {
        DeviceSpace space = driver.open("end", CAPACITY_BYTES);
        MemoryBlock stuck = space.allocate(1000);
        driver.fail(words().free(), 1, 1, words().other());
        assertThatThrownBy(() -> space.free(stuck)).isInstanceOf(MemorySpaceException.class);
        space.close();
        assertThat(space.leak().none()).isTrue();
        assertThat(space.usedBytes()).isZero();
        driver.assertNothingIsLeft();
    }

    @Test
    void deviceLost_everythingSaysSo_andClosingGivesUpWhatIsGone() {
        DeviceSpace space = driver.open("lost", CAPACITY_BYTES);
        MemoryBlock block = space.allocate(1000);
        space.copyIn(heap(1000), block, 0);
        driver.lose(words().lost());
        List<Runnable> attempts =
                List.of(
                        () -> space.allocate(10),
                        () -> space.copyIn(heap(10), block, 0),
                        () -> space.copyOut(block, 0, heap(10)),
                        () -> space.copyAcross(block, 0, block, 100, 10),
                        () -> space.copyInAsync(Arena.ofAuto().allocate(10), block, 0).await(),
                        () -> space.free(block));
        for (Runnable attempt : attempts) {
            assertThatThrownBy(attempt::run)
                    .isInstanceOf(MemorySpaceException.class)
                    .hasMessageContaining(words().lostName());
        }
        assertThat(space.usedBytes()).isEqualTo(block.occupiedBytes());
        space.close();
        assertThat(space.usedBytes()).isZero();
        assertThat(driver.alive(StandIn.Kind.CONTEXT)).isZero();
        assertThat(driver.alive(StandIn.Kind.MEMORY)).isZero();
        driver.assertNoMisuse();
    }

    @Test
    void pendingCopy_holdsItsBlock_untilItIsOver() {
        try (DeviceSpace space = driver.open("pending", CAPACITY_BYTES);
                Arena arena = Arena.ofShared()) {
            MemoryBlock block = space.allocate(1000);
            MemoryBlock other = space.allocate(1000);
            driver.hold(true);
            PendingCopy copy = space.copyInAsync(arena.allocate(1000), block, 0);
            assertThat(copy.done()).isFalse();
            assertThatThrownBy(() -> space.free(block))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("a copy is using the block");
            space.free(other);
            driver.hold(false);
            space.free(block); // nobody asked the copy, but it is over
            assertThat(copy.done()).isTrue();
            assertThat(copy.await()).isEqualTo(new CopyReport(1000, 250_000));
        }
        driver.assertNothingIsLeft();
    }

    @Test
    void close_waitsForPendingCopies_thatCanBeAskedAfterwards() throws Exception {
        try (Arena arena = Arena.ofShared()) {
            DeviceSpace space = driver.open("closing", CAPACITY_BYTES);
            MemoryBlock block = space.allocate(1000);
            driver.hold(true);
            PendingCopy copy = space.copyInAsync(arena.allocate(1000), block, 0);
            Thread closing = Thread.ofPlatform().start(space::close);
            await().until(space::closed);
            assertThatThrownBy(() -> space.copyOut(block, 0, heap(1)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
            assertThat(closing.isAlive()).isTrue();
            driver.hold(false);
            closing.join();
            assertThat(copy.await().bytes()).isEqualTo(1000);
            assertThat(space.leak().blocks()).isEqualTo(1);
        }
        driver.assertNothingIsLeft();
    }

    private static List<MemoryBlock> fill(DeviceSpace space, long bytes) {
        List<MemoryBlock> blocks = new ArrayList<>();
        while (true) {
            try {
                blocks.add(space.allocate(bytes));
            } catch (OutOfSpaceException _) {
                return blocks;
            }
        }
    }

    /// One of everything. Blocks are on the list as long as they are handed out.
    private static void useEverything(DeviceSpace space, List<MemoryBlock> blocks) {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment host = arena.allocate(5000);
            MemoryBlock first = space.allocate(5000);
            blocks.add(first);
            MemoryBlock second = space.allocate(6000, 64);
            blocks.add(second);
            space.systemFreeBytes();
            space.copyIn(host, first, 0);
            space.copyIn(heap(100), first, 10);
            space.copyOut(first, 0, host);
            space.copyAcross(first, 0, second, 100, 5000);
            space.copyAcross(second, 0, second, 100, 5000);
            awaited(space.copyInAsync(host, second, 0));
            awaited(space.copyOutAsync(second, 0, host));
            awaited(space.copyAcrossAsync(second, 0, first, 0, 5000));
        }
    }

    private static void awaited(PendingCopy copy) {
        try (copy) {
            copy.await();
        }
    }

    private static void freeAll(DeviceSpace space, List<MemoryBlock> blocks) {
        while (!blocks.isEmpty()) {
            space.free(blocks.getLast());
            blocks.removeLast();
        }
    }

    private static MemorySegment heap(int bytes) {
        return MemorySegment.ofArray(new byte[bytes]);
    }
}
