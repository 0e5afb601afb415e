package dev.isobar.embedding.springai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isobar.embedding.EmbeddingPool;
import dev.isobar.embedding.EmbeddingProfile;
import dev.isobar.embedding.EntryPoints;
import dev.isobar.embedding.FakeModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.content.Media;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;
import org.springframework.util.MimeTypeUtils;

class CachedEmbeddingModelTest {

    private static final EmbeddingProfile PROFILE = EmbeddingProfile.of("spring", "fake");
    private static final BatchingStrategy PAIRS =
            documents -> {
                List<List<Document>> batches = new ArrayList<>();
                for (int from = 0; from < documents.size(); from += 2) {
                    batches.add(documents.subList(from, Math.min(from + 2, documents.size())));
                }
                return batches;
            };

    private final EmbeddingPool pool = EmbeddingPool.ofBytes(1 << 20);
    private final FakeSpringModel model = new FakeSpringModel();
    private final EmbeddingModel cached = new CachedEmbeddingModel(model, pool, PROFILE);

    @AfterEach
    void close() {
        pool.close();
        assertThat(pool.usedBytes()).isZero();
    }

    /// One token for each text; answers in reverse, as the indexes say.
    private static class FakeSpringModel implements EmbeddingModel {
        final List<List<String>> calls = new ArrayList<>();
        int ofOtherDocuments;

        @Override
        public EmbeddingResponse call(EmbeddingRequest request) {
            List<String> texts = request.getInstructions();
            calls.add(List.copyOf(texts));
            List<Embedding> results = new ArrayList<>();
            for (int index = 0; index < texts.size(); index++) {
                results.add(new Embedding(FakeModel.vectorOf(texts.get(index)), index));
            }
            if (request.getOptions() != null) {
                Collections.reverse(results);
            }
            return new EmbeddingResponse(
                    results,
                    new EmbeddingResponseMetadata(
                            "fake-2", new DefaultUsage(texts.size(), 0, texts.size())));
        }

        @Override
        public List<float[]> embed(List<String> texts) {
            return call(new EmbeddingRequest(texts, null)).getResults().stream()
                    .map(Embedding::getOutput)
                    .toList();
        }

        @Override
        public float[] embed(Document document) {
            ofOtherDocuments++;
            return new float[] {1};
        }
    }

    /// Options of a provider, with something of its own.
    public static final class OwnOptions implements EmbeddingOptions {
        private final String truncate;
        private final Object opaque;

        OwnOptions(String truncate, Object opaque) {
            this.truncate = truncate;
            this.opaque = opaque;
        }

        @Override
        public String getModel() {
            return null;
        }

        @Override
        public Integer getDimensions() {
            return null;
        }

        public String getTruncate() {
            return truncate;
        }

        public Object getOpaque() {
            return opaque;
        }
    }

    private static EmbeddingOptions options(String model, Integer dimensions) {
        return EmbeddingOptions.builder().model(model).dimensions(dimensions).build();
    }

    private List<float[]> call(EmbeddingOptions options, String... texts) {
        return cached.call(new EmbeddingRequest(List.of(texts), options)).getResults().stream()
                .map(Embedding::getOutput)
                .toList();
    }

    private static void assertVectors(List<float[]> vectors, String... texts) {
        assertThat(vectors).hasSize(texts.length);
        for (int index = 0; index < texts.length; index++) {
            assertThat(vectors.get(index)).isEqualTo(FakeModel.vectorOf(texts[index]));
        }
    }

    @Test
    void everyEntryPoint_isOverridden() {
        EntryPoints.assertAllOverridden(EmbeddingModel.class, CachedEmbeddingModel.class);
    }

    @Test
    void everyWayIn_sharesOneVector() {
        assertThat(cached.embed("a")).isEqualTo(FakeModel.vectorOf("a"));
        assertVectors(cached.embed(List.of("a")), "a");
        assertVectors(call(null, "a"), "a");
        assertVectors(call(options(null, null), "a"), "a");
        assertThat(cached.embedForResponse(List.of("a")).getResult().getOutput())
                .isEqualTo(FakeModel.vectorOf("a"));

        assertThat(model.calls).containsExactly(List.of("a"));
    }

    @Test
    void everyWayIn_reachesTheModelOnAMiss() {
        cached.embed("a");
        cached.embed(List.of("b", "a"));
        call(null, "c");
        cached.embedForResponse(List.of("d", "c"));

        assertThat(model.calls)
                .containsExactly(List.of("a"), List.of("b"), List.of("c"), List.of("d"));
    }

    @Test
    void resultsAreInTheOrderOfTheInputs_whateverTheModelsOrder() {
        EmbeddingResponse response =
                cached.call(new EmbeddingRequest(List.of("c", "a", "b", "a"), options(null, null)));

        assertThat(response.getResults())
                .extracting(Embedding::getIndex)
                .containsExactly(0, 1, 2, 3);
        assertVectors(
                response.getResults().stream().map(Embedding::getOutput).toList(),
                "c",
                "a",
                "b",
                "a");
    }

