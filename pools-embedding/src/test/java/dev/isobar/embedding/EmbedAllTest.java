package dev.isobar.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isobar.embedding.EmbeddingAnswerException.Fault;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EmbedAllTest {

    private static final EmbeddingProfile PROFILE = FakeModel.PROFILE;
    private static final int BATCH_SIZE = 4;

    private final FakeModel model = new FakeModel();
    private final EmbeddingPool pool =
            new EmbeddingPool(
                    EmbeddingPoolConfig.builder()
                            .limitBytes(1 << 20)
                            .batchSize(BATCH_SIZE)
                            .build());

    @AfterEach
    void nothingIsLeft() {
        EmbeddingPoolTest.closeAndCheck(pool);
    }

    private EmbeddedBatch embed(String... texts) throws InterruptedException {
        return pool.embedAll(PROFILE, List.of(texts), model);
    }

    private static void assertVectors(EmbeddedBatch batch, String... texts) {
        assertVectors(batch.vectors(), List.of(texts));
    }

    private static void assertVectors(List<float[]> vectors, List<String> texts) {
        assertThat(vectors).hasSameSizeAs(texts);
        for (int index = 0; index < texts.size(); index++) {
            assertThat(vectors.get(index)).isEqualTo(FakeModel.vectorOf(texts.get(index)));
        }
    }

    @Test
    void nothing_isNothing() throws Exception {
        assertThat(embed().vectors()).isEmpty();
        assertThat(model.calls()).isEmpty();
    }

    @Test
    void duplicatesInABatch_areEmbeddedOnce_andTheOrderIsKept() throws Exception {
        EmbeddedBatch batch = embed("a", "b", "a");

        assertVectors(batch, "a", "b", "a");
        assertThat(model.calls()).containsExactly(List.of("a", "b"));
        assertThat(batch.embedded()).isEqualTo(2);
        assertThat(batch.texts()).isEqualTo(2);
    }

    @Test
    void vectorsOfDuplicates_areArraysOfTheirOwn() throws Exception {
        List<float[]> vectors = embed("a", "a").vectors();
        vectors.get(0)[0] = 42;

        assertThat(vectors.get(1)).isEqualTo(FakeModel.vectorOf("a"));
        assertVectors(embed("a"), "a");
    }

    @Test
    void secondCall_sendsTheModelWhatIsMissingOnly_andAfterClearEverything() throws Exception {
        embed("t1", "t2");
        embed("q", "t1", "t2");
        pool.clear();
        embed("q", "t1", "t2");

        assertThat(model.calls())
                .containsExactly(List.of("t1", "t2"), List.of("q"), List.of("q", "t1", "t2"));
    }

    @Test
    void queryAndDocument_areEmbeddedApart() throws Exception {
        pool.embed(PROFILE.withRole(EmbeddingRole.QUERY), "a", model);
        pool.embed(PROFILE.withRole(EmbeddingRole.DOCUMENT), "a", model);

        assertThat(model.calls()).hasSize(2);
        assertThat(pool.stats().size()).isEqualTo(2);
    }

    @Test
    void cachedBatch_needsNoModel() throws Exception {
        embed("a", "b");

        assertVectors(
                pool.embedAll(PROFILE, List.of("b", "a"), FakeModel.notToBeCalled()), "b", "a");
    }

    @Test
    void cachedText_needsNoModel() throws Exception {
        pool.put(EmbeddingKey.of(PROFILE, "a"), FakeModel.vectorOf("a"));

        assertThat(pool.embed(PROFILE, "a", FakeModel.notToBeCalled()))
                .isEqualTo(FakeModel.vectorOf("a"));
    }

    @Test
    void unknownModel_failsOnlyOnAMiss() throws Exception {
        embed("a");
        BatchEmbedder<String> unknown =
                _ -> {
                    throw new IllegalArgumentException("no such model");
                };
        pool.embed(PROFILE, "a", unknown);

        assertThatThrownBy(() -> pool.embedAll(PROFILE, List.of("a", "b"), unknown))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no such model");
    }

    @Test
    void batchOfHits_countsItsHitsExactly() throws Exception {
        embed("a", "b");
        long missesBefore = pool.stats().misses();
        EmbeddedBatch batch = embed("a", "b");

        assertThat(batch.hits()).isEqualTo(2);
        assertThat(batch.embedded()).isZero();
        assertThat(pool.stats().hits()).isEqualTo(2);
        assertThat(pool.stats().misses()).isEqualTo(missesBefore);
    }

    @Test
    void model_getsTheMissesInBatches_notTheTexts() throws Exception {
        embed("a", "b", "c");
        embed("1", "a", "2", "b", "3", "c", "4", "5", "6");

        assertThat(model.calls())
                .containsExactly(
                        List.of("a", "b", "c"), List.of("1", "2", "3", "4"), List.of("5", "6"));
    }

    @Test
    void laterCallOfTheModelFails_earlierOnesAreKept() throws Exception {
        List<String> texts = IntStream.range(0, 10).mapToObj(Integer::toString).toList();
        BatchEmbedder<String> failsAtTheSecond =
                missing -> {
                    if (missing.contains("4")) {
                        throw new IllegalStateException("quota");
                    }
                    return model.embed(missing);
                };
        assertThatThrownBy(() -> pool.embedAll(PROFILE, texts, failsAtTheSecond))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("quota");

        assertThat(pool.stats().size()).isEqualTo(4);
        assertThat(pool.usedBytes()).isEqualTo(pool.memory().usedBytes());
        EmbeddedBatch retry = pool.embedAll(PROFILE, texts, model);
        assertVectors(retry.vectors(), texts);
        assertThat(retry.hits()).isEqualTo(4);
    }

    @Test
    void modelFails_nothingIsCached_andRetryWorks() throws Exception {
        BatchEmbedder<String> failing =
                _ -> {
                    throw new IllegalStateException("down");
                };
        assertThatThrownBy(() -> pool.embedAll(PROFILE, List.of("a", "b"), failing))
                .hasMessage("down");

        assertThat(pool.stats().size()).isZero();
        assertThat(pool.usedBytes()).isZero();
        assertVectors(embed("a", "b"), "a", "b");
    }

    @Test
    void modelThrowsAnError_nothingIsCached_andRetryWorks() throws Exception {
        BatchEmbedder<String> broken =
                _ -> {
                    throw new StackOverflowError();
                };
        assertThatThrownBy(() -> pool.embed(PROFILE, "a", broken))
                .isInstanceOf(StackOverflowError.class);

        assertVectors(embed("a"), "a");
    }

    @Test
    void wrongAnswers_areOneClearErrorEach_andNothingIsCached() throws Exception {
        float[] good = {1, 2};
        assertFault(List.of(good), Fault.WRONG_COUNT, "1 vectors for 2 texts");
        assertFault(List.of(good, good, good), Fault.WRONG_COUNT, "3 vectors");
        assertFault(null, Fault.WRONG_COUNT, "no list");
        assertFault(List.of(good, new float[3]), Fault.WRONG_DIMENSIONS, "3 dimensions, not 2");
        assertFault(List.of(good, new float[0]), Fault.NO_VECTOR, "vector 1");
        assertFault(Arrays.asList(null, good), Fault.NO_VECTOR, "vector 0");
        assertFault(List.of(good, new float[] {1, Float.NaN}), Fault.NOT_FINITE, "vector 1");
        assertFault(List.of(new float[] {1, 1f / 0}, good), Fault.NOT_FINITE, "vector 0");
        assertThatThrownBy(() ->
                        pool.embedAll(PROFILE.withDimensions(3), List.of("a"), _ -> List.of(good)))
                .isInstanceOfSatisfying(
                        EmbeddingAnswerException.class,
                        e -> assertThat(e.fault()).isEqualTo(Fault.WRONG_DIMENSIONS));
        assertThat(pool.stats().size()).isZero();
        assertVectors(embed("a", "b"), "a", "b");
    }

    private void assertFault(List<float[]> answer, Fault fault, String detail) {
        assertThatThrownBy(() -> pool.embedAll(PROFILE, List.of("a", "b"), _ -> answer))
                .isInstanceOfSatisfying(
                        EmbeddingAnswerException.class, e -> assertThat(e.fault()).isEqualTo(fault))
                .hasMessageContaining("fake-1")
                .hasMessageContaining(detail);
        assertThat(pool.stats().size()).isZero();
    }

    @Test
    void vectorsWithoutRoom_areReturnedUncached_andCounted() throws Exception {
        try (EmbeddingPool tiny =
                new EmbeddingPool(EmbeddingPoolConfig.builder().limitBytes(64).build())) {
            EmbeddedBatch batch = tiny.embedAll(PROFILE, List.of("a", "b", "a"), model);

            assertVectors(batch, "a", "b", "a");
            assertThat(batch.uncached()).isEqualTo(2);
            assertThat(batch.embedded()).isZero();
            assertThat(tiny.stats().uncached()).isEqualTo(2);
            EmbeddingPoolTest.closeAndCheck(tiny);
        }
    }

    @Test
    void batchLargerThanThePool_isAnsweredInFull() throws Exception {
        long threeVectors = 3L * 4 * FakeModel.DIMENSIONS;
        try (EmbeddingPool small =
                new EmbeddingPool(
                        EmbeddingPoolConfig.builder()
                                .limitBytes(threeVectors)
                                .batchSize(50)
                                .build())) {
            List<String> texts = IntStream.range(0, 20).mapToObj(Integer::toString).toList();
            EmbeddedBatch batch =
                    small.embedAll(PROFILE.withDimensions(FakeModel.DIMENSIONS), texts, model);

            assertVectors(batch.vectors(), texts);
            assertThat(model.calls()).hasSize(1);
            assertThat(batch.embedded() + batch.uncached()).isEqualTo(20);
            assertThat(small.usedBytes()).isLessThanOrEqualTo(threeVectors);
            EmbeddingPoolTest.closeAndCheck(small);
        }
    }

    @Test
    void inputsThatAreMoreThanTheirText_reachTheModelAsTheyAre() throws Exception {
        record Passage(int number, String text) {}
        List<Passage> seen = new ArrayList<>();
        List<Passage> passages =
                List.of(new Passage(1, "a"), new Passage(2, "b"), new Passage(3, "a"));
        EmbeddedBatch batch =
                pool.embedAll(
                        PROFILE,
                        passages,
                        Passage::text,
                        missing -> {
                            seen.addAll(missing);
                            return missing.stream()
                                    .map(each -> FakeModel.vectorOf(each.text()))
                                    .toList();
                        });

        assertVectors(batch, "a", "b", "a");
        assertThat(seen).containsExactly(passages.get(0), passages.get(1));
    }

    @Property(tries = 100)
    void anyCalls_giveEveryTextItsVector_andEmbedItOnce(
            @ForAll @Size(max = 12) List<@Size(max = 20) List<@IntRange(max = 30) Integer>> calls)
            throws Exception {
        FakeModel asked = new FakeModel();
        try (EmbeddingPool fresh =
                new EmbeddingPool(EmbeddingPoolConfig.builder().batchSize(BATCH_SIZE).build())) {
            for (List<Integer> call : calls) {
                List<String> texts = call.stream().map(Object::toString).toList();
                EmbeddedBatch batch = fresh.embedAll(PROFILE, texts, asked);
                assertVectors(batch.vectors(), texts);
                assertThat(batch.texts()).isEqualTo((int) texts.stream().distinct().count());
            }
            EmbeddingPoolTest.closeAndCheck(fresh);
        }
        assertThat(asked.calls().stream().flatMap(List::stream)).doesNotHaveDuplicates();
        assertThat(asked.calls()).allMatch(call -> call.size() <= BATCH_SIZE);
    }
}
