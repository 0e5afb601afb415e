package dev.isobar.benchmarks;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// Nine look-ups, then an insert into the full cache, which has to evict.
@State(Scope.Benchmark)
public class CacheMix {

    @Param({"pool", "caffeine", "cache2k", "guava", "lru"})
    public String peer;

    private CacheState state;

    /// A thread's place.
    @State(Scope.Thread)
    public static class Place {
        private CacheState.Reader reader;

        @Setup
        public void start(CacheMix benchmark) {
            reader = benchmark.state.reader();
        }
    }

    @Setup
    public void fill() {
        state = CacheState.of(peer, 100_000, 100_000);
    }

    @Benchmark
    public @Nullable Object getOrInsert(Place place) {
        return place.reader.getOrInsert();
    }
}
