package dev.isobar.benchmarks;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// A look-up that always finds, in caches of different size.
@State(Scope.Benchmark)
public class CacheGrowth {

    @Param({"pool", "caffeine", "chm"})
    public String peer;

    @Param({"10000", "100000", "1000000"})
    public int entries;

    private CacheState state;

    /// A thread's place.
    @State(Scope.Thread)
    public static class Place {
        private CacheState.Reader reader;

        @Setup
        public void start(CacheGrowth benchmark) {
            reader = benchmark.state.reader();
        }
    }

    @Setup
    public void fill() {
        state = CacheState.of(peer, entries, entries + entries / 4);
    }

    @Benchmark
    public @Nullable Object get(Place place) {
        return place.reader.get();
    }
}