    @Test
    void options_arePartOfTheKey() {
        call(options("m1", null), "a");
        call(options("m2", null), "a");
        call(options(null, FakeModel.DIMENSIONS), "a");
        call(new OwnOptions("END", null), "a");
        call(new OwnOptions("START", null), "a");
        assertThat(model.calls).hasSize(5);

        call(options("m1", null), "a");
        call(new OwnOptions("END", null), "a");
        assertThat(model.calls).hasSize(5);
    }

    @Test
    void optionsThatCannotBeKeyed_goToTheModelUncached() {
        EmbeddingOptions opaque = new OwnOptions("END", new Object());
        call(opaque, "a");
        call(opaque, "a");
        cached.embed(List.of(new Document("a")), opaque, PAIRS);

        assertThat(model.calls).hasSize(3);
        assertThat(pool.stats().size()).isZero();
    }

    @Test
    void document_isKeyedAndSentByItsFormattedContent() {
        Document one = new Document("text", Map.of("source", "one"));
        Document other = new Document("text", Map.of("source", "other"));
        cached.embed(one);
        cached.embed(other);
        cached.embed(one);

        assertThat(model.calls).hasSize(2);
        assertThat(model.calls.getFirst().getFirst()).contains("source: one").contains("text");
        assertThat(cached.embed(one)).isEqualTo(FakeModel.vectorOf(one.getFormattedContent()));
    }

    @Test
    void document_byItsBareText_ifTheCallerSaysSo() {
        EmbeddingModel bare = new CachedEmbeddingModel(model, pool, PROFILE, Document::getText);
        bare.embed(new Document("text", Map.of("source", "one")));
        bare.embed(List.of(new Document("text", Map.of("source", "other"))), null, PAIRS);

        assertThat(model.calls).containsExactly(List.of("text"));
    }

    @Test
    void documents_areBatchedByTheStrategy_whatIsCachedIsNot() {
        cached.embed("b");
        List<Document> documents =
                List.of("a", "b", "c", "a", "d").stream().map(Document::new).toList();
        EmbeddingModel bare = new CachedEmbeddingModel(model, pool, PROFILE, Document::getText);
        List<float[]> vectors = bare.embed(documents, options(null, null), PAIRS);

        assertVectors(vectors, "a", "b", "c", "a", "d");
        assertThat(model.calls).containsExactly(List.of("b"), List.of("a", "c"), List.of("d"));
    }

    @Test
    void documentsWithoutText_goToTheModelUncached() {
        Media media = new Media(MimeTypeUtils.IMAGE_PNG, java.net.URI.create("https://x/y.png"));
        Document image = new Document(media, Map.of());
        cached.embed(image);
        cached.embed(image);

        assertThat(model.ofOtherDocuments).isEqualTo(2);
        assertThat(pool.stats().size()).isZero();
    }

    @Test
    void usage_isThatOfTheCallsReallyMade() {
        EmbeddingResponse first = cached.embedForResponse(List.of("a", "b", "a"));
        EmbeddingResponse second = cached.embedForResponse(List.of("a", "b"));

        assertThat(first.getMetadata().getUsage().getPromptTokens()).isEqualTo(2);
        assertThat(first.getMetadata().getModel()).isEqualTo("fake-2");
        assertThat(second.getMetadata().getUsage().getTotalTokens()).isZero();
        assertThat(second.getMetadata().getModel()).isEqualTo("fake");
        List<String> many =
                java.util.stream.IntStream.range(0, 100).mapToObj(Integer::toString).toList();
        assertThat(cached.embedForResponse(many).getMetadata().getUsage().getTotalTokens())
                .isEqualTo(100);
    }

    @Test
    void dimensions_areTheProfilesOrTheModels() {
        assertThat(cached.dimensions()).isEqualTo(FakeModel.DIMENSIONS);
        assertThat(new CachedEmbeddingModel(model, pool, PROFILE.withDimensions(7)).dimensions())
                .isEqualTo(7);
    }

    @Test
    void shortAnswer_isOneClearError() {
        EmbeddingModel forgetful =
                new FakeSpringModel() {
                    @Override
                    public EmbeddingResponse call(EmbeddingRequest request) {
                        return new EmbeddingResponse(List.of());
                    }
                };
        EmbeddingModel wrapped = new CachedEmbeddingModel(forgetful, pool, PROFILE);

        assertThatThrownBy(() -> wrapped.embedForResponse(List.of("a")))
                .hasMessageContaining("0 vectors for 1 texts");
        assertThatThrownBy(() -> wrapped.embed(List.of(new Document("a")), null, PAIRS))
                .hasMessageContaining("0 vectors for 1 texts");
    }
}
