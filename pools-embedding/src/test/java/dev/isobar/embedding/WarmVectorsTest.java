package dev.isobar.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.PressureTier;
import dev.isobar.broker.ReclaimRequest;
import dev.isobar.pool.EvictionPriority;
import dev.isobar.pool.store.RestoreReport;
import dev.isobar.pool.store.SpillRules;
import dev.isobar.pool.store.StoreConfig;
import dev.isobar.pool.store.WarmStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An embedding pool over a store: what survives eviction and restart.
class WarmVectorsTest {

    private static final long VECTOR_BYTES = 4L * FakeModel.DIMENSIONS;

    @TempDir private Path root;
    private final List<AutoCloseable> open = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong millis = new AtomicLong(1_700_000_000_000L);
    private final AtomicReference<PressureTier> pressure =
            new AtomicReference<>(PressureTier.NORMAL);
    private final FakeModel model = new FakeModel();
    private SpillRules<EmbeddingKey, CachedVector> rules =
            SpillRules.<EmbeddingKey, CachedVector>everything().withPressure(pressure::get);

    private final class Wall extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis.get());
        }
    }

    /// A process: a store, and a pool for ten vectors over it.
    private final class Life implements AutoCloseable {
        final WarmStore store =
                WarmStore.of(StoreConfig.at(root).withClocks(new Wall(), nanos::get));
        final EmbeddingPool pool;

        Life() {
            this(EmbeddingPoolConfig.builder());
        }

        Life(EmbeddingPoolConfig.Builder builder) {
            pool =
                    new EmbeddingPool(
                            builder.limitBytes(10 * VECTOR_BYTES)
                                    .priority(EvictionPriority.lru())
                                    .nanoClock(nanos::get)
                                    .build(),
                            store,
                            rules);
            open.add(this);
        }

        EmbeddedBatch embed(String... texts) throws InterruptedException {
            nanos.incrementAndGet();
            return pool.embedAll(FakeModel.PROFILE, List.of(texts), model);
        }

        RestoreReport restore() {
            return pool.restore(() -> false);
        }

        @Override
        public void close() {
            EmbeddingPoolTest.closeAndCheck(pool);
            store.close();
        }
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private static String[] texts(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "text " + i).toArray(String[]::new);
    }

    private static EmbeddingKey key(String text) {
        return EmbeddingKey.of(FakeModel.PROFILE, text);
    }

    @Test
    void evicted_comesBackFromTheDisk() throws InterruptedException {
        var life = new Life();
        life.embed(texts(0, 30));
        assertThat(life.pool.stats().evictions()).isEqualTo(20);

        EmbeddedBatch again = life.embed(texts(0, 30));

        assertThat(again.embedded() + again.uncached()).isZero();
        assertThat(again.vectors())
                .usingElementComparator(Arrays::compare)
                .isEqualTo(FakeModel.vectorsOf(List.of(texts(0, 30))));
        assertThat(model.calls()).hasSize(1);
        assertThat(again.recalled()).isPositive();
        assertThat(again.texts()).isEqualTo(30);
        assertThat(life.pool.stats().recalled()).isEqualTo(again.recalled());
    }

    @Test
    void restart_asksTheModelForNothing() throws InterruptedException {
        try (var first = new Life()) {
            first.embed(texts(0, 30));
        }
        var second = new Life();

        EmbeddedBatch again = second.embed(texts(0, 30));

        assertThat(again.recalled()).isEqualTo(30);
        assertThat(again.vectors())
                .usingElementComparator(Arrays::compare)
                .isEqualTo(FakeModel.vectorsOf(List.of(texts(0, 30))));
        assertThat(model.calls()).hasSize(1);
        assertThat(second.pool.get(key("text 29"))).isEqualTo(FakeModel.vectorOf("text 29"));
    }

    @Test
    void restore_bringsTheBestHalf_andNoCounters() throws InterruptedException {
        try (var first = new Life()) {
            first.embed(texts(0, 30));
            first.embed("text 21", "text 22");
        }
        var second = new Life();

        RestoreReport report = second.restore();

        assertThat(report.listed()).isEqualTo(30);
        assertThat(report.restored()).isEqualTo(5);
        assertThat(report.end()).isEqualTo(RestoreReport.End.FILLED);
        assertThat(second.embed("text 21", "text 22").hits()).isEqualTo(2);
        assertThat(second.pool.stats().hits()).isEqualTo(2);
        assertThat(second.pool.stats().evictions()).isZero();
        assertThat(second.pool.stats().pinned()).isZero();
    }

    @Test
    void get_recalls() throws InterruptedException {
        try (var first = new Life()) {
            first.embed("a");
        }
        var second = new Life();

        assertThat(second.pool.get(key("a"))).isEqualTo(FakeModel.vectorOf("a"));
        assertThat(second.pool.get(key("a"))).isEqualTo(FakeModel.vectorOf("a"));
        assertThat(second.pool.get(key("b"))).isNull();
        assertThat(second.pool.stats().recalled()).isEqualTo(1);
        assertThat(second.pool.stats().hits()).isEqualTo(1);
        assertThat(second.pool.stats().misses()).isEqualTo(1);
    }

    @Test
    void otherProfile_isAnotherKey() throws InterruptedException {
        try (var first = new Life()) {
            first.embed("a");
        }
        var second = new Life();
        var other = EmbeddingProfile.of("fake", "fake-2");

        assertThat(second.pool.embedAll(other, List.of("a"), model).embedded()).isEqualTo(1);
        assertThat(model.calls()).hasSize(2);
    }

    @Test
    void otherEncoding_isStale_exactIsNot() throws InterruptedException {
        try (var first = new Life(EmbeddingPoolConfig.builder().encoding(VectorEncoding.INT8))) {
            first.embed("a");
        }
        try (var second = new Life()) {
            assertThat(second.embed("a").embedded()).isEqualTo(1);
            assertThat(second.pool.storeStats().orElseThrow().stale()).isEqualTo(1);
        }
        try (var third = new Life(EmbeddingPoolConfig.builder().encoding(VectorEncoding.FLOAT16))) {
            assertThat(third.embed("a").recalled()).isEqualTo(1);
        }
    }

    @Test
    void encodedVector_comesBackAsItWasInThePool() throws InterruptedException {
        float[] inPool;
        try (var first = new Life(EmbeddingPoolConfig.builder().encoding(VectorEncoding.INT8))) {
            first.embed("a");
            inPool = first.pool.get(key("a"));
        }
        var second = new Life(EmbeddingPoolConfig.builder().encoding(VectorEncoding.INT8));

        assertThat(second.pool.get(key("a"))).isEqualTo(inPool);
    }

    @Test
    void timeToLive_countsAcrossRestarts() throws InterruptedException {
        var settings = EmbeddingPoolConfig.builder().timeToLive(Duration.ofHours(1));
        try (var first = new Life(settings)) {
            first.embed("a", "b");
        }
        millis.addAndGet(Duration.ofMinutes(40).toMillis());
        var second = new Life(settings);
        assertThat(second.embed("a").recalled()).isEqualTo(1);

        millis.addAndGet(Duration.ofMinutes(20).toMillis());
        nanos.addAndGet(Duration.ofMinutes(20).toNanos());
        EmbeddedBatch late = second.embed("a", "b");

        assertThat(late.embedded()).as("one expired in the pool, one on the disk").isEqualTo(2);
        assertThat(second.pool.storeStats().orElseThrow().stale()).isEqualTo(2);
    }

    @Test
    void clockSetBack_makesNothingLiveLongerThanItsLife() throws InterruptedException {
        var settings = EmbeddingPoolConfig.builder().timeToLive(Duration.ofHours(1));
        try (var first = new Life(settings)) {
            first.embed("a");
        }
        millis.addAndGet(-Duration.ofDays(1).toMillis());
        var second = new Life(settings);
        assertThat(second.embed("a").recalled()).isEqualTo(1);

        nanos.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(second.embed("a").hits()).isZero();
    }

    @Test
    void invalidated_isGoneFromTheDisk() throws InterruptedException {
        var life = new Life();
        life.embed("a");
        assertThat(life.pool.invalidate(key("a"))).isTrue();

        assertThat(life.embed("a").embedded()).isEqualTo(1);
        assertThat(model.calls()).hasSize(2);
    }

    @Test
    void put_replacesWhatTheDiskHas() throws InterruptedException {
        float[] other = FakeModel.unitVector(1, FakeModel.DIMENSIONS);
        try (var first = new Life()) {
            first.embed("a");
            assertThat(first.pool.put(key("a"), other).stored()).isTrue();
            first.embed(texts(0, 20));
            assertThat(first.pool.get(key("a"))).isEqualTo(other);
        }
        assertThat(new Life().pool.get(key("a"))).isEqualTo(other);
    }

    @Test
    void clear_leavesTheDisk() throws InterruptedException {
        var life = new Life();
        life.embed("a");
        life.pool.clear();

        assertThat(life.embed("a").recalled()).isEqualTo(1);
    }

    @Test
    void critical_dropsWhatIsNotWritten() throws InterruptedException {
        pressure.set(PressureTier.CRITICAL);
        var life = new Life();
        life.embed(texts(0, 10));
        life.pool.reclaim(ReclaimRequest.of(Long.MAX_VALUE));

        assertThat(life.pool.storeStats().orElseThrow().written()).isZero();
        assertThat(life.embed(texts(0, 10)).embedded()).isEqualTo(10);
    }

    @Test
    void rules_keepOffTheDiskWhatIsNotWorthIt() throws InterruptedException {
        rules = rules.withSavedNanos((key, _) -> key.equals(key("text 1")) ? 1e9 : 0);
        try (Life first = new Life()) {
            first.embed(texts(0, 3));
        }
        try (Life second = new Life()) {
            assertThat(second.pool.get(key("text 0"))).isNull();
            assertThat(second.pool.get(key("text 1"))).isEqualTo(FakeModel.vectorOf("text 1"));
            assertThat(second.pool.get(key("text 2"))).isNull();
        }
    }

    @Test
    void high_writesOnlyWhatLeaves_andTheRestAtTheEnd() throws InterruptedException {
        pressure.set(PressureTier.HIGH);
        try (var first = new Life()) {
            first.embed(texts(0, 10));
            first.pool.save();
            assertThat(first.pool.storeStats().orElseThrow().written()).isEqualTo(10);
        }
        assertThat(new Life().embed(texts(0, 10)).recalled()).isEqualTo(10);
    }

    @Test
    void restore_underPressure_waitsForDemand() throws InterruptedException {
        try (var first = new Life()) {
            first.embed(texts(0, 5));
        }
        pressure.set(PressureTier.WARNING);
        var second = new Life();

        assertThat(second.restore().end()).isEqualTo(RestoreReport.End.PRESSURE);
        assertThat(second.pool.usedBytes()).isZero();
        assertThat(second.embed(texts(0, 5)).recalled()).isEqualTo(5);
    }

    @Test
    void manyAtOnce_oneReadsTheDisk() throws Exception {
        try (var first = new Life()) {
            first.embed("a");
        }
        var second = new Life();
        List<Callable<float[]>> tasks = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            tasks.add(() ->
                    second.pool
                            .embedAll(FakeModel.PROFILE, List.of("a"), FakeModel.notToBeCalled())
                            .vectors()
                            .getFirst());
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var each : threads.invokeAll(tasks)) {
                assertThat(each.get()).isEqualTo(FakeModel.vectorOf("a"));
            }
        }
        assertThat(second.pool.storeStats().orElseThrow().found()).isEqualTo(1);
    }

    @Test
    void poolWithoutARoot_touchesNothing() throws InterruptedException {
        try (var pool =
                new EmbeddingPool(
                        EmbeddingPoolConfig.builder().build(),
                        WarmStore.of(StoreConfig.off()),
                        pressure::get)) {
            pool.embed(FakeModel.PROFILE, "a", model);
            assertThat(pool.storeStats()).isEmpty();
            assertThat(pool.writeBehind()).isEmpty();
            assertThat(pool.restore(() -> false)).isEqualTo(RestoreReport.nothing());
        }
    }

    @Test
    void lazy_untilTheFirstLookUp() {
        var life = new Life();
        assertThat(life.store.opened()).isFalse();
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void poolName_isTheLogs_orMakesOne() {
        assertThat(WarmVectors.logName("embedding-cache")).isEqualTo("embedding-cache");
        assertThat(WarmVectors.logName("Vectors of Tenant A")).matches("vectors-[0-9a-f]{32}");
    }
}
