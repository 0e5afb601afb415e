package dev.isobar.memory;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Every order of acquire, release and shrink must look like one after the other.
///
/// Which page somebody gets is not fixed, so the operations answer what must be the same in every
/// implementation: whether there was a page, and whether a handle was good. A page in two hands shows
/// as a page too many or a release too few.
public class PageSlabLincheckTest {

    private static final int PAGES = 2;

    private final FaultySpace space = FaultySpace.host();
    private final PageSlab slab =
            new PageSlab(
                    new PageSlabConfig("lincheck", 8, 1, PAGES, false), space, new SlabStripes(1));
    private final HandBox box = new HandBox();

    /// Handles between operations, the oldest first.
    private static final class HandBox {
        private final Deque<Long> handles = new ArrayDeque<>();

        synchronized void put(long handle) {
            handles.addLast(handle);
        }

        synchronized long take() {
            Long handle = handles.pollFirst();
            return handle == null ? PageSlab.NONE : handle;
        }
    }

    @Operation
    public boolean acquire() {
        long handle = slab.tryAcquire();
        if (handle == PageSlab.NONE) {
            return false;
        }
        box.put(handle);
        return true;
    }

    @Operation
    public boolean release() {
        long handle = box.take();
        if (handle == PageSlab.NONE) {
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
        modelChecking(60, 1000);
    }

    @Tag("stress")
    @Test
    void stress_long() {
        stress(60, 3000);
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
        private int used;

        public boolean acquire() {
            if (used == PAGES) {
                return false;
            }
            used++;
            return true;
        }

        public boolean release() {
            if (used == 0) {
                return false;
            }
            used--;
            return true;
        }

        public void shrink() {}
    }
}
