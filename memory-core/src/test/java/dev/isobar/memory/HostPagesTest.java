package dev.isobar.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The extras of [HostSpace], and what an ordinary one must do without them.
class HostPagesTest {

    private static final long MIB = 1 << 20;

    private static HostSpaceConfig config() {
        return new HostSpaceConfig("pages", 64 * MIB, 4 * MIB);
    }

    private static List<MemoryBlock> touched(HostSpace space, int blocks) {
        List<MemoryBlock> all = new ArrayList<>();
        for (int count = 0; count < blocks; count++) {
            MemoryBlock block = space.allocate(4 * MIB);
            space.view(block).fill((byte) 1);
            all.add(block);
        }
        return all;
    }

    @Test
    void ordinarySpace_askedForNothing() {
        try (HostSpace space = new HostSpace(config())) {
            touched(space, 1);
            assertThat(space.pages().hugePages().asked()).isFalse();
            assertThat(space.pages().locked().inForce()).isFalse();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void hugePages_areUsed_whereTheSystemHasThem() throws Exception {
        try (HostSpace space = new HostSpace(config().withHugePages())) {
            List<MemoryBlock> blocks = touched(space, 8);
            PageAdvice advice = space.pages().hugePages();
            assertThat(advice.asked()).isTrue();
            assertThat(advice.bytes() + advice.refusedBytes()).isEqualTo(32 * MIB);
            assertThat(space.view(blocks.getFirst()).address() % (2 * MIB)).isZero();
            assumeTrue(advice.inForce(), advice.detail());
            assertThat(hugeBytesOfThisProcess()).isPositive();
        }
    }

    private static long hugeBytesOfThisProcess() throws Exception {
        long kilobytes = 0;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps_rollup"))) {
            if (line.startsWith("AnonHugePages:")) {
                kilobytes = Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return kilobytes * 1024;
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void lockedPages_areGranted_orTheReportSaysWhyNot() {
        try (HostSpace space = new HostSpace(config().withLockedPages())) {
            touched(space, 1);
            PageAdvice advice = space.pages().locked();
            assertThat(advice.asked()).isTrue();
            if (!advice.inForce()) {
                assertThat(advice.detail()).startsWith("mlock: E");
            }
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void releaseFreePages_makesTheResidentSizeFall_andTheSpaceWorksOn() {
        for (HostSpaceConfig config : List.of(config(), config().withHugePages())) {
            try (HostSpace space = new HostSpace(config)) {
                List<MemoryBlock> blocks = touched(space, 8);
                MemoryBlock kept = blocks.removeFirst();
                long before = space.residentBytes().orElseThrow();
                blocks.forEach(space::free);
                PageAdvice advice = space.releaseFreePages();

                assertThat(before).isGreaterThanOrEqualTo(32 * MIB - 8192);
                assertThat(advice.inForce()).as(advice.detail()).isTrue();
                assertThat(advice.bytes()).isEqualTo(28 * MIB);
                assertThat(space.residentBytes().orElseThrow()).isLessThanOrEqualTo(5 * MIB);
                assertThat(space.committedBytes()).isEqualTo(32 * MIB);
                assertThat(space.view(kept).get(ValueLayout.JAVA_BYTE, 4 * MIB - 1))
                        .isEqualTo((byte) 1);
                MemoryBlock again = space.allocate(4 * MIB);
                assertThat(space.view(again).get(ValueLayout.JAVA_BYTE, 8192)).isZero();
            }
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void pageOut_keepsTheContents() {
        try (HostSpace space = new HostSpace(config())) {
            MemoryBlock block = touched(space, 1).getFirst();
            PageAdvice advice = space.pageOut(block);
            assertThat(advice.bytes() + advice.refusedBytes()).isEqualTo(4 * MIB);
            MemorySegment ones = MemorySegment.ofArray(new byte[(int) (4 * MIB)]).fill((byte) 1);
            assertThat(space.view(block).mismatch(ones)).isEqualTo(-1);
        }
    }

    @Test
    void scrubOnFree_leavesZeroes_andCountsAsBefore() {
        try (HostSpace space = new HostSpace(config().withScrubOnFree())) {
            MemoryBlock block = space.allocate(1000);
            MemorySegment bytes = space.view(block).fill((byte) 7);
            space.free(block);
            assertThat(bytes.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
            assertThat(space.usedBytes()).isZero();
            assertThatThrownBy(() -> space.free(block)).hasMessageContaining("free already");
        }
    }

    @Test
    void hugePages_needLargeGroups() {
        assertThatThrownBy(() -> new HostSpaceConfig("x", MIB, MIB, true, false, false))
                .hasMessageContaining("huge pages");
        assertThat(HostSpaceConfig.of("x", 64 * MIB).withHugePages().groupBytes())
                .isEqualTo(HostSpaceConfig.MIN_HUGE_GROUP_BYTES);
    }

    /// More than 2 GiB at once, over itself: the copy must neither wrap nor smear.
    @Test
    @EnabledOnOs(OS.LINUX)
    void copy_ofMoreThanTwoGibibytes() {
        long bytes = (1L << 31) + 4097;
        try (HostSpace space =
                new HostSpace(HostSpaceConfig.of("large", 4L << 30).withHugePages())) {
            assumeTrue(space.systemFreeBytes().orElse(0) > 6L << 30, "needs 6 GiB of free memory");
            MemoryBlock block = space.allocate(bytes + 4099);
            MemorySegment view = space.view(block);
            long[] places = {0, 1, 4095, 1L << 30, (1L << 31) - 1, 1L << 31, bytes - 1};
            for (int at = 0; at < places.length; at++) {
                view.set(ValueLayout.JAVA_BYTE, places[at], (byte) (at + 1));
            }
            try (PendingCopy copy = space.copyAcrossAsync(block, 0, block, 4099, bytes)) {
                assertThat(copy.await().bytes()).isEqualTo(bytes);
            }
            for (int at = 0; at < places.length; at++) {
                assertThat(view.get(ValueLayout.JAVA_BYTE, places[at] + 4099))
                        .isEqualTo((byte) (at + 1));
            }
        }
    }

    /// `qsort` calls back into Java while it has the block's address: closing must fail for that
    /// group, keep it charged, and work the next time.
    @Test
    void close_duringANativeCall_keepsTheGroupCharged_andTheNextCloseReturnsIt() throws Throwable {
        HostSpace space = new HostSpace(config());
        MemorySegment view = space.view(space.allocate(64));
        CountDownLatch inNative = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Thread sorter = Thread.ofPlatform().start(() -> sort(view, inNative, closed));
        inNative.await();
        space.close();
        long afterFirst = space.committedBytes();
        closed.countDown();
        sorter.join();
        space.close();

        assertThat(afterFirst).isEqualTo(4 * MIB);
        assertThat(space.committedBytes()).isZero();
    }

    private static void sort(MemorySegment view, CountDownLatch inNative, CountDownLatch closed) {
        try (Arena arena = Arena.ofConfined()) {
            Linker linker = Linker.nativeLinker();
            MethodHandle qsort =
                    linker.downcallHandle(
                            linker.defaultLookup().findOrThrow("qsort"),
                            FunctionDescriptor.ofVoid(
                                    ValueLayout.ADDRESS,
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.ADDRESS));
            MethodHandle compare =
                    MethodHandles.insertArguments(
                            MethodHandles.lookup()
                                    .findStatic(
                                            HostPagesTest.class,
                                            "compare",
                                            MethodType.methodType(
                                                    int.class,
                                                    CountDownLatch.class,
                                                    CountDownLatch.class,
                                                    MemorySegment.class,
                                                    MemorySegment.class)),
                            0,
                            inNative,
                            closed);
            MemorySegment stub =
                    linker.upcallStub(
                            compare,
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS),
                            arena);
            qsort.invokeExact(view, 2L, 4L, stub);
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    @SuppressWarnings("UnusedMethod") // called by qsort
    private static int compare(
            CountDownLatch inNative, CountDownLatch closed, MemorySegment a, MemorySegment b)
            throws InterruptedException {
        inNative.countDown();
        closed.await();
        return Long.compare(a.address(), b.address());
    }

    @Test
    void spacesWithoutExtras_makeNoRestrictedCall(@TempDir Path folder) throws Exception {
        ChildJvm.Result result =
                ChildJvm.run(
                        List.of("--illegal-native-access=deny"),
                        NoNativeAccess.class,
                        folder.resolve("child").toString());
        assertThat(result.output()).isEqualTo("done\n");
        assertThat(result.exitCode()).isZero();
    }

    /// Runs in a virtual machine that denies native access.
    static final class NoNativeAccess {
        public static void main(String[] args) {
            try (HostSpace space = HostSpace.of("child", 1 << 20);
                    MappedFileSpace file =
                            new MappedFileSpace(
                                    MappedFileSpaceConfig.temporary(
                                            "file", Path.of(args[0]), 1 << 20));
                    PageSlab slab = new PageSlab(PageSlabConfig.of("s", 4096, 1 << 18), space)) {
                slab.view(slab.acquire()).fill((byte) 1);
                file.copyAcross(space.allocate(100), 0, file.allocate(100), 0, 100);
                space.systemFreeBytes();
                space.trim();
            }
            System.out.println("done");
        }
    }
}
