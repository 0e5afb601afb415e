package dev.isobar.memory;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Every order of acquire, release and shrink must look like one after the other.
///
/// Which page somebody gets is not fixed, so the operations answer what must be the same in every
/// implementation: whether there was a page, and whether a handle was good. A page in two hands shows
/// as a page too many or a release too few.
@Order(1) // before many classes are loaded, all of which it rewrites
public class PageSlabLincheckTest {

    private static final int PAGES = 2;

    /// Two, and numbers that Lincheck gives to what runs before and after them.
    private static final int THREADS = 4;

    private final FaultySpace space = FaultySpace.host();
    private final PageSlab slab =
            new PageSlab(new PageSlabConfig("lincheck", 8, 1, PAGES, false), space, 1);

    /// The handles of each thread, which it alone touches.
    private final List<Deque<Long>> hands =
            Stream.generate(() -> (Deque<Long>) new ArrayDeque<Long>()).limit(THREADS).toList();

    @Operation
    public boolean acquire(@Param(gen = ThreadIdGen.class) int thread) {
        long handle = slab.tryAcquire();
        if (handle == PageSlab.NONE) {
            return false;
        }
        hands.get(thread).addLast(handle);
        return true;
    }

    @Operation
    public boolean release(@Param(gen = ThreadIdGen.class) int thread) {
        Long handle = hands.get(thread).pollFirst();
        if (handle == null) {
            return false;
        }
        slab.release(handle);
        try {
            slab.release(handle);
            throw new AssertionError("a stale handle was taken");
        } catch (StalePageException _) {
            return true;
        }
    }

    @Operation
    public void shrink() {
        slab.shrink(1);
    }

    @Test
    void modelChecking() {
        modelChecking(8, 60);
    }

    @Test
    void stress() {
        stress(5, 200);
    }

    @Tag("stress")
    @Test
    void modelChecking_long() {
        modelChecking(30, 500);
    }

    @Tag("stress")
    @Test
    void stress_long() {
        stress(40, 2000);
    }

    private static void modelChecking(int scenarios, int orders) {
        new ModelCheckingOptions()
                .iterations(scenarios)
                .invocationsPerIteration(orders)
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(2)
                .actorsAfter(2)
                .sequentialSpecification(Counted.class)
                .check(PageSlabLincheckTest.class);
    }

    private static void stress(int scenarios, int runs) {
        new StressOptions()
                .iterations(scenarios)
                .invocationsPerIteration(runs)
                .threads(2)
                .actorsPerThread(3)
                .sequentialSpecification(Counted.class)
                .check(PageSlabLincheckTest.class);
    }

    /// What a slab is, one operation after the other.
    public static final class Counted {
        private final int[] held = new int[THREADS];

        public boolean acquire(int thread) {
            if (Arrays.stream(held).sum() == PAGES) {
                return false;
            }
            held[thread]++;
            return true;
        }

        public boolean release(int thread) {
            if (held[thread] == 0) {
                return false;
            }
            held[thread]--;
            return true;
        }

        public void shrink() {}
    }
}
