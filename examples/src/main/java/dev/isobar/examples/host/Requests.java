package dev.isobar.examples.host;

import dev.isobar.examples.workload.ShiftingPopularity;
import dev.isobar.examples.workload.ZipfSampler;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/// The requests that users of the search service make: mostly for what is popular, and what is
/// popular changes every ten seconds. From run to run they are the same.
public final class Requests {

    private static final double SKEW = 0.99;
    private static final Duration FAVOURITES_LAST = Duration.ofSeconds(10);
    private static final long SEED = 20_260_101;

    private Requests() {}

    /// Gives each worker, by its number, what it does in a turn: one request.
    ///
    /// @param service is asked
    /// @param passages how many there are
    /// @param nanoClock a monotonic clock
    public static IntFunction<Runnable> of(
            SearchService service, int passages, LongSupplier nanoClock) {
        var popularity =
                new ShiftingPopularity(
                        new ZipfSampler(passages, SKEW),
                        FAVOURITES_LAST,
                        nanoClock,
                        new SplittableRandom(SEED));
        return worker -> {
            var random = new SplittableRandom(SEED + 1 + worker);
            return () -> {
                var candidates = new int[DemoPlan.PASSAGES_PER_REQUEST - 1];
                for (int i = 0; i < candidates.length; i++) {
                    candidates[i] = popularity.draw(random);
                }
                service.search(popularity.draw(random), candidates);
            };
        };
    }
}
