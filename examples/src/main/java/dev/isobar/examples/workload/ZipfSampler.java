package dev.isobar.examples.workload;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/// Draws ranks by Zipf's law: rank `r` (from 0) has a share in proportion to `1 / (r + 1)^exponent`.
///
/// A table of the running sums and one binary search per draw: exact, 8 bytes per rank, `O(log n)`.
///
/// *Immutable*, so safe for several threads, each with its own generator.
public final class ZipfSampler {

    private final double[] cumulative;

    /// @param ranks how many there are; at least 1
    /// @param exponent how skewed: 0 is uniform, about 1 is what is seen in the field
    /// @throws IllegalArgumentException if a number is out of range
    public ZipfSampler(int ranks, double exponent) {
        if (ranks < 1) {
            throw new IllegalArgumentException("ranks must be at least 1: " + ranks);
        }
        if (!(exponent >= 0) || Double.isInfinite(exponent)) {
            throw new IllegalArgumentException(
                    "exponent must be finite and at least 0: " + exponent);
        }
        cumulative = new double[ranks];
        double sum = 0;
        for (int rank = 0; rank < ranks; rank++) {
            sum += Math.pow(rank + 1, -exponent);
            cumulative[rank] = sum;
        }
    }

    /// How many ranks there are.
    public int ranks() {
        return cumulative.length;
    }

    /// The share of a rank among all draws.
    public double share(int rank) {
        double before = rank == 0 ? 0 : cumulative[rank - 1];
        return (cumulative[rank] - before) / cumulative[cumulative.length - 1];
    }

    /// Draws a rank.
    public int draw(RandomGenerator random) {
        double point = random.nextDouble() * cumulative[cumulative.length - 1];
        int found = Arrays.binarySearch(cumulative, point);
        // found: the point is the exact end of that rank's stretch, so it belongs to the next one
        int rank = found >= 0 ? found + 1 : -found - 1;
        return Math.min(rank, cumulative.length - 1);
    }
}
