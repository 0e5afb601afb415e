package dev.isobar.benchmarks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.cache.CacheBuilder;
import dev.isobar.broker.ReclaimRequest;
import dev.isobar.pool.LeakDetection;
import dev.isobar.pool.Lease;
import dev.isobar.pool.PoolConfig;
import dev.isobar.pool.ValuePool;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.cache2k.Cache2kBuilder;
import org.jspecify.annotations.Nullable;

/// A cache of [CacheKey]s, all of them limited by the weights of their values, but for the map, which
/// is the limit of what a cache can reach. A fresh virtual machine knows one implementation only, so
/// the calls through this interface cost nothing.
interface Peer {

    /// A value, which weighs 64 bytes whatever it takes.
    record Value(long number) {
        static final int BYTES = 64;
    }

    @Nullable Value get(CacheKey key);

    void put(CacheKey key, Value value);

    /// Makes the value unevictable, and lets it go. Only the pool has it.
    default @Nullable Value lease(CacheKey key) {
        return get(key);
    }

    /// Takes back the bytes of so many entries, at once.
    default void reclaim(int entries) {
        throw new UnsupportedOperationException();
    }

    /// Does what the cache has put off.
    default void settle() {}

    /// How many entries there are, about.
    long size();

    static Peer of(String name, int entries) {
        long bytes = (long) entries * Value.BYTES;
        return switch (name) {
            case "none" -> new None();
            case "chm" -> new Bare(new ConcurrentHashMap<>());
            case "lru" -> new Bare(Collections.synchronizedMap(new Lru(entries)));
            case "caffeine" -> new OfCaffeine(bytes);
            case "cache2k" -> new OfCache2k(bytes);
            case "guava" -> new OfGuava(bytes);
            case "pool" -> new OfPool(bytes);
            default -> throw new IllegalArgumentException("no such peer: " + name);
        };
    }

    /// Only what comes before a look-up: making the key's hash.
    record None() implements Peer {
        private static final Value VALUE = new Value(0);

        @Override
        public @Nullable Value get(CacheKey key) {
            return key.hashCode() == 0 ? null : VALUE;
        }

        @Override
        public void put(CacheKey key, Value value) {}

        @Override
        public long size() {
            return 0;
        }
    }

    /// A map without a policy of its own.
    record Bare(Map<CacheKey, Value> map) implements Peer {
        @Override
        public @Nullable Value get(CacheKey key) {
            return map.get(key);
        }

        @Override
        public void put(CacheKey key, Value value) {
            map.put(key, value);
        }

        @Override
        public long size() {
            return map.size();
        }
    }

    /// Least recently used, by the book.
    final class Lru extends LinkedHashMap<CacheKey, Value> {
        private static final long serialVersionUID = 1;

        private final int entries;

        Lru(int entries) {
            super(16, 0.75f, true);
            this.entries = entries;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<CacheKey, Value> eldest) {
            return size() > entries;
        }
    }

    /// Caffeine.
    record OfCaffeine(Cache<CacheKey, Value> cache) implements Peer {
        OfCaffeine(long bytes) {
            this(
                    Caffeine.newBuilder()
                            .maximumWeight(bytes)
                            .weigher((CacheKey _, Value _) -> Value.BYTES)
                            .build());
        }

        @Override
        public @Nullable Value get(CacheKey key) {
            return cache.getIfPresent(key);
        }

        @Override
        public void put(CacheKey key, Value value) {
            cache.put(key, value);
        }

        @Override
        public long size() {
            return cache.estimatedSize();
        }

        @Override
        public void reclaim(int entries) {
            var eviction = cache.policy().eviction().orElseThrow();
            eviction.setMaximum(eviction.getMaximum() - (long) entries * Value.BYTES);
            cache.cleanUp();
        }

        @Override
        public void settle() {
            cache.cleanUp();
        }
    }

    /// cache2k.
    record OfCache2k(org.cache2k.Cache<CacheKey, Value> cache) implements Peer {
        OfCache2k(long bytes) {
            this(
                    Cache2kBuilder.of(CacheKey.class, Value.class)
                            .eternal(true)
                            .weigher((_, _) -> Value.BYTES)
                            .maximumWeight(bytes)
                            .build());
        }

        @Override
        public @Nullable Value get(CacheKey key) {
            return cache.peek(key);
        }

        @Override
        public void put(CacheKey key, Value value) {
            cache.put(key, value);
        }

        @Override
        public long size() {
            return cache.asMap().size();
        }
    }

    /// Guava.
    record OfGuava(com.google.common.cache.Cache<CacheKey, Value> cache) implements Peer {
        OfGuava(long bytes) {
            this(
                    CacheBuilder.newBuilder()
                            .maximumWeight(bytes)
                            .weigher((CacheKey _, Value _) -> Value.BYTES)
                            .build());
        }

        @Override
        public @Nullable Value get(CacheKey key) {
            return cache.getIfPresent(key);
        }

        @Override
        public void put(CacheKey key, Value value) {
            cache.put(key, value);
        }

        @Override
        public long size() {
            return cache.size();
        }
    }

    /// Isobar's pool, with the priority that it has by itself.
    record OfPool(ValuePool<CacheKey, Value> pool) implements Peer {
        OfPool(long bytes) {
            this(
                    new ValuePool<>(
                            PoolConfig.<CacheKey, Value>builder("bench")
                                    .limitBytes(bytes)
                                    .sizer(_ -> Value.BYTES)
                                    .leakDetection(LeakDetection.OFF)
                                    .build()));
        }

        @Override
        public @Nullable Value get(CacheKey key) {
            return pool.get(key);
        }

        @Override
        public @Nullable Value lease(CacheKey key) {
            var found = pool.acquire(key);
            if (found.isEmpty()) {
                return null;
            }
            try (Lease<Value> lease = found.get()) {
                return lease.value();
            }
        }

        @Override
        public void put(CacheKey key, Value value) {
            pool.put(key, value);
        }

        @Override
        public long size() {
            return pool.stats().entryCount();
        }

        @Override
        public void reclaim(int entries) {
            pool.reclaim(ReclaimRequest.of((long) entries * Value.BYTES));
        }
    }
}
