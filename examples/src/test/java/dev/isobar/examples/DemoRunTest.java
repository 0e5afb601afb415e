package dev.isobar.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.isobar.broker.BrokerConfig;
import dev.isobar.broker.TickIntervals;
import dev.isobar.examples.chat.AdapterShelf;
import dev.isobar.examples.chat.Conversations;
import dev.isobar.examples.corpus.Corpus;
import dev.isobar.examples.corpus.CorpusReader;
import dev.isobar.examples.corpus.FolderText;
import dev.isobar.examples.corpus.PassageSplitter;
import dev.isobar.examples.host.DemoInput;
import dev.isobar.examples.host.DemoPlan;
import dev.isobar.examples.host.Summary;
import dev.isobar.examples.host.WarmFigures;
import dev.isobar.examples.view.DemoView;
import dev.isobar.examples.view.DemoView.SourceRow;
import dev.isobar.examples.view.Screen;
import dev.isobar.pool.store.StoreConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The demo from end to end: real text, real caches, a real broker; only smaller and faster.
@Timeout(60)
class DemoRunTest {

    private static final int CHARS = 1 << 20;

    @TempDir Path folder;

    private AdapterShelf shelf;

    @BeforeEach
    void writeTexts() throws IOException {
        shelf = AdapterShelf.made(DemoPlan.of(1 << 20).chats());
        Texts.write(Files.createDirectory(folder.resolve("texts")), 20, CHARS);
    }

    @AfterEach
    void removeAdapters() throws IOException {
        shelf.close();
    }

    @Test
    void run_untilBothResourcesWereRelieved_endsWithNothingCharged() {
        var plan = quick(1 << 20);
        var stop = new StopSignal();

        DemoRun.Result result =
                DemoRun.start(
                                plan,
                                input(plan),
                                quickBroker(),
                                StoreConfig.off(),
                                Duration.ZERO,
                                stop)
                        .run(new StopWhenRelieved(stop), () -> 0);

        assertThat(result.summary().good()).isTrue();
        assertThat(result.summary().broker().asks()).isGreaterThanOrEqualTo(2);
        assertThat(result.summary().reliefs()).containsOnlyKeys("heap", "host");
        assertThat(result.summary().reliefs().values())
                .allSatisfy(reliefs -> {
                    assertThat(reliefs.count()).isPositive();
                    assertThat(reliefs.freedBytes()).isPositive();
                    assertThat(reliefs.lowestLastPressureAfter()).isLessThan(0.80);
                });
        assertThat(result.summary().leftovers().bytes())
                .containsOnlyKeys(
                        "embedding-cache", "host space", "kv-cache", "lora-cache", "search-cache")
                .allSatisfy((_, bytes) -> assertThat(bytes).isZero());
        assertThat(result.summary().chats().wrongTokens()).isZero();
        assertThat(result.summary().chats().comparedBytes())
                .isGreaterThan(result.summary().chats().writtenBytes());
        assertThat(result.summary().caches().values())
                .allSatisfy(figures -> assertThat(figures.hitRate()).isBetween(0.05, 0.95));
    }

    @Test
    void run_stoppedBeforeItBegan_endsWithNothingCharged() {
        var plan = quick(1 << 20);
        var stop = new StopSignal();
        stop.stop();

        DemoRun.Result result =
                DemoRun.start(
                                plan,
                                input(plan),
                                quickBroker(),
                                StoreConfig.off(),
                                Duration.ZERO,
                                stop)
                        .run(new StopWhenRelieved(stop), () -> 0);

        assertThat(result.summary().good()).isTrue();
        assertThat(result.summary().reliefs()).isEmpty();
    }

    @Test
    void command_twoSeconds_printsASummaryAndWritesTheSnapshot() throws IOException {
        var out = new StringWriter();
        var err = new StringWriter();
        Path json = folder.resolve("snapshot.json");

        int exitCode =
                Isobar.run(
                        new PrintWriter(out),
                        new PrintWriter(err),
                        Map.of(),
                        "demo",
                        "--seconds",
                        "2",
                        "--budget",
                        "1MiB",
                        "--json",
                        json.toString(),
                        "--corpus",
                        folder.resolve("texts").toString());

        assertThat(exitCode).isZero();
        assertThat(err.toString()).isEmpty();
        assertThat(out.toString())
                .contains("corpus            " + folder.resolve("texts"))
                .contains(" files (0 skipped)")
                .contains("log               no warnings")
                .contains("chats             conversations of the demo's own making")
                .contains("adapters          24 adapters made for this run")
                .contains(" 0 tokens wrong")
                .contains(
                        "bytes still charged after close: 0 B"
                                + System.lineSeparator()
                                + "  (embedding-cache 0 B, host space 0 B, kv-cache 0 B, lora-cache 0 B,"
                                + System.lineSeparator()
                                + "  search-cache 0 B)");
        assertSnapshot(new ObjectMapper().readTree(json.toFile()));
    }

