package dev.isobar.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// Millions of random operations by several threads. Each writes its mark into its pages and looks
/// for it when it releases them, so a page in two hands shows; each tries old handles; and at the end
/// the counts must balance.
class PageSlabStormTest {

    private static final int THREADS = 4;
    private static final int PAGE_BYTES = 64;

    @Test
    void tenMillionOperations_balance() throws Exception {
        storm(10_000_000, false);
    }

    @Test
    void scrubbed_balance() throws Exception {
        storm(200_000, true);
    }

    private static void storm(int operations, boolean scrub) throws Exception {
        // Too few pages for everybody, so that running out, growing and shrinking all happen.
        PageSlabConfig config = new PageSlabConfig("storm", PAGE_BYTES, 16, 12, scrub);
        try (HostSpace space = HostSpace.of("storm", 1 << 20);
                PageSlab slab = new PageSlab(config, space);
                ExecutorService executor = Executors.newFixedThreadPool(THREADS)) {
            List<Future<Long>> failures = new ArrayList<>();
            for (int thread = 1; thread <= THREADS; thread++) {
                Storm storm = new Storm(slab, thread, scrub);
                failures.add(executor.submit(() -> storm.run(operations / THREADS)));
            }
            long failed = 0;
            for (Future<Long> each : failures) {
                failed += each.get();
            }
            SlabStats stats = slab.stats();
            assertThat(stats.usedPages()).isZero();
            assertThat(stats.failedAcquisitions()).isEqualTo(failed);
            assertThat(stats.committedBytes()).isEqualTo(space.usedBytes());
            assertThat(stats.pages()).isEqualTo(stats.segments() * 16);
            long[] all = new long[config.maxPages()];
            slab.acquireBatch(all, all.length);
            slab.releaseBatch(all, all.length);
            slab.shrink(Long.MAX_VALUE);
            assertThat(space.usedBytes()).isZero();
        }
    }

    private static final class Storm {
        private final PageSlab slab;
        private final long mark;
        private final boolean scrub;
        private final SplittableRandom random;
        private final long[] held = new long[80];
        private final long[] batch = new long[10];
        private int count;
        private long stale = PageSlab.NONE;
        private long failed;

        Storm(PageSlab slab, int thread, boolean scrub) {
            this.slab = slab;
            this.mark = thread;
            this.scrub = scrub;
            this.random = new SplittableRandom(thread);
        }

        long run(int operations) {
            for (int operation = 0; operation < operations; operation++) {
                step(random.nextInt(1000));
            }
            while (count > 0) {
                release(count - 1);
            }
            return failed;
        }

        private void step(int dice) {
            if (dice < 2) {
                slab.shrink(1L << random.nextInt(14));
            } else if (dice < 40) {
                tryStale();
            } else if (dice < 60 && count + batch.length <= held.length) {
                acquireBatch();
            } else if (count < held.length && random.nextInt(held.length) >= count / 2) {
                acquire();
            } else if (count > 0) {
                release(random.nextInt(count));
            }
        }

        private void acquire() {
            long page = slab.tryAcquire();
            if (page == PageSlab.NONE) {
                failed++;
            } else {
                hold(page);
            }
        }

        private void acquireBatch() {
            if (slab.tryAcquireBatch(batch, batch.length)) {
                for (long page : batch) {
                    hold(page);
                }
            } else {
                failed++;
            }
        }

        private void hold(long page) {
            if (scrub) {
                check(slab.segment(page).get(ValueLayout.JAVA_LONG, slab.offset(page)) == 0);
            }
            slab.segment(page).set(ValueLayout.JAVA_LONG, slab.offset(page), mark);
            held[count++] = page;
        }

        private void release(int at) {
            long page = held[at];
            held[at] = held[--count];
            check(slab.segment(page).get(ValueLayout.JAVA_LONG, slab.offset(page)) == mark);
            slab.release(page);
            stale = page;
        }

        private void tryStale() {
            if (stale != PageSlab.NONE) {
                check(!slab.holds(stale));
                try {
                    slab.release(stale);
                    throw new AssertionError("a stale handle was taken");
                } catch (StalePageException e) {
                    check(e.handleGeneration() != e.pageGeneration());
                }
            }
        }

        private static void check(boolean right) {
            if (!right) {
                throw new AssertionError("a page was in two hands");
            }
        }
    }
}
