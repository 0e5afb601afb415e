package dev.isobar.broker.caffeine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import dev.isobar.broker.BrokerConfig;
import dev.isobar.broker.PressureBroker;
import dev.isobar.broker.PressureSource;
import dev.isobar.broker.PressureTier;
import dev.isobar.broker.ReclaimRequest;
import dev.isobar.broker.ReclaimResult;
import dev.isobar.broker.Resource;
import dev.isobar.broker.contract.PressureSourceContract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class CaffeineSourceTest extends PressureSourceContract {

    private static final int ENTRY_BYTES = 100;

    /// The contract's fixtures must be held by somebody.
    private final List<Cache<Integer, byte[]>> held = new ArrayList<>();

    @Override
    protected PressureSource filled() {
        return CaffeineSource.of("cache", hold(weighted(10_000, 90)));
    }

    @Override
    protected PressureSource empty() {
        return CaffeineSource.of("cache", hold(weighted(10_000, 0)));
    }

    @Override
    protected PressureSource unmanaged() {
        return CaffeineSource.of("cache", hold(weighted(0, 0)));
    }

    /// Entries of weight 0 are what Caffeine calls pinned.
    @Override
    protected PressureSource allPinned() {
        Cache<Integer, byte[]> cache =
                hold(
                        Caffeine.newBuilder()
                                .maximumWeight(1_000)
                                .weigher((Integer k, byte[] v) -> 0)
                                .executor(Runnable::run)
                                .build());
        fill(cache, 10);
        return CaffeineSource.of("cache", cache);
    }

    @Test
    void of_noMaximum_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CaffeineSource.of("sessions", Caffeine.newBuilder().build()))
                .withMessageContaining("sessions")
                .withMessageContaining("no maximum");
    }

    @Test
    void of_boundedByEntriesWithoutEstimate_refusedWithTheWayOut() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CaffeineSource.of("sessions", sized(10)))
                .withMessageContaining("bytesPerEntry");
    }

    @Test
    void of_badArguments_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CaffeineSource.of(" ", weighted(10, 0)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CaffeineSource.of("a", sized(10), 0))
                .withMessageContaining("0");
    }

    @Test
    void usage_boundedByEntries_countsEntriesTimesTheEstimate() {
        Cache<Integer, byte[]> cache = sized(10);
        fill(cache, 5);
        CaffeineSource<Integer, byte[]> source = CaffeineSource.of("a", cache, 1_000);
        assertThat(source.usage().usedBytes()).isEqualTo(5_000);
        assertThat(source.usage().capacityBytes()).isEqualTo(10_000);
        ReclaimResult result = source.reclaim(ReclaimRequest.of(1_500));
        assertThat(result.freedBytes()).isEqualTo(2_000);
        assertThat(cache.estimatedSize()).isEqualTo(3);
        assertThat(cache.policy().eviction().orElseThrow().getMaximum()).isEqualTo(10);
    }

    @Test
    void reclaim_takesTheColdestAndLeavesTheHot() {
        Cache<Integer, byte[]> cache = weighted(10_000, 90);
        for (int round = 0; round < 10; round++) {
            for (int key = 80; key < 90; key++) {
                assertThat(cache.getIfPresent(key)).isNotNull();
            }
            cache.cleanUp();
        }
        CaffeineSource.of("a", cache).reclaim(ReclaimRequest.of(60 * ENTRY_BYTES));
        assertThat(cache.asMap().keySet()).contains(80, 81, 82, 83, 84, 85, 86, 87, 88, 89);
        assertThat(cache.estimatedSize()).isEqualTo(30);
    }

    @Test
    void reclaim_manySteps_freesExactlyWhatIsNeeded() {
        Cache<Integer, byte[]> cache = weighted(1_000_000, 1_000);
        CaffeineSource<Integer, byte[]> source = CaffeineSource.of("a", cache);
        ReclaimResult result = source.reclaim(ReclaimRequest.of(500 * ENTRY_BYTES));
        assertThat(result.freedBytes()).isEqualTo(500 * ENTRY_BYTES);
        assertThat(source.evictions()).isEqualTo(500);
        assertThat(cache.policy().eviction().orElseThrow().getMaximum()).isEqualTo(1_000_000);
    }

    @Test
    void reclaim_timeIsUp_stopsBetweenSteps() {
        Cache<Integer, byte[]> cache = weighted(1_000_000, 1_000);
        var clock = new AtomicLong();
        var request =
                new ReclaimRequest(
                        100_000,
                        PressureTier.HIGH,
                        Duration.ofNanos(3),
                        clock::getAndIncrement,
                        _ -> {});
        ReclaimResult result = CaffeineSource.of("a", cache).reclaim(request);
        assertThat(result.outcome()).isEqualTo(ReclaimResult.Outcome.PARTIAL);
        assertThat(result.detail()).isEqualTo("time is up");
        assertThat(result.freedBytes()).isEqualTo(2 * 64 * ENTRY_BYTES);
    }

    @Test
    void cacheIsForgotten_sourceCloses_andTheBrokerDropsIt() {
        try (var broker = PressureBroker.create(BrokerConfig.defaults())) {
            CaffeineSource<Integer, byte[]> source =
                    CaffeineSource.of("a", weighted(1_000, 9)).on(Resource.HOST);
            broker.register(source);
            Awaitility.await()
                    .until(() -> {
                        System.gc();
                        return source.closed();
                    });
            assertThat(broker.snapshot().sources()).isEmpty();
            assertThat(source.usage().usedBytes()).isZero();
            assertThat(source.reclaim(ReclaimRequest.of(1)).detail())
                    .isEqualTo("the cache is gone");
            assertThat(source.stats()).isEqualTo(CacheStats.empty());
        }
    }

    @Test
    void reclaim_entriesOfWeightZero_stayEvenAmongOthers() {
        Cache<Integer, byte[]> cache =
                Caffeine.newBuilder()
                        .maximumWeight(1_000)
                        .weigher((Integer k, byte[] v) -> k < 100 ? 0 : 10)
                        .executor(Runnable::run)
                        .build();
        fill(cache, 150);
        CaffeineSource<Integer, byte[]> source = CaffeineSource.of("a", cache);
        ReclaimResult result = source.reclaim(ReclaimRequest.of(10_000));
        assertThat(result.freedBytes()).isEqualTo(500);
        assertThat(cache.estimatedSize()).isEqualTo(100);
    }

    @Test
    void stats_recorded_areTheCaches() {
        Cache<Integer, byte[]> cache = Caffeine.newBuilder().maximumSize(10).recordStats().build();
        cache.put(1, new byte[1]);
        assertThat(cache.getIfPresent(1)).isNotNull();
        assertThat(cache.getIfPresent(2)).isNull();
        CaffeineSource<Integer, byte[]> source = CaffeineSource.of("a", cache, 10);
        assertThat(source.stats().hitRate()).isEqualTo(0.5);
    }

    @Test
    void underTheBroker_isRelievedBelowTheThreshold() {
        Cache<Integer, byte[]> cache = weighted(10_000, 95);
        try (var broker = PressureBroker.create(BrokerConfig.defaults())) {
            broker.register(CaffeineSource.of("sessions", cache));
            assertThat(broker.relieve().bytesFreed()).isEqualTo(3_500);
            assertThat(broker.pressure(Resource.HEAP)).isEqualTo(0.6);
        }
    }

    private Cache<Integer, byte[]> hold(Cache<Integer, byte[]> cache) {
        held.add(cache);
        return cache;
    }

    private static Cache<Integer, byte[]> weighted(long maximum, int entries) {
        Cache<Integer, byte[]> cache =
                Caffeine.newBuilder()
                        .maximumWeight(maximum)
                        .weigher((Integer k, byte[] v) -> v.length)
                        .executor(Runnable::run)
                        .build();
        fill(cache, entries);
        return cache;
    }

    private static Cache<Integer, byte[]> sized(long maximum) {
        return Caffeine.newBuilder().maximumSize(maximum).executor(Runnable::run).build();
    }

    private static void fill(Cache<Integer, byte[]> cache, int entries) {
        for (int key = 0; key < entries; key++) {
            cache.put(key, new byte[ENTRY_BYTES]);
        }
        cache.cleanUp();
    }
}
