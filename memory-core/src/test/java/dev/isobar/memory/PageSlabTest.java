package dev.isobar.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class PageSlabTest {

    private static final int PAGE_BYTES = 64;

    private final FaultySpace space = FaultySpace.host();

    private PageSlab slab(int pagesPerSegment, int maxSegments) {
        return new PageSlab(
                new PageSlabConfig("test", PAGE_BYTES, pagesPerSegment, maxSegments, false), space);
    }

    private PageSlab scrubbing() {
        return new PageSlab(new PageSlabConfig("test", PAGE_BYTES, 4, 2, true), space);
    }

    private static long[] acquireAll(PageSlab slab) {
        return LongStream.generate(slab::tryAcquire)
                .takeWhile(handle -> handle != PageSlab.NONE)
                .toArray();
    }

    @Test
    void newSlab_takesNothingFromItsSpace() {
        try (PageSlab slab = slab(4, 2)) {
            assertThat(space.usedBytes()).isZero();
            assertThat(slab.stats()).isEqualTo(new SlabStats("test", PAGE_BYTES, 0, 0, 0, 0, 0, 0));
        }
    }

    @Test
    void acquire_everyPageOnce_thenSaysSoWithNumbers() {
        try (PageSlab slab = slab(4, 2)) {
            Set<Integer> pages = new HashSet<>();
            for (int count = 0; count < 8; count++) {
                assertThat(pages.add(slab.page(slab.acquire()))).isTrue();
            }
            SlabExhaustedException e =
                    catchThrowableOfType(SlabExhaustedException.class, slab::acquire);

            assertThat(e.slab()).isEqualTo("test");
            assertThat(e.askedPages()).isEqualTo(1);
            assertThat(e.usedPages()).isEqualTo(8);
            assertThat(e.pages()).isEqualTo(8);
            assertThat(e.maxPages()).isEqualTo(8);
            assertThat(e).hasMessage("slab test: no 1 free pages (used=8, pages=8, max=8)");
            assertThat(slab.tryAcquire()).isEqualTo(PageSlab.NONE);
            assertThat(slab.stats().failedAcquisitions()).isEqualTo(2);
            assertThat(slab.stats().usedPages()).isEqualTo(8);
            assertThat(slab.stats().freePages()).isZero();
        }
    }

    @Test
    void release_makesThePageFree_inTheNextGeneration() {
        try (PageSlab slab = slab(1, 1)) {
            long first = slab.acquire();
            slab.release(first);
            long second = slab.acquire();

            assertThat(slab.page(second)).isEqualTo(slab.page(first));
            assertThat(slab.generation(first)).isEqualTo(1);
            assertThat(slab.generation(second)).isEqualTo(2);
            assertThat(slab.holds(first)).isFalse();
            assertThat(slab.holds(second)).isTrue();
        }
    }

    @Test
    void staleHandle_isRefusedEverywhere_namingPageAndGenerations() {
        try (PageSlab slab = slab(1, 1)) {
            long stale = slab.acquire();
            slab.release(stale);
            long live = slab.acquire();

            StalePageException e =
                    catchThrowableOfType(StalePageException.class, () -> slab.release(stale));
            assertThat(e.slab()).isEqualTo("test");
            assertThat(e.page()).isZero();
            assertThat(e.handleGeneration()).isEqualTo(1);
            assertThat(e.pageGeneration()).isEqualTo(2);
            assertThat(e)
                    .hasMessage(
                            "slab test: stale handle: page 0 is in use in generation 2, the handle"
                                    + " is of 1");
            assertThatThrownBy(() -> slab.view(stale)).isInstanceOf(StalePageException.class);
            assertThatThrownBy(() -> slab.segment(stale)).isInstanceOf(StalePageException.class);
            assertThatThrownBy(() -> slab.block(stale)).isInstanceOf(StalePageException.class);
            assertThat(slab.holds(live)).isTrue();
            slab.release(live);
            assertThatThrownBy(() -> slab.release(live)).hasMessageContaining("is free");
        }
    }

    @Test
    void numbersThatAreNoHandles_areRefused() {
        try (PageSlab slab = slab(4, 1)) {
            slab.acquire();
            for (long wrong : new long[] {PageSlab.NONE, -1, Long.MIN_VALUE}) {
                assertThatThrownBy(() -> slab.release(wrong))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(Long.toString(wrong));
                assertThat(slab.holds(wrong)).isFalse();
            }
            assertThatThrownBy(() -> slab.release(Long.MAX_VALUE))
                    .isInstanceOf(StalePageException.class);
        }
    }

    @Property(tries = 50)
    void forgedHandle_neverWorks(@ForAll long forged) {
        try (PageSlab slab = slab(4, 3)) {
            long[] live = {slab.acquire(), slab.acquire()};
            if (Arrays.stream(live).noneMatch(each -> each == forged)) {
                assertThat(slab.holds(forged)).isFalse();
                assertThatThrownBy(() -> slab.release(forged)).isInstanceOf(RuntimeException.class);
            }
            assertThat(slab.stats().usedPages()).isEqualTo(2);
        }
    }

    @Test
    void views_doNotOverlap_andAreThePagesOfTheBlock() {
        try (PageSlab slab = slab(4, 2)) {
            long[] pages = acquireAll(slab);
            for (long page : pages) {
                slab.view(page).fill((byte) slab.page(page));
            }
            for (long page : pages) {
                MemorySegment copy = MemorySegment.ofArray(new byte[PAGE_BYTES]);
                space.copyOut(slab.block(page), slab.offset(page), copy);
                assertThat(copy.toArray(ValueLayout.JAVA_BYTE))
                        .containsOnly((byte) slab.page(page));
                assertThat(slab.view(page).byteSize()).isEqualTo(PAGE_BYTES);
                assertThat(slab.segment(page).get(ValueLayout.JAVA_BYTE, slab.offset(page)))
                        .isEqualTo((byte) slab.page(page));
            }
        }
    }

    @Test
    void deviceSpace_hasNoView() {
        FaultySpace device = new FaultySpace(SpaceKind.CUDA, 1 << 20);
        try (PageSlab slab =
                new PageSlab(new PageSlabConfig("device", PAGE_BYTES, 4, 2, false), device)) {
            long page = slab.acquire();
            assertThatThrownBy(() -> slab.view(page))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("faulty");
            assertThat(slab.block(page).space()).isSameAs(device);
        }
    }

    @Test
    void batch_isAllOrNothing() {
        try (PageSlab slab = slab(4, 2)) {
            long[] batch = new long[9];
            slab.acquireBatch(batch, 5);
            assertThat(Arrays.stream(batch).filter(slab::holds).distinct().count()).isEqualTo(5);
            assertThat(batch[5]).isEqualTo(PageSlab.NONE);

            long[] more = new long[4];
            assertThatThrownBy(() -> slab.acquireBatch(more, 4))
                    .isInstanceOf(SlabExhaustedException.class)
                    .hasMessageContaining("no 4 free pages (used=5");
            assertThat(slab.tryAcquireBatch(more, 4)).isFalse();
            assertThat(more).containsOnly(PageSlab.NONE);
            assertThat(slab.stats().usedPages()).isEqualTo(5);
            assertThat(slab.stats().failedAcquisitions()).isEqualTo(2);
            assertThat(slab.tryAcquireBatch(more, 3)).isTrue();
            assertThat(slab.stats().freePages()).isZero();

            slab.releaseBatch(batch, 5);
            assertThat(slab.stats().usedPages()).isEqualTo(3);
        }
    }

    @Test
    void batch_spaceRefusesInTheMiddle_leavesNoPageInUse() {
        try (PageSlab slab = slab(4, 8)) {
            space.allocationsLeft.set(2);
            long[] batch = new long[20];
            assertThatThrownBy(() -> slab.acquireBatch(batch, 20))
                    .isInstanceOf(SlabExhaustedException.class)
                    .hasCauseInstanceOf(OutOfSpaceException.class);

            assertThat(batch).containsOnly(PageSlab.NONE);
            assertThat(slab.stats().usedPages()).isZero();
            assertThat(acquireAll(slab)).hasSize(8);
        }
    }

    @Test
    void batch_ofNothing_andBadCounts() {
        try (PageSlab slab = slab(4, 1)) {
            slab.acquireBatch(new long[0], 0);
            slab.releaseBatch(new long[0], 0);
            assertThat(space.usedBytes()).isZero();
            assertThatThrownBy(() -> slab.acquireBatch(new long[3], 4))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> slab.acquireBatch(new long[3], -1))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void releaseBatch_withStaleHandles_releasesTheOthersAndNamesThem() {
        try (PageSlab slab = slab(4, 1)) {
            long[] batch = new long[4];
            slab.acquireBatch(batch, 4);
            slab.release(batch[1]);
            slab.release(batch[2]);

            StalePageException e =
                    catchThrowableOfType(
                            StalePageException.class, () -> slab.releaseBatch(batch, 4));
            assertThat(e.page()).isEqualTo(slab.page(batch[1]));
            assertThat(e.getSuppressed()).hasSize(1);
            assertThat(slab.stats().usedPages()).isZero();
        }
    }

    @Test
    void growth_isBySegments_upToTheLimit() {
        try (PageSlab slab = slab(4, 3)) {
            assertThat(slab.grow(1)).isEqualTo(4 * PAGE_BYTES);
            assertThat(space.usedBytes()).isEqualTo(4 * PAGE_BYTES);
            assertThat(slab.grow(1L << 40)).isEqualTo(8 * PAGE_BYTES);
            assertThat(slab.grow(1)).isZero();
            assertThat(slab.stats().committedBytes()).isEqualTo(space.usedBytes());
            assertThat(acquireAll(slab)).hasSize(12);
        }
    }

    @Test
    void tryAcquire_spaceFull_isNone_andWorksWhenItHasRoomAgain() {
        try (PageSlab slab = slab(4, 3)) {
            space.allocationsLeft.set(0);
            assertThat(slab.tryAcquire()).isEqualTo(PageSlab.NONE);
            assertThatThrownBy(slab::acquire).hasCauseInstanceOf(OutOfSpaceException.class);
            assertThatThrownBy(() -> slab.grow(1)).isInstanceOf(OutOfSpaceException.class);
            space.allocationsLeft.set(1);
            assertThat(slab.holds(slab.tryAcquire())).isTrue();
        }
    }

    @Test
    void shrink_givesEmptySegmentsBack_theYoungestFirst_andNotMoreThanAsked() {
        try (PageSlab slab = slab(4, 3)) {
            long[] pages = acquireAll(slab);
            assertThat(slab.shrink(1).returnedBytes()).isZero();
            for (long page : pages) {
                if (slab.page(page) != 2) {
                    slab.release(page);
                }
            }
            assertThat(slab.shrink(0).returnedSegments()).isZero();
            SlabShrink one = slab.shrink(1);
            assertThat(one.returnedBytes()).isEqualTo(4 * PAGE_BYTES);
            assertThat(one.returnedSegments()).isEqualTo(1);
            assertThat(slab.shrink(Long.MAX_VALUE).returnedSegments()).isEqualTo(1);
            assertThat(space.liveBlocks()).isEqualTo(1);
            assertThat(slab.stats().pages()).isEqualTo(4);
            assertThat(slab.stats().usedPages()).isEqualTo(1);
            assertThat(slab.stats().committedBytes()).isEqualTo(space.usedBytes());
        }
    }

    @Test
    void handlesFromBeforeAShrink_stayRefusedAfterTheSlabGrewAgain() {
        try (PageSlab slab = slab(2, 1)) {
            long[] old = acquireAll(slab);
            slab.releaseBatch(old, 2);
            assertThat(slab.shrink(1).returnedSegments()).isEqualTo(1);
            assertThatThrownBy(() -> slab.release(old[0]))
                    .isInstanceOf(StalePageException.class)
                    .hasMessageContaining("without memory");
            long[] young = acquireAll(slab);
            for (long handle : old) {
                assertThat(slab.holds(handle)).isFalse();
                assertThatThrownBy(() -> slab.release(handle))
                        .isInstanceOf(StalePageException.class);
            }
            assertThat(LongStream.of(young).allMatch(slab::holds)).isTrue();
        }
    }

    @Test
    void shrink_spaceFailsToFree_staysChargedAndIsTriedAgain() {
        try (PageSlab slab = slab(4, 2)) {
            slab.releaseBatch(acquireAll(slab), 8);
            space.freesToFail.set(1);
            SlabShrink first = slab.shrink(Long.MAX_VALUE);

            assertThat(first.returnedBytes()).isEqualTo(4 * PAGE_BYTES);
            assertThat(first.unreturnedBytes()).isEqualTo(4 * PAGE_BYTES);
            assertThat(first.failures()).singleElement().isInstanceOf(MemorySpaceException.class);
            assertThat(slab.stats().committedBytes()).isEqualTo(space.usedBytes()).isPositive();
            assertThat(acquireAll(slab)).as("room beside what is still charged").hasSize(4);

            SlabShrink second = slab.shrink(0);
            assertThat(second.returnedSegments()).isEqualTo(1);
            assertThat(second.unreturnedBytes()).isZero();
            assertThat(slab.stats().committedBytes()).isEqualTo(space.usedBytes());
            assertThat(acquireAll(slab)).hasSize(4);
        }
    }

    @Test
    void highWaterMark_isTheMostPagesHeldAtOnce() {
        try (PageSlab slab = slab(16, 4)) {
            long[] batch = new long[20];
            slab.acquireBatch(batch, 20);
            slab.releaseBatch(batch, 20);
            for (int round = 0; round < 10; round++) {
                slab.acquireBatch(batch, 7);
                slab.releaseBatch(batch, 7);
            }
            assertThat(slab.stats().highWaterPages()).isEqualTo(20);
            slab.shrink(Long.MAX_VALUE);
            assertThat(slab.stats().highWaterPages()).isEqualTo(20);
        }
    }

    @Test
    void pagesReleasedByAnotherThread_areFoundAgain() throws Exception {
        try (PageSlab slab = slab(64, 4)) {
            for (int round = 0; round < 20; round++) {
                long[] pages = acquireAll(slab);
                assertThat(pages).hasSize(256);
                Thread other = Thread.ofPlatform().start(() -> slab.releaseBatch(pages, 256));
                other.join();
                assertThat(slab.stats().usedPages()).isZero();
            }
        }
    }

    @Test
    void virtualThreads_needNothingOfTheirOwn() throws Exception {
        try (PageSlab slab = slab(64, 2)) {
            CountDownLatch done = new CountDownLatch(5_000);
            for (int thread = 0; thread < 5_000; thread++) {
                Thread.startVirtualThread(() -> {
                    slab.release(slab.acquire());
                    done.countDown();
                });
            }
            done.await();
            assertThat(slab.stats().usedPages()).isZero();
            assertThat(acquireAll(slab)).hasSize(128);
        }
    }

    @Test
    void scrub_leavesZeroes() {
        try (PageSlab slab = scrubbing()) {
            long page = slab.acquire();
            slab.view(page).fill((byte) 7);
            long neighbour = slab.acquire();
            slab.view(neighbour).fill((byte) 8);
            MemorySegment bytes = slab.view(page);
            slab.release(page);

            assertThat(bytes.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
            assertThat(slab.view(neighbour).toArray(ValueLayout.JAVA_BYTE)).containsOnly(8);
            assertThatThrownBy(() -> slab.release(page)).isInstanceOf(StalePageException.class);
            assertThat(slab.view(slab.acquire()).toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
        }
    }

    @Test
    void scrub_ofPagesLargerThanTheZeroesAtHand() {
        int pageBytes = (1 << 17) + 8;
        try (PageSlab slab =
                new PageSlab(new PageSlabConfig("large", pageBytes, 2, 1, true), space)) {
            long page = slab.acquire();
            MemorySegment bytes = slab.view(page).fill((byte) 7);
            slab.release(page);
            assertThat(bytes.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
        }
    }

    @Test
    void scrubThatFails_leavesThePageWithItsHolder_andCanBeTriedAgain() {
        try (PageSlab slab = scrubbing()) {
            long page = slab.acquire();
            space.copyBytesLeft.set(PAGE_BYTES / 2);
            assertThatThrownBy(() -> slab.release(page)).isInstanceOf(MemorySpaceException.class);
            assertThat(slab.holds(page)).isTrue();
            assertThat(slab.stats().usedPages()).isEqualTo(1);

            space.copyBytesLeft.set(Long.MAX_VALUE);
            slab.release(page);
            assertThat(slab.stats().usedPages()).isZero();
        }
    }

    @Test
    void close_returnsEmptySegmentsAtOnce_andTheOthersWithTheirLastPage() {
        PageSlab slab = slab(2, 2);
        long[] pages = acquireAll(slab);
        long kept = Arrays.stream(pages).filter(each -> slab.page(each) == 0).findFirst().orElse(0);
        Arrays.stream(pages).filter(each -> each != kept).forEach(slab::release);
        slab.close();

        assertThat(space.liveBlocks()).isEqualTo(1);
        assertThat(slab.stats().usedPages()).isEqualTo(1);
        assertThatThrownBy(slab::acquire)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(slab::tryAcquire).hasMessageContaining("closed");
        assertThatThrownBy(() -> slab.grow(1)).hasMessageContaining("closed");
        slab.view(kept).fill((byte) 1);
        slab.release(kept);
        assertThat(space.usedBytes()).isZero();
        assertThat(slab.stats().committedBytes()).isZero();
        slab.close();
    }

    @Test
    void close_spaceFailsToFree_throwsAndTriesAgain() {
        PageSlab slab = slab(2, 2);
        slab.releaseBatch(acquireAll(slab), 4);
        space.freesToFail.set(3);
        assertThatThrownBy(slab::close)
                .isInstanceOf(MemorySpaceException.class)
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThatThrownBy(slab::close).isInstanceOf(MemorySpaceException.class);
        assertThat(slab.stats().committedBytes()).isEqualTo(space.usedBytes()).isPositive();
        slab.close();
        assertThat(space.usedBytes()).isZero();
    }

    @Property(tries = 200)
    void config_of_staysWithinTheLimit_andUsesMostOfIt(
            @ForAll @IntRange(min = 1, max = 1 << 18) int pageWords,
            @ForAll @LongRange(min = 1, max = 1L << 36) long extraBytes) {
        long pageBytes = 8L * pageWords;
        long maxBytes = pageBytes * 20 + extraBytes % (pageBytes * (PageSlabConfig.MAX_PAGES - 21));
        PageSlabConfig config = PageSlabConfig.of("x", pageBytes, maxBytes);
        assertThat(config.segmentBytes() * config.maxSegments())
                .isLessThanOrEqualTo(maxBytes)
                .isGreaterThan(maxBytes * 8 / 10);
        assertThat(config.maxPages()).isEqualTo(config.maxSegments() * config.pagesPerSegment());
    }

    @Test
    void config_badValues_areRefused() {
        assertThatThrownBy(() -> new PageSlabConfig(" ", 8, 1, 1, false))
                .hasMessageContaining("blank");
        for (long pageBytes : new long[] {0, -8, 12, PageSlabConfig.MAX_PAGE_BYTES + 8}) {
            assertThatThrownBy(() -> new PageSlabConfig("x", pageBytes, 1, 1, false))
                    .hasMessageContaining("pageBytes");
        }
        for (int pages : new int[] {0, -1, 3, Integer.MIN_VALUE}) {
            assertThatThrownBy(() -> new PageSlabConfig("x", 8, pages, 1, false))
                    .hasMessageContaining("pagesPerSegment");
        }
        for (int segments : new int[] {0, -1, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> new PageSlabConfig("x", 8, 64, segments, false))
                    .hasMessageContaining("maxSegments");
        }
        assertThatThrownBy(() -> PageSlabConfig.of("x", 4096, 4095))
                .hasMessageContaining("must hold a page");
        assertThat(PageSlabConfig.of("x", 64, 128).scrubbed().scrubOnRelease()).isTrue();
    }
}