    /// The first run stops after some searches, the second before its first look: what it has by then is
    /// what was restored.
    @Test
    void run_overAStore_beginsWithWhatTheLastOneHad() {
        var plan = quick(1 << 20);
        StoreConfig store = StoreConfig.at(folder.resolve("store"));

        Summary first = runUntilSearches(plan, store, 200);
        Summary second = runUntilSearches(plan, store, 200);

        assertThat(second.warm()).hasSize(2);
        for (int pool = 0; pool < 2; pool++) {
            WarmFigures cold = first.warm().get(pool);
            WarmFigures warm = second.warm().get(pool);
            assertThat(cold.restored().listed()).isZero();
            assertThat(cold.before()).isNull();
            assertThat(warm.what()).isEqualTo(cold.what());
            assertThat(warm.restored().listed()).isPositive();
            assertThat(warm.restored().corrupt()).isZero();
            assertThat(warm.restored().stale()).isZero();
            assertThat(warm.before()).isEqualTo(cold.now());
            assertThat(warm.now().figures().hitRate())
                    .as("%s", warm.what())
                    .isGreaterThan(cold.now().figures().hitRate());
        }
        assertThat(second.lines()).anyMatch(line -> line.startsWith("warm start"));
        assertThat(first.good() && second.good()).isTrue();
        assertThat(second.leftovers().totalBytes()).isZero();
    }

    private Summary runUntilSearches(DemoPlan plan, StoreConfig store, long searches) {
        var stop = new StopSignal();
        Screen screen =
                new Screen() {
                    @Override
                    public void show(DemoView view) {
                        if (view.searches() >= searches) {
                            stop.stop();
                        }
                    }

                    @Override
                    public void close() {}
                };
        return DemoRun.start(plan, input(plan), quickBroker(), store, Duration.ZERO, stop)
                .run(screen, () -> 0)
                .summary();
    }

    private static void assertSnapshot(JsonNode snapshot) {
        assertThat(snapshot.get("globalTier").asText())
                .isIn("normal", "warning", "high", "critical");
        assertThat(snapshot.get("resources")).hasSize(2);
        assertThat(snapshot.get("sources"))
                .extracting(source -> source.get("name").asText())
                .containsExactlyInAnyOrder(
                        "embedding-cache", "kv-cache", "lora-cache", "search-cache");
        assertThat(snapshot.get("sources"))
                .allMatch(source -> source.get("usedBytes").asLong() > 0)
                .allMatch(source -> source.get("capacityBytes").asLong() > 0);
        assertThat(snapshot.get("heartbeat").get("running").asBoolean()).isTrue();
        assertThat(snapshot.get("decisions").isArray()).isTrue();
        assertThat(snapshot.get("chats").get("answered").asLong()).isPositive();
        assertThat(snapshot.get("chats").get("admission").get("supplies")).hasSize(3);
        assertThat(snapshot.get("counts").get("kv-cache").get("lookUps").asLong()).isPositive();
        assertThat(snapshot.get("chargedAfterClose")).hasSize(5).allMatch(n -> n.asLong() == 0);
    }

    private Corpus corpus(DemoPlan plan) {
        return new CorpusReader(PassageSplitter.PARAGRAPHS, plan.passages())
                .read(new FolderText(folder.resolve("texts")));
    }

    private DemoInput input(DemoPlan plan) {
        List<String> names = List.copyOf(shelf.adapters().keySet());
        return new DemoInput(
                corpus(plan), shelf, new Conversations(plan.chats(), names, System::nanoTime), 300);
    }

    private static DemoPlan quick(long budgetBytes) {
        DemoPlan usual = DemoPlan.of(budgetBytes);
        return new DemoPlan(
                budgetBytes,
                usual.kvBytes(),
                usual.loraBytes(),
                usual.vectorBytes(),
                usual.heapBytes(),
                usual.passages(),
                1_000);
    }

    private static BrokerConfig quickBroker() {
        return BrokerConfig.builder()
                .intervals(TickIntervals.of(Duration.ofMillis(20)))
                .dwell(Duration.ZERO)
                .build();
    }

    /// Ends the run as soon as each source has been asked.
    private record StopWhenRelieved(StopSignal stop) implements Screen {
        @Override
        public void show(DemoView view) {
            boolean all =
                    view.sources().stream()
                            .map(SourceRow::name)
                            .allMatch(name ->
                                    view.decisions().stream()
                                            .anyMatch(d ->
                                                    d.sentences()
                                                            .toString()
                                                            .contains("asked " + name)));
            if (all) {
                stop.stop();
            }
        }

        @Override
        public void close() {}
    }
}
