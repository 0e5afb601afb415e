package dev.isobar.benchmarks;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// A lease, taken and closed; the peers have none and only look the value up.
@State(Scope.Benchmark)
public class CacheLease {

    @Param({"pool", "caffeine", "chm"})
    public String peer;

    private CacheState state;

    /// A thread's place.
    @State(Scope.Thread)
    public static class Place {
        private CacheState.Reader reader;

        @Setup
        public void start(CacheLease benchmark) {
            reader = benchmark.state.reader();
        }
    }

    @Setup
    public void fill() {
        state = CacheState.of(peer, 100_000, 125_000);
    }

    @Benchmark
    public @Nullable Object lease(Place place) {
        return state.cache.lease(place.reader.next());
    }
}
