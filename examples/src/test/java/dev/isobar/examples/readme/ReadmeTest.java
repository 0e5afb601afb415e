package dev.isobar.examples.readme;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.inject.Guice;
import com.google.inject.Injector;
import dev.isobar.broker.BrokerConfig;
import dev.isobar.broker.BrokerSnapshot;
import dev.isobar.broker.SourceView;
import dev.isobar.broker.guice.BrokerModule;
import dev.isobar.broker.guice.BrokerService;
import dev.isobar.embedding.EmbeddingPool;
import dev.isobar.embedding.EmbeddingPoolConfig;
import dev.isobar.embedding.guice.EmbeddingModule;
import dev.isobar.examples.text.HashingEmbeddingModel;
import dev.langchain4j.model.embedding.EmbeddingModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReadmeTest {

    private static final Path SOURCES = Path.of("src/test/java/dev/isobar/examples/readme");
    private static final Path README = Path.of("../README.md");
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

    private final Cache<String, byte[]> pages =
            Caffeine.newBuilder()
                    .maximumWeight(1000)
                    .weigher((String url, byte[] page) -> page.length)
                    .build();

    @Test
    void readme_everyJavaExample_isPartOfASourceThatCompiles() throws IOException {
        String sources = sources();

        List<String> blocks =
                JAVA_BLOCK
                        .matcher(Files.readString(README))
                        .results()
                        .map(m -> m.group(1))
                        .toList();

        assertThat(blocks)
                .isNotEmpty()
                .allSatisfy(block -> assertThat(sources).contains(flat(block)));
    }

    @Test
    void pages_everyLinkToAFile_leadsSomewhere() throws IOException {
        for (Path path : pages()) {
            assertThat(LINK.matcher(Files.readString(path)).results().map(m -> m.group(1)))
                    .as(path.toString())
                    .allSatisfy(link -> assertThat(path.resolveSibling(link)).exists());
        }
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.walk(Path.of("../docs"))) {
            return Stream.concat(
                            Stream.of(README, Path.of("../CONTRIBUTING.md")),
                            docs.filter(file -> file.toString().endsWith(".md")))
                    .toList();
        }
    }

    @Test
    void quickStart_run_showsBothSources() throws IOException {
        BrokerSnapshot snapshot = QuickStart.run(new HashingEmbeddingModel(), pages);

        assertThat(snapshot.sources())
                .extracting(source -> source.name() + " " + source.usedBytes())
                .containsExactlyInAnyOrder("embedding-cache 1536", "pages 0");
    }

    @Test
    void otherModels_langChain4j_isAskedOnce() {
        try (var pool = EmbeddingPool.ofBytes(1 << 20)) {
            EmbeddingModel model = OtherModels.langChain4j(new HashingEmbeddingModel(), pool);
            model.embed("text");
            model.embed("text");

            assertThat(pool.stats().hits()).isEqualTo(1);
        }
    }

    @Test
    void otherModels_guiceModule_registersTheCache() {
        Injector host =
                Guice.createInjector(
                        new BrokerModule(BrokerConfig.defaults()),
                        new EmbeddingModule(
                                EmbeddingPoolConfig.builder().limitBytes(1 << 20).build()),
                        new OtherModels.PagesModule(pages));

        try (var service = host.getInstance(BrokerService.class);
                var pool = host.getInstance(EmbeddingPool.class)) {
            service.start();
            host.getInstance(EmbeddingModel.class).embed("text");

            assertThat(service.broker().snapshot().sources())
                    .extracting(SourceView::name)
                    .containsExactlyInAnyOrder("embedding-cache", "pages");
            assertThat(pool.usedBytes()).isPositive();
        }
    }

    private static String sources() throws IOException {
        try (var files = Files.list(SOURCES)) {
            return files.filter(file -> !file.endsWith("ReadmeTest.java"))
                    .map(ReadmeTest::read)
                    .map(ReadmeTest::flat)
                    .collect(Collectors.joining("\n"));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The text with each run of white space as one space: indentation may differ.
    private static String flat(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }
}
