package dev.isobar.benchmarks;

import dev.isobar.memory.HostSpace;
import dev.isobar.memory.PageMagazine;
import dev.isobar.memory.PageSlab;
import dev.isobar.memory.PageSlabConfig;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// A page taken and given back without touching it; each thread holds 64. Beside it two floors: an
/// array per thread that nobody else may use, and two compare-and-sets on a word of one's own.
public class PageIndex {

    static final int LIVE = 64;
    static final int BATCH = 100;

    /// Nobody touches the pages; many small ones are set up sooner than large ones.
    private static final int PAGE_BYTES = 4096;

    private static final long SLAB_BYTES = 4096L * PAGE_BYTES;

    @State(Scope.Benchmark)
    public static class Shared {
        HostSpace space;
        PageSlab slab;

        @Setup
        public void open() {
            space = HostSpace.of("bench", 1L << 30);
            slab = new PageSlab(PageSlabConfig.of("bench", PAGE_BYTES, SLAB_BYTES), space);
            slab.grow(SLAB_BYTES);
        }

        @TearDown
        public void close() {
            slab.close();
            space.close();
        }
    }

    @State(Scope.Thread)
    public static class Pages {
        final long[] live = new long[LIVE];
        final long[] batch = new long[BATCH];
        int at;

        @Setup
        public void fill(Shared shared) {
            shared.slab.acquireBatch(live, LIVE);
        }

        @TearDown
        public void drain(Shared shared) {
            shared.slab.releaseBatch(live, LIVE);
        }
    }

    @Benchmark
    public long slab(Shared shared, Pages pages) {
        int at = pages.at = (pages.at + 1) & (LIVE - 1);
        shared.slab.release(pages.live[at]);
        return pages.live[at] = shared.slab.acquire();
    }

    @State(Scope.Thread)
    public static class MagazinePages {
        final long[] live = new long[LIVE];
        PageMagazine magazine;
        int at;

        @Setup
        public void fill(Shared shared) {
            magazine = shared.slab.magazine(32);
            for (int page = 0; page < LIVE; page++) {
                live[page] = magazine.tryAcquire();
            }
        }

        @TearDown
        public void drain() {
            for (long page : live) {
                magazine.release(page);
            }
            magazine.close();
        }
    }

    @Benchmark
    public long magazine(MagazinePages pages) {
        int at = pages.at = (pages.at + 1) & (LIVE - 1);
        pages.magazine.release(pages.live[at]);
        return pages.live[at] = pages.magazine.tryAcquire();
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long batchOf100(Shared shared, Pages pages) {
        shared.slab.acquireBatch(pages.batch, BATCH);
        shared.slab.releaseBatch(pages.batch, BATCH);
        return pages.batch[0];
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long hundredSingles(Shared shared, Pages pages) {
        for (int page = 0; page < BATCH; page++) {
            pages.batch[page] = shared.slab.acquire();
        }
        for (int page = 0; page < BATCH; page++) {
            shared.slab.release(pages.batch[page]);
        }
        return pages.batch[0];
    }

    /// What cannot be beaten: no other thread, no check, no generation.
    @State(Scope.Thread)
    public static class Stack {
        final int[] free = new int[1024];
        final int[] live = new int[LIVE];
        int top;
        int at;

        @Setup
        public void fill() {
            for (int page = 0; page < free.length; page++) {
                free[page] = page;
            }
            top = free.length;
            for (int page = 0; page < LIVE; page++) {
                live[page] = free[--top];
            }
        }
    }

    @Benchmark
    public int threadsOwnArray(Stack stack) {
        int at = stack.at = (stack.at + 1) & (LIVE - 1);
        stack.free[stack.top++] = stack.live[at];
        return stack.live[at] = stack.free[--stack.top];
    }

    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    @State(Scope.Thread)
    public static class Words {
        final long[] words = new long[32];
        long generation;
    }

    @Benchmark
    public boolean twoCompareAndSets(Words own) {
        long word = own.generation;
        own.generation = word + 2;
        return WORD.compareAndSet(own.words, 16, word, word + 1)
                & WORD.compareAndSet(own.words, 16, word + 1, word + 2);
    }
}
