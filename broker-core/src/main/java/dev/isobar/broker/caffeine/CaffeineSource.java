package dev.isobar.broker.caffeine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Policy.CacheEntry;
import com.github.benmanes.caffeine.cache.Policy.Eviction;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import dev.isobar.broker.PressureSource;
import dev.isobar.broker.ReclaimRequest;
import dev.isobar.broker.ReclaimResult;
import dev.isobar.broker.Resource;
import dev.isobar.broker.Usage;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Any Caffeine cache with a maximum as a source of pressure, in one line:
///
/// ```java
/// broker.register(CaffeineSource.of("sessions", cache));
/// ```
///
/// *Safe for several threads.* It takes back the coldest entries in small steps, so that users of
/// the cache never wait for more than one of them, and never touches the cache's maximum. Entries
/// of weight 0 are pinned: Caffeine never evicts them, and neither does this.
///
/// The cache is held weakly: once nobody else holds it, this source is closed, and the broker drops
/// it. So hold the `Cache` itself, not only its `asMap()` view.
///
/// Reading the usage takes Caffeine's eviction lock for a moment.
///
/// @param <K> the cache's keys
/// @param <V> the cache's values
public final class CaffeineSource<K, V> implements PressureSource {

    /// How many entries are taken in one step. Looking for the coldest holds Caffeine's eviction lock
    /// for this many entries.
    private static final int STEP_ENTRIES = 64;

    /// After so many steps without a victim there are none. One alone may be chance: all that it found
    /// were replaced by users meanwhile.
    private static final int VAIN_STEPS = 2;

    private static final Usage NOTHING = Usage.of(0, 0);

    private record Victim<K, V>(K key, V value, long bytes) {}

    private final String name;
    private final Resource resource;
    private final WeakReference<Cache<K, V>> cache;
    private final long bytesPerUnit;
    private final LongAdder evictions = new LongAdder();

    private CaffeineSource(
            String name, Resource resource, WeakReference<Cache<K, V>> cache, long bytesPerUnit) {
        this.name = name;
        this.resource = resource;
        this.cache = cache;
        this.bytesPerUnit = bytesPerUnit;
    }

    /// A cache with a maximum weight, whose weigher counts bytes of heap.
    ///
    /// @param name the source's name; not blank
    /// @throws IllegalArgumentException if the name is blank, or the cache has no maximum weight
    public static <K, V> CaffeineSource<K, V> of(String name, Cache<K, V> cache) {
        if (!eviction(name, cache).isWeighted()) {
            throw new IllegalArgumentException(
                    "cache "
                            + name
                            + " is bounded by its number of entries; say how many bytes one takes:"
                            + " CaffeineSource.of(name, cache, bytesPerEntry)");
        }
        return of(name, cache, 1);
    }

    /// A cache with a maximum size or weight, in the heap.
    ///
    /// @param name the source's name; not blank
    /// @param bytesPerUnit an estimate of the bytes of one entry; for a cache with a maximum weight,
    ///     of one unit of weight; at least 1
    /// @throws IllegalArgumentException if the name is blank, the cache has no maximum, or
    ///     `bytesPerUnit` is below 1
    public static <K, V> CaffeineSource<K, V> of(
            String name, Cache<K, V> cache, long bytesPerUnit) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("source name must not be blank");
        }
        if (bytesPerUnit < 1) {
            throw new IllegalArgumentException("bytesPerUnit must be at least 1: " + bytesPerUnit);
        }
        eviction(name, cache);
        return new CaffeineSource<>(name, Resource.HEAP, new WeakReference<>(cache), bytesPerUnit);
    }

    /// The same source, with bytes of another resource than the heap.
    public CaffeineSource<K, V> on(Resource other) {
        return new CaffeineSource<>(
                name, Objects.requireNonNull(other, "resource"), cache, bytesPerUnit);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Resource resource() {
        return resource;
    }

    @Override
    public Usage usage() {
        Cache<K, V> held = cache.get();
        if (held == null) {
            return NOTHING;
        }
        Eviction<K, V> eviction = eviction(name, held);
        return Usage.of(toBytes(units(held, eviction)), toBytes(eviction.getMaximum()));
    }

    @Override
    public ReclaimResult reclaim(ReclaimRequest request) {
        Cache<K, V> held = cache.get();
        if (held == null) {
            return ReclaimResult.refused("the cache is gone");
        }
        long freed = 0;
        int vain = 0;
        while (freed < request.bytes() && vain < VAIN_STEPS) {
            if (request.expired()) {
                return ReclaimResult.freed(request.bytes(), freed, "time is up");
            }
            long step = step(held, request.bytes() - freed);
            vain = step == 0 ? vain + 1 : 0;
            freed += step;
        }
        return ReclaimResult.freed(request.bytes(), freed, "nothing more to evict");
    }

    /// True once nobody else holds the cache.
    @Override
    public boolean closed() {
        return cache.refersTo(null);
    }

    /// How many entries were evicted through this source.
    public long evictions() {
        return evictions.sum();
    }

    /// The cache's own statistics; all 0 if it does not record them, or is gone.
    public CacheStats stats() {
        Cache<K, V> held = cache.get();
        return held == null ? CacheStats.empty() : held.stats();
    }

    /// Evicts some of the coldest entries, and lets the cache book it.
    ///
    /// @return the bytes that went; 0 if there is nothing to evict
    private long step(Cache<K, V> held, long wantedBytes) {
        List<Victim<K, V>> victims = coldest(eviction(name, held));
        long freed = 0;
        for (Victim<K, V> victim : victims) {
            // Only if it is still this value: one that was replaced meanwhile is warm.
            if (freed < wantedBytes && held.asMap().remove(victim.key(), victim.value())) {
                evictions.increment();
                freed += victim.bytes();
            }
        }
        held.cleanUp();
        return freed;
    }

    private List<Victim<K, V>> coldest(Eviction<K, V> eviction) {
        boolean weighted = eviction.isWeighted();
        return eviction.coldest((Stream<CacheEntry<K, V>> entries) ->
                entries.filter(entry -> entry.weight() > 0)
                        .limit(STEP_ENTRIES)
                        .map(entry -> victim(entry, weighted))
                        .toList());
    }

    private Victim<K, V> victim(CacheEntry<K, V> entry, boolean weighted) {
        return new Victim<>(
                entry.getKey(), entry.getValue(), toBytes(weighted ? entry.weight() : 1));
    }

    private static <K, V> long units(Cache<K, V> cache, Eviction<K, V> eviction) {
        return eviction.weightedSize().orElseGet(cache::estimatedSize);
    }

    private long toBytes(long units) {
        long high = Math.multiplyHigh(units, bytesPerUnit);
        return high == 0 && units * bytesPerUnit >= 0 ? units * bytesPerUnit : Long.MAX_VALUE;
    }

    private static <K, V> Eviction<K, V> eviction(String name, @Nullable Cache<K, V> cache) {
        Objects.requireNonNull(cache, "cache");
        return cache.policy()
                .eviction()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "cache "
                                        + name
                                        + " has no maximum: the broker cannot say how full"
                                        + " it is; build it with maximumWeight or"
                                        + " maximumSize"));
    }
}
