package dev.isobar.examples.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShiftingPopularityTest {

    private static final Duration PERIOD = Duration.ofSeconds(10);

    private final AtomicLong nanos = new AtomicLong(123);
    private final ShiftingPopularity popularity =
            new ShiftingPopularity(
                    new ZipfSampler(160, 0.99), PERIOD, nanos::get, new SplittableRandom(1));

    @Test
    void item_allRanks_isEachItemOnce() {
        assertThat(IntStream.range(0, 160).map(popularity::item).sorted())
                .containsExactlyElementsOf(IntStream.range(0, 160).boxed().toList());
    }

    @Test
    void item_withinAPeriod_staysTheSame() {
        List<Integer> before = favourites();

        nanos.addAndGet(PERIOD.toNanos() - 1);

        assertThat(favourites()).isEqualTo(before);
    }

    @Test
    void item_nextPeriod_favouritesAreOnesThatWereNot() {
        List<Integer> before = favourites();

        nanos.addAndGet(PERIOD.toNanos());

        assertThat(favourites()).doesNotContainAnyElementsOf(before);
        assertThat(popularity.item(150)).isEqualTo(before.getFirst());
    }

    @Test
    void draw_manyTimes_mostlyGivesTheFavourites() {
        var random = new SplittableRandom(2);
        List<Integer> favourites = favourites();

        long hits =
                IntStream.range(0, 10_000)
                        .map(_ -> popularity.draw(random))
                        .filter(favourites::contains)
                        .count();

        // the first 10 of 160 ranks have 0.515 of all draws
        assertThat(hits).isBetween(4_900L, 5_400L);
    }

    @Test
    void construct_noPeriod_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new ShiftingPopularity(
                                new ZipfSampler(1, 1),
                                Duration.ZERO,
                                () -> 0,
                                new SplittableRandom()));
    }

    private List<Integer> favourites() {
        return IntStream.range(0, 10).mapToObj(popularity::item).toList();
    }
}
