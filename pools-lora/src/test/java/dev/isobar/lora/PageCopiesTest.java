package dev.isobar.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isobar.memory.HostSpace;
import dev.isobar.memory.MemorySpace;
import dev.isobar.memory.PageSlab;
import dev.isobar.memory.PageSlabConfig;
import dev.isobar.memory.load.Cancellation;
import dev.isobar.memory.load.LoadError;
import dev.isobar.memory.load.LoadException;
import dev.isobar.memory.load.LoadPolicy;
import dev.isobar.memory.load.LoadStrategy;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PageCopiesTest {

    private static final int PAGE = 4096;
    private static final int PAGES = 64;
    private static final LoadPolicy POLICY =
            LoadPolicy.of(LoadStrategy.STAGED).withChunkBytes(4 * PAGE).withDepth(3);

    @Test
    void copy_toADevice_scatteredPages_isBitExact_andTellsOfEachChunk() {
        try (MemorySpace device = OpenClDevice.open()) {
            requireExact(device, 0);
            requireExact(device, 5);
        }
    }

    @Test
    void copy_withinTheHost_isBitExact() {
        try (HostSpace other = HostSpace.of("other", 16 << 20)) {
            requireExact(other, 3);
        }
    }

    @Test
    void copy_stopped_endsBetweenTwoChunks_withNothingUnderWay() {
        try (HostSpace host = HostSpace.of("host", 16 << 20);
                PageSlab from = slab("from", host);
                PageSlab to = slab("to", host)) {
            Cancellation stop = Cancellation.none();
            List<Long> told = new ArrayList<>();
            LoadPolicy policy =
                    POLICY.withCancellation(stop)
                            .withListener((done, _) -> {
                                told.add(done);
                                stop.cancel();
                            });
            Weights.Paged source = new Weights.Paged(from, pages(from));
            Weights.Paged target = new Weights.Paged(to, pages(to));

            assertThatThrownBy(() -> new PageCopies(policy).copy(source, target, 0))
                    .isInstanceOfSatisfying(
                            LoadException.class,
                            e -> assertThat(e.code()).isEqualTo(LoadError.CANCELLED))
                    .hasMessageContaining("to");

            assertThat(told).containsExactly(4L * PAGE);
            to.releaseBatch(target.pages(), PAGES); // nobody writes to them any more
            from.releaseBatch(source.pages(), PAGES);
        }
    }

    private static void requireExact(MemorySpace space, int first) {
        byte[] bytes = new byte[PAGES * PAGE];
        new Random(1).nextBytes(bytes);
        try (HostSpace host = HostSpace.of("host", 16 << 20);
                PageSlab from = slab("from", host);
                PageSlab to = slab("to", space)) {
            Weights.Paged source = new Weights.Paged(from, scattered(pages(from)));
            Weights.Paged target = new Weights.Paged(to, pages(to));
            for (int i = 0; i < PAGES; i++) {
                long page = source.pages()[i];
                MemorySegment part = MemorySegment.ofArray(bytes).asSlice((long) i * PAGE, PAGE);
                host.copyIn(part, from.block(page), from.offset(page));
            }
            List<Long> told = new ArrayList<>();

            new PageCopies(
                            POLICY.withListener((done, total) -> {
                                assertThat(total).isEqualTo((long) (PAGES - first) * PAGE);
                                told.add(done);
                            }))
                    .copy(source, target, first);

            byte[] copied = new byte[(PAGES - first) * PAGE];
            target.read((long) first * PAGE, MemorySegment.ofArray(copied));
            assertThat(copied).isEqualTo(Arrays.copyOfRange(bytes, first * PAGE, bytes.length));
            assertThat(told).isSorted().hasSizeGreaterThan(PAGES / 4 - 2);
            assertThat(told.getLast()).isEqualTo((long) (PAGES - first) * PAGE);
            from.releaseBatch(source.pages(), PAGES);
            to.releaseBatch(target.pages(), PAGES);
        }
    }

    private static PageSlab slab(String name, MemorySpace space) {
        return new PageSlab(PageSlabConfig.of(name, PAGE, (long) PAGES * PAGE), space);
    }

    private static long[] pages(PageSlab slab) {
        long[] pages = new long[PAGES];
        slab.acquireBatch(pages, PAGES);
        return pages;
    }

    /// Half of them in order, the others not.
    private static long[] scattered(long[] pages) {
        for (int i = 0; i < PAGES / 2; i += 2) {
            long page = pages[i];
            pages[i] = pages[PAGES / 2 - 1 - i];
            pages[PAGES / 2 - 1 - i] = page;
        }
        return pages;
    }
}
