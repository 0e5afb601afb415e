package dev.isobar.examples.workload;

import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// Skewed popularity whose favourites change: Zipf's law over the items, and every `period` the most
/// popular ranks go to items that were not popular before.
///
/// The items are put into one random order, fixed by the seed. In period `p`, rank `r` is the item at
/// place `r + p * step` of that order, with a step of about 1/16 of all items: the new favourites were
/// in the tail, and the old ones fall back into it.
///
/// *Safe for several threads*, each with its own generator.
public final class ShiftingPopularity {

    private static final int STEPS_PER_ROUND = 16;

    private final ZipfSampler ranks;
    private final int[] order;
    private final long periodNanos;
    private final LongSupplier nanoClock;
    private final long startNanos;

    /// @param ranks the skew; as many ranks as items
    /// @param period how long favourites last; more than 0
    /// @param nanoClock a monotonic clock
    /// @param random puts the items into their order
    /// @throws IllegalArgumentException if `period` is not more than 0
    public ShiftingPopularity(
            ZipfSampler ranks, Duration period, LongSupplier nanoClock, RandomGenerator random) {
        if (period.isZero() || period.isNegative()) {
            throw new IllegalArgumentException("period must be more than 0: " + period);
        }
        this.ranks = Objects.requireNonNull(ranks, "ranks");
        this.periodNanos = period.toNanos();
        this.nanoClock = Objects.requireNonNull(nanoClock, "nanoClock");
        this.startNanos = nanoClock.getAsLong();
        this.order = shuffled(ranks.ranks(), random);
    }

    /// Draws an item: an index from 0 to the number of items, exclusive.
    public int draw(RandomGenerator random) {
        return item(ranks.draw(random));
    }

    /// The item that has a rank now.
    public int item(int rank) {
        long period = (nanoClock.getAsLong() - startNanos) / periodNanos;
        int step = Math.max(1, order.length / STEPS_PER_ROUND);
        return order[(int) Math.floorMod(rank + period * step, (long) order.length)];
    }

    /// Fisher and Yates.
    private static int[] shuffled(int items, RandomGenerator random) {
        var order = new int[items];
        for (int i = 0; i < items; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
