package dev.isobar.memory.load;

import java.util.List;
import java.util.Objects;

/// How a [StreamingWindow] holds a model.
///
/// *Immutable.*
///
/// @param budgetBytes what the slots may take together; at least 1. A model that is no larger is mapped
///     instead
/// @param slots how many layers are in memory at once; from 2 to [#MAX_SLOTS]
/// @param prefetch how many layers ahead are fetched; from 0 to one less than the slots
/// @param policy how layers are loaded. Past the page cache is best for a model that is larger than
///     memory
/// @param dropBehind whether the page cache is to forget a layer that has been loaded
/// @param schedule the order in which layers will be wanted, over and over; empty for one after the
///     other
public record WindowConfig(
        long budgetBytes,
        int slots,
        int prefetch,
        LoadPolicy policy,
        boolean dropBehind,
        List<Integer> schedule) {

    /// The most slots: {@value}.
    public static final int MAX_SLOTS = 1024;

    private static final int MIN_SLOTS = 2;

    /// @throws IllegalArgumentException if a number is out of range
    public WindowConfig {
        Objects.requireNonNull(policy, "policy");
        schedule = List.copyOf(schedule);
        if (budgetBytes < 1 || slots < MIN_SLOTS || slots > MAX_SLOTS) {
            throw new IllegalArgumentException(
                    "out of range: budgetBytes=%d, slots=%d (%d to %d)"
                            .formatted(budgetBytes, slots, MIN_SLOTS, MAX_SLOTS));
        }
        if (prefetch < 0 || prefetch >= slots) {
            throw new IllegalArgumentException(
                    "prefetch must be from 0 to %d: %d".formatted(slots - 1, prefetch));
        }
    }

    /// Past the page cache where that is possible, through it where not; layers in their order.
    public static WindowConfig of(long budgetBytes, int slots, int prefetch) {
        return new WindowConfig(
                budgetBytes,
                slots,
                prefetch,
                LoadPolicy.of(LoadStrategy.DIRECT).orElse(LoadStrategy.READ),
                true,
                List.of());
    }

    /// The same, with another way to load.
    public WindowConfig withPolicy(LoadPolicy other) {
        return new WindowConfig(budgetBytes, slots, prefetch, other, dropBehind, schedule);
    }

    /// The same, with an order in which layers will be wanted.
    public WindowConfig withSchedule(List<Integer> layers) {
        return new WindowConfig(budgetBytes, slots, prefetch, policy, dropBehind, layers);
    }
}
