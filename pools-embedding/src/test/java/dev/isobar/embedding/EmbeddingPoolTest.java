package dev.isobar.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isobar.broker.ReclaimRequest;
import dev.isobar.broker.ReclaimResult;
import dev.isobar.broker.Resource;
import dev.isobar.pool.EvictionPriority;
import dev.isobar.pool.PoolClosedException;
import dev.isobar.pool.PutResult;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EmbeddingPoolTest {

    private static final long VECTOR_BYTES = 4L * FakeModel.DIMENSIONS;

    private final AtomicLong nanos = new AtomicLong();
    private final EmbeddingPool pool = pool(EmbeddingPoolConfig.builder());

    private EmbeddingPool pool(EmbeddingPoolConfig.Builder builder) {
        return new EmbeddingPool(
                builder.limitBytes(10 * VECTOR_BYTES)
                        .priority(EvictionPriority.lru())
                        .nanoClock(nanos::get)
                        .build());
    }

    @AfterEach
    void nothingIsLeft() {
        closeAndCheck(pool);
    }

    static void closeAndCheck(EmbeddingPool pool) {
        assertThat(pool.usedBytes()).isEqualTo(pool.memory().usedBytes());
        pool.close();
        assertThat(pool.usedBytes()).isZero();
        assertThat(pool.memory().usedBytes()).isZero();
        assertThat(pool.memory().committedBytes()).isZero();
        assertThat(pool.memory().space().leak().none()).isTrue();
        assertThat(pool.stats().bytesByEncoding().values()).containsOnly(0L);
    }

    private static EmbeddingKey key(String text) {
        return EmbeddingKey.of(FakeModel.PROFILE, text);
    }

    private PutResult put(String text) {
        nanos.incrementAndGet();
        return pool.put(key(text), FakeModel.vectorOf(text));
    }

    @Test
    void defaults_areThoseOfTheReference() {
        EmbeddingPoolConfig config = EmbeddingPoolConfig.builder().build();

        assertThat(config.name()).isEqualTo("embedding-cache");
        assertThat(config.limitBytes()).isEqualTo(256L * 1024 * 1024);
        assertThat(config.encoding()).isEqualTo(VectorEncoding.FLOAT32);
        assertThat(config.timeToLive()).isNull();
    }

    @Test
    void get_afterPut_isTheVector_elseNull() {
        assertThat(pool.get(key("a"))).isNull();
        assertThat(put("a")).isEqualTo(new PutResult.Stored(VECTOR_BYTES));

        assertThat(pool.get(key("a"))).isEqualTo(FakeModel.vectorOf("a"));
        assertThat(pool.stats().hits()).isEqualTo(1);
        assertThat(pool.stats().misses()).isEqualTo(1);
    }

    @Test
    void hit_isACopy() {
        put("a");
        float[] first = pool.get(key("a"));
        first[0] = 42;

        assertThat(pool.get(key("a"))).isEqualTo(FakeModel.vectorOf("a")).isNotSameAs(first);
    }

    @Test
    void put_again_replacesTheVector() {
        put("a");
        pool.put(key("a"), FakeModel.vectorOf("b"));

        assertThat(pool.get(key("a"))).isEqualTo(FakeModel.vectorOf("b"));
        assertThat(pool.usedBytes()).isEqualTo(VECTOR_BYTES);
    }

    @Test
    void put_badVector_isRefusedAndChangesNothing() {
        for (float[] bad :
                List.of(new float[0], new float[] {1, Float.NaN}, new float[] {1f / 0})) {
            assertThatThrownBy(() -> pool.put(key("a"), bad))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(pool.stats().size()).isZero();
    }

    @Test
    void put_largerThanThePool_isRefusedWithTheNumbers_andOthersStay() {
        put("a");
        PutResult result = pool.put(key("large"), new float[11 * FakeModel.DIMENSIONS]);

        assertThat(result.stored()).isFalse();
        assertThat(((PutResult.Refused) result).refusal().message())
                .contains("embedding-cache")
                .contains(Long.toString(11 * VECTOR_BYTES));
        assertThat(pool.get(key("a"))).isNotNull();
        assertThat(pool.stats().uncached()).isEqualTo(1);
    }

    @Test
    void limit_holds_andTheOldestGoes() {
        IntStream.range(0, 15).forEach(text -> put("text-" + text));

        assertThat(pool.usedBytes()).isEqualTo(10 * VECTOR_BYTES).isEqualTo(pool.limitBytes());
        assertThat(pool.get(key("text-4"))).isNull();
        assertThat(pool.get(key("text-5"))).isEqualTo(FakeModel.vectorOf("text-5"));
        assertThat(pool.stats().evictions()).isEqualTo(5);
    }

    @Test
    void limit_canChangeWhileThePoolRuns() {
        IntStream.range(0, 10).forEach(text -> put("text-" + text));
        assertThat(pool.limitBytes(4 * VECTOR_BYTES).freedBytes()).isEqualTo(6 * VECTOR_BYTES);
        assertThat(pool.get(key("text-5"))).isNull();
        assertThat(pool.get(key("text-6"))).isNotNull();

        pool.limitBytes(100_000 * VECTOR_BYTES);
        IntStream.range(0, 5_000).forEach(text -> put("more-" + text));
        assertThat(pool.stats().size()).isEqualTo(5_004);
        assertThatThrownBy(() -> pool.limitBytes(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> pool.limitBytes(Long.MAX_VALUE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void timeToLive_isOver_vectorIsAMissAndGone() {
        try (EmbeddingPool mortal =
                pool(EmbeddingPoolConfig.builder().timeToLive(Duration.ofMinutes(5)))) {
            mortal.put(key("a"), FakeModel.vectorOf("a"));
            nanos.addAndGet(Duration.ofMinutes(5).toNanos() - 1);
            assertThat(mortal.get(key("a"))).isNotNull();
            nanos.incrementAndGet();
            assertThat(mortal.get(key("a"))).isNull();

            assertThat(mortal.usedBytes()).isZero();
            assertThat(mortal.stats().hits()).isEqualTo(1);
            assertThat(mortal.stats().misses()).isEqualTo(1);
            assertThat(mortal.stats().expired()).isEqualTo(1);
            closeAndCheck(mortal);
        }
    }

    @Test
    void timeToLive_isOver_textIsEmbeddedAgain() throws Exception {
        try (EmbeddingPool mortal =
                pool(EmbeddingPoolConfig.builder().timeToLive(Duration.ofSeconds(1)))) {
            FakeModel model = new FakeModel();
            mortal.embed(FakeModel.PROFILE, "a", model);
            mortal.embed(FakeModel.PROFILE, "a", model);
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
            mortal.embed(FakeModel.PROFILE, "a", model);

            assertThat(model.calls()).containsExactly(List.of("a"), List.of("a"));
            assertThat(mortal.stats().expired()).isEqualTo(1);
        }
    }

    @Test
    void clear_dropsEverythingAndResetsTheCounters() throws Exception {
        pool.embedAll(FakeModel.PROFILE, List.of("a", "b"), new FakeModel());
        pool.get(key("a"));
        pool.get(key("missing"));

        assertThat(pool.clear()).isEqualTo(2);
        EmbeddingStats stats = pool.stats();
        assertThat(stats.size()).isZero();
        assertThat(stats.totalBytes()).isZero();
        assertThat(stats.hits() + stats.misses() + stats.embedded() + stats.delegateCalls())
                .isZero();
        assertThat(stats.hitRatePercent()).isEqualTo("0.0");
        assertThat(pool.get(key("a"))).isNull();
    }

    @Test
    void stats_sayWhatIsThere() throws Exception {
        assertThat(pool.stats().hitRatePercent()).isEqualTo("0.0");
        pool.embedAll(FakeModel.PROFILE, List.of("a", "b", "c"), new FakeModel());
        pool.embedAll(FakeModel.PROFILE, List.of("a", "b", "c"), new FakeModel());
        pool.embedAll(FakeModel.PROFILE, List.of("a", "b", "c"), new FakeModel());

        EmbeddingStats stats = pool.stats();
        assertThat(stats.name()).isEqualTo("embedding-cache");
        assertThat(stats.hits()).isEqualTo(6);
        assertThat(stats.misses()).isEqualTo(3);
        assertThat(stats.hitRatePercent()).isEqualTo("66.7");
        assertThat(stats.size()).isEqualTo(3);
        assertThat(stats.pinned()).isZero();
        assertThat(stats.totalBytes()).isEqualTo(3 * VECTOR_BYTES);
        assertThat(stats.maxBytes()).isEqualTo(10 * VECTOR_BYTES);
        assertThat(stats.pressure()).isEqualTo(0.3);
        assertThat(stats.delegateCalls()).isEqualTo(1);
        assertThat(stats.embedded()).isEqualTo(3);
        assertThat(stats.committedBytes()).isGreaterThanOrEqualTo(stats.totalBytes());
    }

    @ParameterizedTest
    @EnumSource
    void bytesByEncoding_addUpToWhatTheSpaceHandedOut(VectorEncoding encoding) {
        try (EmbeddingPool encoded = pool(EmbeddingPoolConfig.builder().encoding(encoding))) {
            encoded.put(key("a"), FakeModel.vectorOf("a"));
            encoded.put(key("huge"), new float[] {1e30f, 2e30f});
            EmbeddingStats stats = encoded.stats();

            assertThat(stats.bytesByEncoding()).containsOnlyKeys(VectorEncoding.values());
            assertThat(stats.bytesByEncoding().values().stream().mapToLong(Long::longValue).sum())
                    .isEqualTo(stats.totalBytes())
                    .isEqualTo(encoded.memory().usedBytes());
            assertThat(stats.bytesByEncoding().get(encoding)).isPositive();
            closeAndCheck(encoded);
        }
    }

    @Test
    void vectorThatTheEncodingDoesNotHold_isKeptExactly() {
        try (EmbeddingPool half =
                pool(EmbeddingPoolConfig.builder().encoding(VectorEncoding.FLOAT16))) {
            float[] large = {1e6f, 3};
            half.put(key("large"), large);

            assertThat(half.get(key("large"))).isEqualTo(large);
            assertThat(half.stats().bytesByEncoding().get(VectorEncoding.FLOAT16)).isZero();
        }
    }

    @Test
    void pool_isASourceOfHostMemory() {
        IntStream.range(0, 10).forEach(text -> put("text-" + text));

        assertThat(pool.name()).isEqualTo("embedding-cache");
        assertThat(pool.resource()).isEqualTo(Resource.HOST);
        assertThat(pool.usage().usedBytes()).isEqualTo(10 * VECTOR_BYTES);
        assertThat(pool.usage().capacityBytes()).isEqualTo(10 * VECTOR_BYTES);
        assertThat(pool.usage().reclaimableBytes()).isEqualTo(10 * VECTOR_BYTES);
        ReclaimResult result = pool.reclaim(ReclaimRequest.of(3 * VECTOR_BYTES - 1));
        assertThat(result.outcome()).isEqualTo(ReclaimResult.Outcome.RELEASED);
        assertThat(result.freedBytes()).isEqualTo(3 * VECTOR_BYTES);
        assertThat(pool.get(key("text-2"))).isNull();
        assertThat(pool.get(key("text-3"))).isNotNull();
        assertThat(pool.closed()).isFalse();
    }

    @Test
    void reclaim_givesMemoryBackToTheSystem() {
        pool.limitBytes(64 << 20);
        IntStream.range(0, 20_000).forEach(text -> put("text-" + text));
        long committed = pool.stats().committedBytes();
        pool.reclaim(ReclaimRequest.of(64 << 20));

        assertThat(committed).isGreaterThanOrEqualTo(20_000 * VECTOR_BYTES);
        assertThat(pool.stats().committedBytes()).isLessThanOrEqualTo(1 << 20);
    }

    @Test
    void memoryThatIsScattered_isGatheredByEvicting_insteadOfRefusingForEver() {
        pool.limitBytes(4 << 20);
        float[] small = new float[16];
        float[] large = new float[1024];
        small[0] = large[0] = 1;
        for (int text = 0; text < 100_000; text++) {
            pool.put(key("small-" + text), small);
        }
        for (int text = 0; text < 5_000; text++) {
            pool.put(key("large-" + text), large);
        }

        assertThat(pool.stats().size()).isLessThanOrEqualTo(1024);
        assertThat(pool.get(key("large-4999"))).isEqualTo(large);
        assertThat(pool.get(key("large-4500"))).isEqualTo(large);
    }

    @Test
    void closedPool_refusesEverything() {
        EmbeddingPool shut = pool(EmbeddingPoolConfig.builder());
        shut.put(key("a"), FakeModel.vectorOf("a"));
        shut.close();
        shut.close();

        assertThat(shut.closed()).isTrue();
        assertThatThrownBy(() -> shut.get(key("a"))).isInstanceOf(PoolClosedException.class);
        assertThatThrownBy(() -> shut.put(key("a"), FakeModel.vectorOf("a")))
                .isInstanceOf(PoolClosedException.class);
        assertThatThrownBy(
                        () -> shut.embed(FakeModel.PROFILE, "a", FakeModel.<String>notToBeCalled()))
                .isInstanceOf(PoolClosedException.class);
        assertThat(shut.stats().totalBytes()).isZero();
    }

    @Test
    void config_badValues_areRefused() {
        assertThatThrownBy(() -> EmbeddingPool.ofBytes(0)).hasMessageContaining("limitBytes");
        assertThatThrownBy(() -> EmbeddingPool.ofBytes(-1)).hasMessageContaining("limitBytes");
        assertThatThrownBy(() -> EmbeddingPool.ofBytes(Long.MAX_VALUE))
                .hasMessageContaining("limitBytes");
        EmbeddingPoolConfig.Builder builder = EmbeddingPoolConfig.builder();
        assertThatThrownBy(() -> builder.batchSize(0).build()).hasMessageContaining("batchSize");
        builder.batchSize(1);
        assertThatThrownBy(() -> builder.name(" ").build()).hasMessageContaining("name");
        builder.name("x");
        assertThatThrownBy(() -> builder.timeToLive(Duration.ZERO).build())
                .hasMessageContaining("timeToLive");
    }

    @Test
    void get_onAHit_allocatesTheResultAndLittleElse() {
        EmbeddingKey key = key("a");
        put("a");
        var threads =
                (com.sun.management.ThreadMXBean)
                        java.lang.management.ManagementFactory.getThreadMXBean();
        int calls = 20_000;
        for (int call = 0; call < calls; call++) {
            pool.get(key);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int call = 0; call < calls; call++) {
            pool.get(key);
        }
        long perCall = (threads.getCurrentThreadAllocatedBytes() - before) / calls;

        assertThat(perCall).isBetween(VECTOR_BYTES, VECTOR_BYTES + 16 + 150);
    }
}
