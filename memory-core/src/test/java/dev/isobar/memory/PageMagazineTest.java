package dev.isobar.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class PageMagazineTest {

    private final FaultySpace space = FaultySpace.host();
    private final PageSlab slab = new PageSlab(new PageSlabConfig("test", 64, 8, 4, false), space);

    @Test
    void pages_areDistinct_andGoBack() {
        PageMagazine magazine = slab.magazine(4);
        List<Long> pages = new ArrayList<>();
        for (long page = magazine.tryAcquire();
                page != PageSlab.NONE;
                page = magazine.tryAcquire()) {
            pages.add(page);
            assertThat(slab.holds(page)).isTrue();
        }
        assertThat(pages).hasSize(32).doesNotHaveDuplicates();
        assertThat(slab.stats().failedAcquisitions()).isEqualTo(1);
        pages.forEach(magazine::release);
        assertThat(magazine.keptPages()).isBetween(1, 4);
        assertThat(slab.stats().usedPages()).isEqualTo(magazine.keptPages());
        magazine.close();
        magazine.close();

        assertThat(slab.stats().usedPages()).isZero();
        slab.acquireBatch(new long[32], 32);
        assertThatThrownBy(magazine::tryAcquire).hasMessageContaining("magazine is closed");
    }

    @Test
    void staleHandle_isRefused_byMagazineAndSlab() {
        try (PageMagazine magazine = slab.magazine(4)) {
            long page = magazine.tryAcquire();
            magazine.release(page);
            assertThatThrownBy(() -> magazine.release(page)).isInstanceOf(StalePageException.class);
            assertThatThrownBy(() -> slab.release(page)).isInstanceOf(StalePageException.class);
            assertThatThrownBy(() -> slab.view(page)).isInstanceOf(StalePageException.class);
            long again = magazine.tryAcquire();
            assertThat(slab.page(again)).isEqualTo(slab.page(page));
            assertThat(slab.generation(again)).isEqualTo(slab.generation(page) + 1);
            assertThatThrownBy(() -> magazine.release(PageSlab.NONE))
                    .isInstanceOf(IllegalArgumentException.class);
            magazine.release(again);
        }
    }

    @Test
    void pageOfAMagazine_isNotTheSlabs_untilDetached() {
        try (PageMagazine magazine = slab.magazine(4)) {
            long page = magazine.tryAcquire();
            assertThatThrownBy(() -> slab.release(page))
                    .isInstanceOf(StalePageException.class)
                    .hasMessageContaining("a magazine's");
            long ordinary = slab.acquire();
            assertThatThrownBy(() -> magazine.release(ordinary))
                    .isInstanceOf(StalePageException.class);

            assertThat(magazine.detach(page)).isEqualTo(page);
            assertThatThrownBy(() -> magazine.release(page)).isInstanceOf(StalePageException.class);
            slab.release(page);
            slab.release(ordinary);
        }
        assertThat(slab.stats().usedPages()).isZero();
    }

    @Test
    void keptPages_keepTheirSegment() {
        PageMagazine magazine = slab.magazine(4);
        magazine.release(magazine.tryAcquire());
        assertThat(slab.shrink(Long.MAX_VALUE).returnedSegments()).isZero();
        magazine.close();
        assertThat(slab.shrink(Long.MAX_VALUE).returnedSegments()).isEqualTo(1);
    }

    @Test
    void slabClosed_theMagazineGivesEverythingBack() {
        PageMagazine magazine = slab.magazine(4);
        long page = magazine.tryAcquire();
        slab.close();
        magazine.release(page);
        magazine.close();
        assertThat(space.usedBytes()).isZero();
    }

    @Test
    void anotherThread_isRefused_andMayCloseItAfterwards() throws Exception {
        PageMagazine[] made = new PageMagazine[1];
        Thread thread =
                Thread.ofPlatform()
                        .start(() -> {
                            made[0] = slab.magazine(4);
                            made[0].release(made[0].tryAcquire());
                        });
        thread.join();
        assertThatThrownBy(() -> made[0].tryAcquire()).isInstanceOf(WrongThreadException.class);
        assertThatThrownBy(() -> made[0].release(1)).isInstanceOf(WrongThreadException.class);
        made[0].close();
        assertThat(slab.stats().usedPages()).isZero();
    }

    @Test
    void scrub_leavesZeroes() {
        PageSlab scrubbing = new PageSlab(new PageSlabConfig("test", 64, 8, 4, true), space);
        try (PageMagazine magazine = scrubbing.magazine(4)) {
            long page = magazine.tryAcquire();
            MemorySegment bytes = scrubbing.view(page).fill((byte) 7);
            space.copyBytesLeft.set(0);
            assertThatThrownBy(() -> magazine.release(page))
                    .isInstanceOf(MemorySpaceException.class);
            assertThat(scrubbing.holds(page)).isTrue();
            space.copyBytesLeft.set(Long.MAX_VALUE);
            magazine.release(page);
            assertThat(bytes.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
        }
    }

    @Test
    void sizes_outOfRange_areRefused() {
        assertThatThrownBy(() -> slab.magazine(1)).hasMessageContaining("from 2 to 1024");
        assertThatThrownBy(() -> slab.magazine(PageMagazine.MAX_PAGES + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /// Magazines of several threads, ordinary pages and shrinking, all at once on too few pages.
    @Test
    void manyMagazines_neverShareAPage_andBalance() throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(3)) {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 1; thread <= 3; thread++) {
                long mark = thread;
                running.add(executor.submit(() -> useMagazine(mark)));
            }
            for (Future<?> each : running) {
                each.get();
            }
        }
        assertThat(slab.stats().usedPages()).isZero();
        slab.shrink(Long.MAX_VALUE);
        assertThat(space.usedBytes()).isZero();
    }

    private void useMagazine(long mark) {
        SplittableRandom random = new SplittableRandom(mark);
        long[] held = new long[20];
        int count = 0;
        try (PageMagazine magazine = slab.magazine(6)) {
            for (int operation = 0; operation < 100_000 || count > 0; operation++) {
                if (random.nextInt(500) == 0) {
                    slab.shrink(1);
                }
                boolean more = operation < 100_000 && random.nextBoolean() && count < held.length;
                long page = more ? magazine.tryAcquire() : PageSlab.NONE;
                if (page != PageSlab.NONE) {
                    slab.view(page).set(ValueLayout.JAVA_LONG_UNALIGNED, 0, mark);
                    held[count++] = page;
                } else if (count > 0) {
                    long victim = held[--count];
                    assertThat(slab.view(victim).get(ValueLayout.JAVA_LONG_UNALIGNED, 0))
                            .isEqualTo(mark);
                    if (random.nextInt(4) == 0) {
                        slab.release(magazine.detach(victim));
                    } else {
                        magazine.release(victim);
                    }
                }
            }
        }
    }
}
