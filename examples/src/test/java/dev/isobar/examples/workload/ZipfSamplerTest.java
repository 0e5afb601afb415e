package dev.isobar.examples.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ZipfSamplerTest {

    private static final int RANKS = 50;
    private static final int DRAWS = 200_000;

    @Test
    void draw_manyTimes_followsTheLaw() {
        var sampler = new ZipfSampler(RANKS, 0.99);
        var random = new SplittableRandom(42);
        var counts = new int[RANKS];
        for (int i = 0; i < DRAWS; i++) {
            counts[sampler.draw(random)]++;
        }

        // Pearson's chi-squared: with 49 degrees of freedom, 85.4 is passed once in a thousand
        // times.
        assertThat(chiSquared(counts, 0.99)).isLessThan(85.4);
    }

    @Test
    void share_allRanks_isTheLawAndAddsUpToOne() {
        var sampler = new ZipfSampler(RANKS, 0.99);

        assertThat(IntStream.range(0, RANKS).mapToDouble(sampler::share).sum())
                .isCloseTo(1, within(1e-12));
        assertThat(sampler.share(0) / sampler.share(9)).isCloseTo(Math.pow(10, 0.99), within(1e-9));
    }

    @Test
    void draw_exponentZero_isUniform() {
        assertThat(new ZipfSampler(4, 0).share(3)).isCloseTo(0.25, within(1e-12));
    }

    @Test
    void draw_edgesOfTheRange_staysInside() {
        var sampler = new ZipfSampler(3, 1);

        assertThat(sampler.draw(always(0.0))).isZero();
        assertThat(sampler.draw(always(Math.nextDown(1.0)))).isEqualTo(2);
    }

    @Test
    void draw_sameSeed_isTheSame() {
        var sampler = new ZipfSampler(RANKS, 0.99);
        var one = new SplittableRandom(7);
        var two = new SplittableRandom(7);

        assertThat(IntStream.range(0, 100).map(_ -> sampler.draw(one)))
                .containsExactlyElementsOf(
                        IntStream.range(0, 100).map(_ -> sampler.draw(two)).boxed().toList());
    }

    @Test
    void construct_badNumbers_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ZipfSampler(0, 1))
                .withMessage("ranks must be at least 1: 0");
        assertThatIllegalArgumentException().isThrownBy(() -> new ZipfSampler(1, Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> new ZipfSampler(1, -0.1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ZipfSampler(1, Double.POSITIVE_INFINITY));
    }

    private static double chiSquared(int[] counts, double exponent) {
        double norm =
                IntStream.rangeClosed(1, RANKS).mapToDouble(r -> Math.pow(r, -exponent)).sum();
        double sum = 0;
        for (int rank = 0; rank < RANKS; rank++) {
            double expected = DRAWS * Math.pow(rank + 1, -exponent) / norm;
            sum += (counts[rank] - expected) * (counts[rank] - expected) / expected;
        }
        return sum;
    }

    private static RandomGenerator always(double point) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                return 0;
            }

            @Override
            public double nextDouble() {
                return point;
            }
        };
    }
}
