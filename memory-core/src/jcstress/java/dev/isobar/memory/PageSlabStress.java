package dev.isobar.memory;

import java.lang.foreign.MemorySegment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/// Two threads on one slab, on real processors: no page in two hands, none lost, no stale handle
/// taken. Both threads use the same stripe, the harder case.
public final class PageSlabStress {

    private PageSlabStress() {}

    /// Pages of 8 bytes, one to a segment.
    private static PageSlab slab(int pages) {
        return new PageSlab(
                new PageSlabConfig("jcstress", 8, 1, pages, false), FaultySpace.host(), 1);
    }

    private static int acquired(PageSlab slab) {
        return slab.tryAcquire() == PageSlab.NONE ? 0 : 1;
    }

    private static int released(PageSlab slab, long handle) {
        try {
            slab.release(handle);
            return 1;
        } catch (StalePageException _) {
            return 0;
        }
    }

    /// One page that was used before, so that both find the same hint.
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one got it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "two got it, or nobody")
    @State
    public static class AcquireTheSamePage {
        private final PageSlab slab = slab(1);

        public AcquireTheSamePage() {
            slab.release(slab.acquire());
        }

        @Actor
        public void first(II_Result r) {
            r.r1 = acquired(slab);
        }

        @Actor
        public void second(II_Result r) {
            r.r2 = acquired(slab);
        }
    }

    @JCStressTest
    @Outcome(
            id = {"1, 0, 1", "0, 1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one gave it back, and it is there")
    @Outcome(expect = Expect.FORBIDDEN, desc = "released twice, or lost")
    @State
    public static class ReleaseTheSamePage {
        private final PageSlab slab = slab(1);
        private final long page = slab.acquire();

        @Actor
        public void first(III_Result r) {
            r.r1 = released(slab, page);
        }

        @Actor
        public void second(III_Result r) {
            r.r2 = released(slab, page);
        }

        @Arbiter
        public void after(III_Result r) {
            r.r3 = acquired(slab);
        }
    }

    @JCStressTest
    @Outcome(id = "1, 0, 1", expect = Expect.ACCEPTABLE, desc = "asked too early")
    @Outcome(id = "1, 1, 0", expect = Expect.ACCEPTABLE, desc = "got what was released")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a page too many, or lost")
    @State
    public static class ReleaseWhileSomebodyAsks {
        private final PageSlab slab = slab(1);
        private final long page = slab.acquire();

        @Actor
        public void releaser(III_Result r) {
            r.r1 = released(slab, page);
        }

        @Actor
        public void asker(III_Result r) {
            r.r2 = acquired(slab);
        }

        @Arbiter
        public void after(III_Result r) {
            r.r3 = acquired(slab);
        }
    }

    /// Two pages, none used: there is one for each, whatever the other does.
    @JCStressTest
    @Outcome(id = "1, 1, 0", expect = Expect.ACCEPTABLE, desc = "one each")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a page was missed, or handed out twice")
    @State
    public static class AcquireAndGrow {
        private final PageSlab slab = slab(2);

        @Actor
        public void first(III_Result r) {
            r.r1 = acquired(slab);
        }

        @Actor
        public void second(III_Result r) {
            r.r2 = acquired(slab);
        }

        @Arbiter
        public void after(III_Result r) {
            r.r3 = acquired(slab);
        }
    }

    /// There is always a page to be had: from the old segment, or from a new one.
    @JCStressTest
    @Outcome(
            id = {"1, 0, 1", "1, 1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "the page is good, and was not given back under its holder")
    @Outcome(expect = Expect.FORBIDDEN, desc = "no page, or one without memory")
    @State
    public static class AcquireWhileShrinking {
        private final PageSlab slab = slab(1);

        public AcquireWhileShrinking() {
            slab.release(slab.acquire());
        }

        @Actor
        public void asker(III_Result r) {
            long page = slab.tryAcquire();
            if (page != PageSlab.NONE) {
                r.r1 = 1;
                MemorySegment view = slab.view(page);
                r.r3 = view.byteSize() == 8 && slab.holds(page) ? 1 : 0;
            }
        }

        @Actor
        public void shrinker(III_Result r) {
            r.r2 = slab.shrink(1).returnedSegments();
        }
    }
}
