package dev.isobar.embedding.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isobar.embedding.EmbeddingPool;
import dev.isobar.embedding.EmbeddingProfile;
import dev.isobar.embedding.EntryPoints;
import dev.isobar.embedding.FakeModel;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.message.ContentType;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.listener.EmbeddingModelListener;
import dev.langchain4j.model.embedding.listener.EmbeddingModelRequestContext;
import dev.langchain4j.model.embedding.request.EmbeddingInput;
import dev.langchain4j.model.embedding.request.EmbeddingInputType;
import dev.langchain4j.model.embedding.request.EmbeddingParameter;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.model.embedding.request.EmbeddingRequestParameters;
import dev.langchain4j.model.embedding.response.EmbeddingResponse;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.output.TokenUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CachedEmbeddingModelTest {

    private static final EmbeddingParameter<String> TRUNCATE =
            new EmbeddingParameter<>("truncate", String.class);
    private static final EmbeddingParameter<Object> OPAQUE =
            new EmbeddingParameter<>("opaque", Object.class);

    private final EmbeddingPool pool = EmbeddingPool.ofBytes(1 << 20);
    private final FakeLangchainModel model = new FakeLangchainModel();
    private final EmbeddingModel cached = CachedEmbeddingModel.of(model, pool);

    @AfterEach
    void close() {
        pool.close();
        assertThat(pool.usedBytes()).isZero();
    }

    /// One token for each text; the parameters decide over the vector.
    private static final class FakeLangchainModel implements EmbeddingModel {
        final List<List<String>> calls = new ArrayList<>();
        final List<String> heard = new ArrayList<>();
        boolean listens = true;
        EmbeddingRequestParameters defaults = EmbeddingRequestParameters.EMPTY;

        @Override
        public EmbeddingResponse doEmbed(EmbeddingRequest request) {
            List<String> texts = request.inputs().stream().map(FakeLangchainModel::textOf).toList();
            calls.add(texts);
            String prefix = request.inputType() + "/" + request.dimensions() + "/";
            return EmbeddingResponse.builder()
                    .embeddings(texts.stream().map(text -> vectorOf(prefix, text)).toList())
                    .modelName(modelName())
                    .tokenUsage(new TokenUsage(texts.size()))
                    .build();
        }

        static Embedding vectorOf(String prefix, String text) {
            return Embedding.from(FakeModel.vectorOf(prefix + text));
        }

        private static String textOf(EmbeddingInput input) {
            return input.contentTypes().contains(ContentType.IMAGE) ? "image" : input.text();
        }

        @Override
        public Set<EmbeddingParameter<?>> supportedParameters() {
            return Set.of(
                    EmbeddingRequestParameters.DIMENSIONS,
                    EmbeddingRequestParameters.INPUT_TYPE,
                    TRUNCATE,
                    OPAQUE);
        }

        @Override
        public Set<ContentType> supportedContentTypes() {
            return Set.of(ContentType.TEXT, ContentType.IMAGE);
        }

        @Override
        public EmbeddingRequestParameters defaultRequestParameters() {
            return defaults;
        }

        @Override
        public List<EmbeddingModelListener> listeners() {
            return listens ? List.of(hearing(heard)) : List.of();
        }

        @Override
        public ModelProvider provider() {
            return ModelProvider.COHERE;
        }

        @Override
        public String modelName() {
            return "fake-langchain";
        }

        @Override
        public int dimension() {
            return FakeModel.DIMENSIONS;
        }
    }

    private static EmbeddingModelListener hearing(List<String> heard) {
        return new EmbeddingModelListener() {
            @Override
            public void onRequest(EmbeddingModelRequestContext context) {
                context.textSegments().forEach(segment -> heard.add(segment.text()));
            }
        };
    }

    private static EmbeddingRequest request(EmbeddingInputType type, String... texts) {
        return EmbeddingRequest.builder().inputs(texts).inputType(type).build();
    }

    private static Embedding vectorOf(String text) {
        return FakeLangchainModel.vectorOf("null/null/", text);
    }

    @Test
    void everyEntryPoint_isOverridden() {
        EntryPoints.assertAllOverridden(EmbeddingModel.class, CachedEmbeddingModel.class);
    }

    @Test
    void everyWayIn_sharesOneVector() {
        assertThat(cached.embed("a").content()).isEqualTo(vectorOf("a"));
        assertThat(cached.embed(TextSegment.from("a")).content()).isEqualTo(vectorOf("a"));
        assertThat(cached.embedAll(List.of(TextSegment.from("a"))).content())
                .containsExactly(vectorOf("a"));
        assertThat(cached.embed(request(null, "a")).embeddings()).containsExactly(vectorOf("a"));
        assertThat(cached.doEmbed(request(null, "a")).embeddings()).containsExactly(vectorOf("a"));

        assertThat(model.calls).containsExactly(List.of("a"));
    }

    @Test
    void everyWayIn_reachesTheModelOnAMiss() {
        cached.embed("a");
        cached.embed(TextSegment.from("b"));
        cached.embedAll(List.of(TextSegment.from("c"), TextSegment.from("a")));
        cached.embed(request(null, "d", "b"));
        cached.doEmbed(request(null, "e"));

        assertThat(model.calls)
                .containsExactly(
                        List.of("a"), List.of("b"), List.of("c"), List.of("d"), List.of("e"));
    }

    @Test
    void cachedBatch_needsNoModel() {
        Response<List<Embedding>> warm =
                cached.embedAll(List.of(TextSegment.from("a"), TextSegment.from("b")));
        EmbeddingModel gone =
                new CachedEmbeddingModel(
                        new MissingModel(), pool, EmbeddingProfile.of("COHERE", "fake-langchain"));

        assertThat(gone.embedAll(List.of(TextSegment.from("a"), TextSegment.from("b"))).content())
                .isEqualTo(warm.content());
        assertThatThrownBy(() -> gone.embed("c")).hasMessage("no such model");
    }

    @Test
    void cachedText_needsNoModel() {
        cached.embed("a");
        EmbeddingModel gone =
                new CachedEmbeddingModel(
                        new MissingModel(), pool, EmbeddingProfile.of("COHERE", "fake-langchain"));

        assertThat(gone.embed("a").content()).isEqualTo(vectorOf("a"));
    }

    /// Fails at whatever would load it.
    private static final class MissingModel implements EmbeddingModel {
        @Override
        public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
            throw new IllegalArgumentException("no such model");
        }
    }

    @Test
    void parametersOfTheRequest_arePartOfTheKey() {
        cached.embed(request(EmbeddingInputType.QUERY, "a"));
        cached.embed(request(EmbeddingInputType.DOCUMENT, "a"));
        cached.embed(
                EmbeddingRequest.builder().input("a").dimensions(FakeModel.DIMENSIONS).build());
        cached.embed("a");
        assertThat(model.calls).hasSize(4);

        EmbeddingResponse query = cached.embed(request(EmbeddingInputType.QUERY, "a"));
        assertThat(model.calls).hasSize(4);
        assertThat(query.embeddings())
                .containsExactly(FakeLangchainModel.vectorOf("QUERY/null/", "a"));
    }

    private <T> void embedWith(EmbeddingParameter<T> parameter, T value) {
        EmbeddingRequestParameters parameters =
                EmbeddingRequestParameters.builder().set(parameter, value).build();
        cached.embed(EmbeddingRequest.builder().input("a").parameters(parameters).build());
    }

    @Test
    void parametersOfTheProvider_arePartOfTheKey() {
        embedWith(TRUNCATE, "START");
        embedWith(TRUNCATE, "END");
        embedWith(TRUNCATE, "START");

        assertThat(model.calls).hasSize(2);
    }

    @Test
    void parametersThatCannotBeKeyed_goToTheModelUncached() {
        embedWith(OPAQUE, new Object());
        embedWith(OPAQUE, new Object());
        assertThat(model.calls).hasSize(2);

        model.defaults = EmbeddingRequestParameters.builder().set(OPAQUE, new Object()).build();
        cached.embed("a");
        cached.embed(TextSegment.from("a"));
        cached.embedAll(List.of(TextSegment.from("a")));
        assertThat(model.calls).hasSize(5);
        assertThat(pool.stats().size()).isZero();
    }

    @Test
    void defaultsOfTheModel_arePartOfTheKey() {
        model.defaults =
                EmbeddingRequestParameters.builder().inputType(EmbeddingInputType.QUERY).build();
        Embedding byDefault = cached.embed("a").content();

        assertThat(cached.embed(request(EmbeddingInputType.QUERY, "a")).embeddings())
                .containsExactly(byDefault);
        assertThat(model.calls).hasSize(1);
        cached.embed(request(EmbeddingInputType.DOCUMENT, "a"));
        assertThat(model.calls).hasSize(2);
    }

    @Test
    void requestThatTheModelRefuses_isRefusedStill() {
        assertThatThrownBy(() ->
                        cached.embed(EmbeddingRequest.builder().input("a").modelName("x").build()))
                .isInstanceOf(UnsupportedFeatureException.class);
        assertThat(pool.stats().size()).isZero();
        assertThatThrownBy(() -> cached.embed((String) null)).isInstanceOf(RuntimeException.class);
    }

    @Test
    void tokenUsage_isThatOfTheCallsReallyMade() {
        TextSegment a = TextSegment.from("a");
        TextSegment b = TextSegment.from("b");
        assertThat(cached.embedAll(List.of(a, a)).tokenUsage()).isEqualTo(new TokenUsage(1));
        assertThat(cached.embedAll(List.of(a, b)).tokenUsage()).isEqualTo(new TokenUsage(1));
        assertThat(cached.embedAll(List.of(a, b)).tokenUsage()).isNull();
        assertThat(cached.embed(request(null, "a", "c", "d")).tokenUsage())
                .isEqualTo(new TokenUsage(2));
        assertThat(cached.embed("a").tokenUsage()).isNull();
    }

    @Test
    void tokenUsage_ofSeveralCallsForOneRequest_isTheirSum() {
        List<TextSegment> segments =
                java.util.stream.IntStream.range(0, 150)
                        .mapToObj(index -> TextSegment.from("text-" + index))
                        .toList();
        assertThat(cached.embedAll(segments).tokenUsage()).isEqualTo(new TokenUsage(150));
        assertThat(model.calls).hasSize(3);
    }

    @Test
    void images_goToTheModelUncached() {
        model.listens = false; // LangChain4j tells listeners the text, which an image has not
        EmbeddingRequest image =
                EmbeddingRequest.builder().input(ImageContent.from("https://x/y.png")).build();
        cached.embed(image);
        cached.embed(image);

        assertThat(model.calls).containsExactly(List.of("image"), List.of("image"));
        assertThat(pool.stats().size()).isZero();
    }

    @Test
    void modelsOwnListeners_hearOfRealCalls_addedOnesOfAll() {
        List<String> all = new ArrayList<>();
        EmbeddingModel heard = cached.addListener(hearing(all));
        heard.embed("a");
        heard.embed("a");
        cached.addListeners(List.of(hearing(all))).embed("a");

        assertThat(model.heard).containsExactly("a");
        assertThat(all).containsExactly("a", "a", "a");
    }

    @Test
    void whatTheModelSaysOfItself_isPassedOn() {
        assertThat(cached.modelName()).isEqualTo("fake-langchain");
        assertThat(cached.provider()).isEqualTo(ModelProvider.COHERE);
        assertThat(cached.dimension()).isEqualTo(FakeModel.DIMENSIONS);
        assertThat(cached.supportedParameters()).isEqualTo(model.supportedParameters());
        assertThat(cached.supportedContentTypes()).isEqualTo(model.supportedContentTypes());
        assertThat(cached.defaultRequestParameters()).isSameAs(model.defaults);
        assertThat(cached.listeners()).hasSize(1);
        assertThat(cached.embed(request(null, "a")).modelName()).isEqualTo("fake-langchain");
        assertThat(cached.embed(request(null, "a")).modelName()).isEqualTo("fake-langchain");
        assertThat(
                        new CachedEmbeddingModel(
                                        model,
                                        pool,
                                        EmbeddingProfile.of("p", "m").withDimensions(7))
                                .dimension())
                .isEqualTo(7);
    }

    @Test
    void emptyList_isAnsweredAsByTheModel() {
        assertThat(cached.embedAll(List.of()).content()).isEmpty();
        assertThat(pool.stats().misses()).isZero();
    }

    @Test
    void namelessModel_needsAProfile() {
        assertThatThrownBy(() -> CachedEmbeddingModel.of(new MissingModel(), pool))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not say its name");
    }

    @Test
    void twoModels_doNotShareVectors() {
        EmbeddingModel other =
                new CachedEmbeddingModel(model, pool, EmbeddingProfile.of("COHERE", "other"));
        cached.embed("a");
        other.embed("a");

        assertThat(model.calls).hasSize(2);
        assertThat(pool.stats().size()).isEqualTo(2);
    }
}
