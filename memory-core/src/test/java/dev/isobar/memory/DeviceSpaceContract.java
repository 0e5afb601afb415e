package dev.isobar.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isobar.memory.contract.MemorySpaceContract;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What every space on a device must do besides.
abstract class DeviceSpaceContract extends MemorySpaceContract {

    private static final int MIB = 1 << 20;
    private static final long CAPACITY_BYTES = 32L * MIB;

    private DeviceSpace space() {
        return (DeviceSpace) newSpace(CAPACITY_BYTES);
    }

    @Test
    void view_isRefused() {
        try (DeviceSpace space = space()) {
            MemoryBlock block = space.allocate(100);
            assertThatThrownBy(() -> space.view(block))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("no host view");
        }
    }

    @Test
    void kind_isADevice() {
        try (DeviceSpace space = space()) {
            assertThat(space.kind()).isIn(SpaceKind.OPENCL, SpaceKind.CUDA);
            space.systemFreeBytes().ifPresent(free -> assertThat(free).isPositive());
        }
    }

    @Test
    void allocate_moreThanTheLargestBlock_saysSo() {
        long tooMuch = ((DeviceSpace) newSpaceAndClose()).largestBlockBytes() + 1;
        try (DeviceSpace space = (DeviceSpace) newSpace(2 * tooMuch)) {
            assertThatThrownBy(() -> space.allocate(tooMuch))
                    .isInstanceOf(OutOfSpaceException.class)
                    .hasMessageContaining("at most " + (tooMuch - 1));
            assertThat(space.usedBytes()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 64, 4096, 1 << 21})
    void allocate_anyAlignment_isGiven(long alignment) {
        try (DeviceSpace space = space()) {
            MemoryBlock block = space.allocate(1000, alignment);
            DeviceBlock own = (DeviceBlock) block;
            if (space.kind() == SpaceKind.CUDA) {
                assertThat((own.handle + own.at(0)) % alignment).isZero();
            }
            byte[] content = random(1000);
            space.copyIn(MemorySegment.ofArray(content), block, 0);
            assertThat(read(space, block)).isEqualTo(content);
            space.free(block);
            assertThat(space.usedBytes()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4095, 4096, 4097, MIB - 1, MIB, MIB + 1, 3 * MIB + 7})
    void copies_ofAllKinds_bringTheBytes(int bytes) {
        byte[] content = random(bytes);
        try (DeviceSpace space = space();
                Arena arena = Arena.ofShared()) {
            MemoryBlock block = space.allocate(bytes + 10L);
            MemorySegment source = arena.allocate(Math.max(1, bytes)).asSlice(0, bytes);
            source.copyFrom(MemorySegment.ofArray(content));
            MemorySegment back = arena.allocate(Math.max(1, bytes)).asSlice(0, bytes);
            MemorySegment heapBack = MemorySegment.ofArray(new byte[bytes]);

            space.copyIn(source, block, 3);
            space.copyOut(block, 3, heapBack);
            assertThat(heapBack.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(content);

            awaited(space.copyInAsync(source, block, 5), bytes);
            awaited(space.copyOutAsync(block, 5, back), bytes);
            assertThat(back.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(content);

            awaited(space.copyInAsync(MemorySegment.ofArray(content), block, 7), bytes);
            heapBack.fill((byte) 0);
            awaited(space.copyOutAsync(block, 7, heapBack), bytes);
            assertThat(heapBack.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(content);

            MemoryBlock other = space.allocate(bytes + 1L);
            awaited(space.copyAcrossAsync(block, 7, other, 1, bytes), bytes);
            heapBack.fill((byte) 0);
            space.copyOut(other, 1, heapBack);
            assertThat(heapBack.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(content);
        }
    }

    @Test
    void copyAcross_largeAndOverlapping_isLikeAnArrayCopy() {
        int bytes = 3 * MIB + 11;
        for (int[] shift : new int[][] {{0, 1}, {1, 0}, {0, MIB + 1}, {MIB - 1, 0}, {5, 5}}) {
            byte[] expected = random(bytes + 2 * MIB);
            try (DeviceSpace space = space()) {
                MemoryBlock block = space.allocate(expected.length);
                space.copyIn(MemorySegment.ofArray(expected), block, 0);
                space.copyAcross(block, shift[0], block, shift[1], bytes);
                System.arraycopy(expected, shift[0], expected, shift[1], bytes);
                assertThat(read(space, block)).isEqualTo(expected);
                awaited(space.copyAcrossAsync(block, shift[0], block, shift[1], bytes), bytes);
                System.arraycopy(expected, shift[0], expected, shift[1], bytes);
                assertThat(read(space, block)).isEqualTo(expected);
            }
        }
    }

    @Test
    void copyAcross_hostToDeviceToDeviceToHost_bringsTheBytes() {
        byte[] content = random(2 * MIB + 3);
        try (DeviceSpace space = space();
                DeviceSpace other = space();
                HostSpace host = HostSpace.of("host", CAPACITY_BYTES)) {
            MemoryBlock onHost = host.allocate(content.length);
            host.copyIn(MemorySegment.ofArray(content), onHost, 0);
            MemoryBlock first = space.allocate(content.length);
            MemoryBlock second = other.allocate(content.length);
            MemoryBlock back = host.allocate(content.length);

            space.copyAcross(onHost, 0, first, 0, content.length);
            other.copyAcross(first, 0, second, 0, content.length);
            host.copyAcross(second, 0, back, 0, content.length);
            assertThat(read(host, back)).isEqualTo(content);

            host.copyIn(MemorySegment.ofArray(new byte[content.length]), back, 0);
            awaited(space.copyAcrossAsync(onHost, 0, first, 0, content.length), content.length);
            awaited(other.copyAcrossAsync(first, 0, second, 0, content.length), content.length);
            awaited(host.copyAcrossAsync(second, 0, back, 0, content.length), content.length);
            assertThat(read(host, back)).isEqualTo(content);
        }
    }

    @Test
    void pagesOfASlab_liveOnTheDevice() {
        try (DeviceSpace space = space()) {
            try (PageSlab slab =
                    new PageSlab(PageSlabConfig.of("pages", 64 << 10, 8 * MIB), space)) {
                long page = slab.acquire();
                space.copyIn(
                        MemorySegment.ofArray(random(1000)), slab.block(page), slab.offset(page));
                MemorySegment back = MemorySegment.ofArray(new byte[1000]);
                space.copyOut(slab.block(page), slab.offset(page), back);
                assertThat(back.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(random(1000));
                slab.release(page);
            }
            assertThat(space.usedBytes()).isZero();
        }
    }

    @Test
    void copyOut_toReadOnly_isRefused() {
        try (DeviceSpace space = space();
                Arena arena = Arena.ofConfined()) {
            MemoryBlock block = space.allocate(10);
            MemorySegment target = arena.allocate(10).asReadOnly();
            assertThatThrownBy(() -> space.copyOut(block, 0, target))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> space.copyOutAsync(block, 0, target))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void copyAsync_badArguments_areRefusedAtOnce() {
        try (DeviceSpace space = space();
                Arena arena = Arena.ofConfined()) {
            MemoryBlock block = space.allocate(10);
            MemorySegment eleven = arena.allocate(11);
            List<Runnable> attempts =
                    List.of(
                            () -> space.copyInAsync(eleven, block, 0).close(),
                            () -> space.copyInAsync(eleven, block, -1).close(),
                            () -> space.copyOutAsync(block, 0, eleven).close(),
                            () -> space.copyAcrossAsync(block, 0, block, 5, 6).close(),
                            () -> space.copyAcrossAsync(block, 5, block, 0, 6).close());
            for (Runnable attempt : attempts) {
                assertThatThrownBy(attempt::run).isInstanceOf(IndexOutOfBoundsException.class);
            }
            space.free(block); // nothing holds on to it
        }
    }

    @Test
    void manyVirtualThreads_copyAtOnce() throws Exception {
        try (DeviceSpace space = space();
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < 40; thread++) {
                byte content = (byte) (thread + 1);
                running.add(executor.submit(() -> copyInAndOut(space, content)));
            }
            for (Future<?> each : running) {
                each.get();
            }
            assertThat(space.usedBytes()).isZero();
        }
    }

    @Test
    void close_whileThreadsCopy_letsThemFinishAndRefusesTheNext() throws Exception {
        int threads = 6;
        DeviceSpace space = space();
        CountDownLatch warm = new CountDownLatch(threads * 5);
        try (ExecutorService platform = Executors.newFixedThreadPool(threads / 2);
                ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Throwable>> running = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                MemoryBlock block = space.allocate(2 * MIB);
                ExecutorService executor = thread % 2 == 0 ? platform : virtual;
                boolean native_ = thread % 3 == 0;
                running.add(executor.submit(() -> copyUntilRefused(space, block, native_, warm)));
            }
            warm.await();
            space.close();
            for (Future<Throwable> each : running) {
                assertThat(each.get())
                        .isExactlyInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("closed");
            }
        }
        assertThat(space.usedBytes()).isZero();
        assertThat(space.leak().blocks()).isEqualTo(threads);
    }

    private static Throwable copyUntilRefused(
            DeviceSpace space, MemoryBlock block, boolean nativeMemory, CountDownLatch warm) {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment bytes =
                    nativeMemory
                            ? arena.allocate(block.bytes())
                            : MemorySegment.ofArray(new byte[(int) block.bytes()]);
            while (true) {
                space.copyIn(bytes, block, 0);
                space.copyOut(block, 0, bytes);
                space.copyInAsync(bytes, block, 0).await();
                warm.countDown();
            }
        } catch (IllegalStateException e) {
            return e;
        }
    }

    private static void copyInAndOut(DeviceSpace space, byte content) {
        for (int round = 0; round < 5; round++) {
            MemoryBlock block = filled(space, 50_000, content);
            assertThat(read(space, block)).containsOnly(content);
            space.free(block);
        }
    }

    private MemorySpace newSpaceAndClose() {
        MemorySpace space = newSpace(CAPACITY_BYTES);
        space.close();
        return space;
    }

    private static void awaited(PendingCopy copy, int bytes) {
        try (copy) {
            CopyReport report = copy.await();
            assertThat(report.bytes()).isEqualTo(bytes);
            assertThat(copy.done()).isTrue();
            assertThat(copy.await()).isEqualTo(report);
        }
    }

    static byte[] random(int bytes) {
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        return content;
    }
}
