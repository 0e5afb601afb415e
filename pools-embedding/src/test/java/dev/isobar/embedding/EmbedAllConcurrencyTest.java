package dev.isobar.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.isobar.broker.ReclaimRequest;
import dev.isobar.pool.PoolClosedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EmbedAllConcurrencyTest {

    private static final EmbeddingProfile PROFILE = FakeModel.PROFILE;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final FakeModel model = new FakeModel();
    private final CountDownLatch modelCalled = new CountDownLatch(1);
    private final CountDownLatch modelMayAnswer = new CountDownLatch(1);

    @AfterEach
    void stop() {
        modelMayAnswer.countDown();
        threads.close();
    }

    /// The model, which answers when it is let.
    private List<float[]> slowly(List<String> texts) {
        modelCalled.countDown();
        try {
            modelMayAnswer.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in the model", e);
        }
        return model.embed(texts);
    }

    private static EmbeddingPool pool(long limitBytes) {
        return EmbeddingPool.ofBytes(limitBytes);
    }

    private <T> List<Future<T>> start(int count, Callable<T> task) {
        return IntStream.range(0, count).mapToObj(_ -> threads.submit(task)).toList();
    }

    @Test
    void manyThreadsWantOneText_modelIsCalledOnce() throws Exception {
        EmbeddingPool pool = pool(1 << 20);
        List<Future<float[]>> callers = start(64, () -> pool.embed(PROFILE, "a", this::slowly));
        modelCalled.await();
        await().until(() -> pool.pool().stats().sharedLoads() == 63);
        modelMayAnswer.countDown();

        List<float[]> vectors = new ArrayList<>();
        for (Future<float[]> caller : callers) {
            vectors.add(caller.get());
        }
        assertThat(vectors).allSatisfy(v -> assertThat(v).isEqualTo(FakeModel.vectorOf("a")));
        vectors.getFirst()[0] = 42;
        assertThat(vectors.subList(1, 64)).as("arrays of their own").noneMatch(v -> v[0] == 42);
        assertThat(model.calls()).containsExactly(List.of("a"));
        assertThat(pool.stats().shared()).isEqualTo(63);
        EmbeddingPoolTest.closeAndCheck(pool);
    }

    @Test
    void modelFails_allWhoWaitGetItsException_nothingIsCached_retryWorks() throws Exception {
        EmbeddingPool pool = pool(1 << 20);
        BatchEmbedder<String> failing =
                texts -> {
                    slowly(texts);
                    throw new IllegalArgumentException("rate limit");
                };
        List<Future<float[]>> callers = start(16, () -> pool.embed(PROFILE, "a", failing));
        modelCalled.await();
        await().until(() -> pool.pool().stats().sharedLoads() == 15);
        modelMayAnswer.countDown();

        for (Future<float[]> caller : callers) {
            assertThatThrownBy(caller::get)
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("rate limit");
        }
        assertThat(model.calls()).hasSize(1);
        assertThat(pool.stats().size()).isZero();
        assertThat(pool.embed(PROFILE, "a", model)).isEqualTo(FakeModel.vectorOf("a"));
        EmbeddingPoolTest.closeAndCheck(pool);
    }

    @Test
    void noRoom_allWhoWaitGetTheVectorOfOneCall() throws Exception {
        EmbeddingPool pool = pool(VectorEncoding.FLOAT32.bytes(FakeModel.DIMENSIONS));
        EmbeddingProfile surprising = PROFILE.withModel("gives-more-than-fits");
        float[] large = FakeModel.unitVector(1, 10 * FakeModel.DIMENSIONS);
        pool.put(EmbeddingKey.of(surprising, "small"), FakeModel.vectorOf("small"));
        BatchEmbedder<String> slow =
                texts -> {
                    slowly(texts);
                    return List.of(large);
                };
        List<Future<float[]>> callers = start(8, () -> pool.embed(surprising, "a", slow));
        modelCalled.await();
        await().until(() -> pool.pool().stats().sharedLoads() == 7);
        modelMayAnswer.countDown();

        for (Future<float[]> caller : callers) {
            assertThat(caller.get()).isEqualTo(large);
        }
        assertThat(model.calls()).hasSize(1);
        assertThat(pool.stats().uncached()).isEqualTo(1);
        EmbeddingPoolTest.closeAndCheck(pool);
    }

    @Test
    void batchesThatOverlap_shareWhatIsInFlight_andDoNotWaitForEachOther() throws Exception {
        EmbeddingPool pool = pool(1 << 20);
        List<Future<EmbeddedBatch>> callers = new ArrayList<>();
        CountDownLatch bothLoad = new CountDownLatch(2);
        BatchEmbedder<String> meeting =
                texts -> {
                    bothLoad.countDown();
                    return slowly(texts);
                };
        callers.add(threads.submit(() -> pool.embedAll(PROFILE, List.of("a", "b", "c"), meeting)));
        modelCalled.await();
        callers.add(threads.submit(() -> pool.embedAll(PROFILE, List.of("d", "c", "a"), meeting)));
        bothLoad.await();
        modelMayAnswer.countDown();

        assertThat(callers.get(0).get().embedded()).isEqualTo(3);
        EmbeddedBatch second = callers.get(1).get();
        assertThat(second.embedded()).isEqualTo(1);
        assertThat(second.shared()).isEqualTo(2);
        assertThat(second.vectors().get(2)).isEqualTo(FakeModel.vectorOf("a"));
        assertThat(model.calls()).containsExactlyInAnyOrder(List.of("a", "b", "c"), List.of("d"));
        EmbeddingPoolTest.closeAndCheck(pool);
    }

    @Test
    void waiterIsInterrupted_loadGoesOnForTheOthers() throws Exception {
        EmbeddingPool pool = pool(1 << 20);
        Future<float[]> leader = threads.submit(() -> pool.embed(PROFILE, "a", this::slowly));
        modelCalled.await();
        Future<float[]> waiter = threads.submit(() -> pool.embed(PROFILE, "a", this::slowly));
        await().until(() -> pool.pool().stats().sharedLoads() == 1);
        waiter.cancel(true);
        modelMayAnswer.countDown();

        assertThat(leader.get()).isEqualTo(FakeModel.vectorOf("a"));
        await().until(() -> pool.stats().pinned() == 0);
        assertThat(model.calls()).hasSize(1);
        EmbeddingPoolTest.closeAndCheck(pool);
    }

    @Test
    void poolIsClosedDuringALoad_callerIsTold_andNothingIsLeft() throws Exception {
        EmbeddingPool pool = pool(1 << 20);
        Future<float[]> caller = threads.submit(() -> pool.embed(PROFILE, "a", this::slowly));
        modelCalled.await();
        pool.close();
        modelMayAnswer.countDown();

        assertThatThrownBy(caller::get).hasCauseInstanceOf(PoolClosedException.class);
        assertThat(pool.usedBytes()).isZero();
        assertThat(pool.memory().usedBytes()).isZero();
        assertThat(pool.memory().committedBytes()).isZero();
    }

    @RepeatedTest(5)
    void eightThreadsRead_whileAnotherEvicts_everyVectorIsItsTexts() throws Exception {
        for (VectorEncoding encoding : VectorEncoding.values()) {
            EmbeddingPool pool =
                    new EmbeddingPool(
                            EmbeddingPoolConfig.builder()
                                    .limitBytes(60 * encoding.bytes(FakeModel.DIMENSIONS))
                                    .encoding(encoding)
                                    .batchSize(3)
                                    .build());
            AtomicBoolean reading = new AtomicBoolean(true);
            // On a thread of its own: virtual ones would wait for its loop on a machine of one
            // core.
            FutureTask<Void> evictor = new FutureTask<>(() -> evictWhile(reading, pool), null);
            Thread.ofPlatform().name("evictor").start(evictor);
            AtomicInteger seed = new AtomicInteger();
            List<Future<Integer>> readers =
                    start(8, () -> readAndCompare(pool, seed.incrementAndGet()));
            for (Future<Integer> reader : readers) {
                assertThat(reader.get()).isEqualTo(400);
            }
            reading.set(false);
            evictor.get();
            EmbeddingPoolTest.closeAndCheck(pool);
        }
    }

    private static void evictWhile(AtomicBoolean reading, EmbeddingPool pool) {
        while (reading.get()) {
            pool.reclaim(ReclaimRequest.of(500));
        }
    }

    /// Reads random texts in batches, and compares each vector with its text's.
    private int readAndCompare(EmbeddingPool pool, int seed) throws InterruptedException {
        Random random = new Random(seed);
        int compared = 0;
        while (compared < 400) {
            List<String> texts =
                    IntStream.range(0, 8).mapToObj(_ -> "text-" + random.nextInt(100)).toList();
            List<float[]> vectors = pool.embedAll(PROFILE, texts, FakeModel::vectorsOf).vectors();
            for (int index = 0; index < texts.size(); index++) {
                assertThat(distance(vectors.get(index), FakeModel.vectorOf(texts.get(index))))
                        .isLessThan(0.05);
                compared++;
            }
        }
        return compared;
    }

    private static double distance(float[] one, float[] other) {
        double squares = 0;
        for (int index = 0; index < one.length; index++) {
            squares += Math.pow(one[index] - other[index], 2);
        }
        return Math.sqrt(squares);
    }
}
