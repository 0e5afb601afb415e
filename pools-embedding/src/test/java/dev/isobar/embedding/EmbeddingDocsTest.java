package dev.isobar.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Guice;
import dev.isobar.broker.PressureSource;
import dev.isobar.embedding.guice.EmbeddingModule;
import dev.isobar.embedding.langchain4j.CachedEmbeddingModel;
import dev.isobar.embedding.micrometer.EmbeddingMetrics;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;

/// The examples of `docs/embedding.md`: each code block of the page stands here word for word, and
/// runs.
class EmbeddingDocsTest {

    private static final Path PAGE = Path.of("../docs/embedding.md");
    private static final Path SOURCE =
            Path.of("src/test/java/dev/isobar/embedding/EmbeddingDocsTest.java");
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    private static final class SomeModel implements EmbeddingModel {
        @Override
        public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
            return Response.from(
                    segments.stream()
                            .map(each -> Embedding.from(FakeModel.vectorOf(each.text())))
                            .toList());
        }

        @Override
        public String modelName() {
            return "some-model";
        }
    }

    private static final class SomeSpringModel
            implements org.springframework.ai.embedding.EmbeddingModel {
        @Override
        public EmbeddingResponse call(EmbeddingRequest request) {
            List<float[]> vectors = FakeModel.vectorsOf(request.getInstructions());
            return new EmbeddingResponse(
                    java.util.stream.IntStream.range(0, vectors.size())
                            .mapToObj(index ->
                                    new org.springframework.ai.embedding.Embedding(
                                            vectors.get(index), index))
                            .toList());
        }

        @Override
        public float[] embed(Document document) {
            return embed(document.getText());
        }
    }

    @Test
    void langchain4j() {
        EmbeddingModel model = new SomeModel();

        EmbeddingPool pool = EmbeddingPool.ofBytes(256 << 20);
        EmbeddingModel cached = CachedEmbeddingModel.of(model, pool);
        Embedding embedding = cached.embed("what is an isobar?").content();

        assertThat(embedding).isEqualTo(cached.embed("what is an isobar?").content());
        assertThat(pool.stats().hits()).isEqualTo(1);
        pool.close();
    }

    @Test
    void profile() {
        EmbeddingModel model = new SomeModel();
        EmbeddingPool pool = EmbeddingPool.ofBytes(1 << 20);

        EmbeddingProfile profile =
                EmbeddingProfile.of("onnx", "all-minilm-l6-v2")
                        .withRevision("8b3219a")
                        .withDimensions(384)
                        .withNormalised(true);
        EmbeddingModel cached = new CachedEmbeddingModel(model, pool, profile);

        assertThat(cached.dimension()).isEqualTo(384);
        pool.close();
    }

    @Test
    void springAi() {
        EmbeddingPool pool = EmbeddingPool.ofBytes(1 << 20);
        org.springframework.ai.embedding.EmbeddingModel model = new SomeSpringModel();

        var cached =
                new dev.isobar.embedding.springai.CachedEmbeddingModel(
                        model, pool, EmbeddingProfile.of("ollama", "nomic-embed-text"));
        float[] vector = cached.embed("what is an isobar?");

        assertThat(vector).isEqualTo(cached.embed("what is an isobar?"));
        pool.close();
    }

    @Test
    void withoutAFramework() throws Exception {
        EmbeddingPool pool = EmbeddingPool.ofBytes(1 << 20);
        BatchEmbedder<String> model = FakeModel::vectorsOf;
        EmbeddingProfile profile = FakeModel.PROFILE;

        EmbeddedBatch batch = pool.embedAll(profile, List.of("one", "two", "one"), model);
        List<float[]> vectors = batch.vectors(); // three, in this order
        int called = batch.embedded(); // two

        assertThat(vectors).hasSize(3);
        assertThat(called).isEqualTo(2);
        pool.close();
    }

    @Test
    void settings() {
        EmbeddingPoolConfig config =
                EmbeddingPoolConfig.builder()
                        .limitBytes(64L << 20)
                        .encoding(VectorEncoding.FLOAT16)
                        .batchSize(128)
                        .timeToLive(Duration.ofHours(12))
                        .build();
        EmbeddingPool pool = new EmbeddingPool(config);

        assertThat(pool.limitBytes()).isEqualTo(64L << 20);
        pool.close();
    }

    @Test
    void guiceAndMicrometer() {
        MeterRegistry registry = new SimpleMeterRegistry();
        EmbeddingPoolConfig config = EmbeddingPoolConfig.builder().build();

        var injector = Guice.createInjector(new EmbeddingModule(config));
        EmbeddingPool pool = injector.getInstance(EmbeddingPool.class);
        new EmbeddingMetrics(pool).bindTo(registry);

        assertThat(pool).isInstanceOf(PressureSource.class);
        assertThat(registry.getMeters()).isNotEmpty();
        pool.close();
    }

    @Test
    void everyBlockOfThePage_standsHere() throws IOException {
        String source = withoutIndent(Files.readString(SOURCE));
        List<String> blocks =
                JAVA_BLOCK
                        .matcher(Files.readString(PAGE))
                        .results()
                        .map(block -> withoutIndent(block.group(1)))
                        .toList();

        assertThat(blocks).hasSize(6);
        assertThat(blocks).allSatisfy(block -> assertThat(source).contains(block));
    }

    @Test
    void measuredErrors_areThoseOfThePage() throws IOException {
        String page = Files.readString(PAGE);
        for (int dimensions : new int[] {384, 1024, 1536}) {
            String row =
                    "| %d | %d | %d | %d | %s | %s |"
                            .formatted(
                                    dimensions,
                                    VectorEncoding.FLOAT32.bytes(dimensions),
                                    VectorEncoding.FLOAT16.bytes(dimensions),
                                    VectorEncoding.INT8.bytes(dimensions),
                                    error(VectorEncoding.FLOAT16, dimensions),
                                    error(VectorEncoding.INT8, dimensions));
            assertThat(page).contains(row);
        }
    }

    private static String error(VectorEncoding encoding, int dimensions) {
        double error = VectorEncodingTest.largestCosineError(encoding, dimensions);
        return String.format(java.util.Locale.ROOT, "%.1e", error);
    }

    private static String withoutIndent(String text) {
        return text.lines().map(String::strip).reduce("", (all, line) -> all + line + "\n");
    }
}
