package dev.isobar.benchmarks;

import dev.isobar.memory.HostSpace;
import dev.isobar.memory.HostSpaceConfig;
import dev.isobar.memory.PageSlab;
import dev.isobar.memory.PageSlabConfig;
import dev.isobar.memory.SlabShrink;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// What it costs to take 32 MiB, touch every page and give it back to the system, with small and
/// huge pages; and what one must never do on a request path: close a shared arena while threads run.
public class Segments {

    private static final long SEGMENT_BYTES = 32L << 20;

    @State(Scope.Benchmark)
    public static class Growing {
        @Param({"false", "true"})
        public boolean hugePages;

        HostSpace space;
        PageSlab slab;
        final long[] pages = new long[512];

        @Setup
        public void open() {
            HostSpaceConfig config = HostSpaceConfig.of("bench", 1L << 30);
            space = new HostSpace(hugePages ? config.withHugePages() : config);
            slab = new PageSlab(PageSlabConfig.of("bench", 65536, 8 * SEGMENT_BYTES), space);
        }

        @TearDown
        public void close() {
            slab.close();
            space.close();
        }

        void growAndTouch() {
            slab.grow(SEGMENT_BYTES);
            slab.acquireBatch(pages, pages.length);
            for (long page : pages) {
                for (int offset = 0; offset < 65536; offset += 4096) {
                    slab.segment(page)
                            .set(ValueLayout.JAVA_BYTE, slab.offset(page) + offset, (byte) 1);
                }
            }
        }
    }

    /// The space keeps the memory for the next segment.
    @Benchmark
    public SlabShrink growTouchShrink_keptBySpace(Growing state) {
        state.growAndTouch();
        state.slab.releaseBatch(state.pages, state.pages.length);
        return state.slab.shrink(Long.MAX_VALUE);
    }

    /// The system gets it back.
    @Benchmark
    public long growTouchShrink_backToSystem(Growing state) {
        state.growAndTouch();
        state.slab.releaseBatch(state.pages, state.pages.length);
        state.slab.shrink(Long.MAX_VALUE);
        return state.space.trim();
    }

    @State(Scope.Benchmark)
    public static class Busy {
        @Param({"0", "2", "20"})
        public int busyThreads;

        private final List<Thread> threads = new ArrayList<>();
        private volatile boolean stop;
        volatile long spun;

        @Setup
        public void start() {
            for (int thread = 0; thread < busyThreads; thread++) {
                threads.add(Thread.ofPlatform().daemon().start(this::spin));
            }
        }

        private void spin() {
            long count = 0;
            while (!stop) {
                count++;
            }
            spun = count;
        }

        @TearDown
        public void end() throws InterruptedException {
            stop = true;
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    @Benchmark
    public void closeSharedArena(Busy busy) {
        Arena arena = Arena.ofShared();
        arena.allocate(64);
        arena.close();
    }
}
