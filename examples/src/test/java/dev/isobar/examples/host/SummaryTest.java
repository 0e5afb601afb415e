package dev.isobar.examples.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.broker.admission.AdmissionSnapshot;
import dev.isobar.broker.admission.AdmissionSnapshot.Totals;
import dev.isobar.examples.adapter.AdapterMaker;
import dev.isobar.examples.chat.AdapterShelf;
import dev.isobar.examples.chat.ChatFigures;
import dev.isobar.examples.chat.ChatPlan;
import dev.isobar.examples.chat.Conversations;
import dev.isobar.examples.corpus.Corpus;
import dev.isobar.examples.corpus.Passage;
import dev.isobar.examples.host.ReliefLog.Reliefs;
import dev.isobar.pool.store.RestoreReport;
import dev.isobar.pool.store.StoreConfig;
import dev.isobar.pool.store.WarmStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SummaryTest {

    private static final Corpus CORPUS =
            new Corpus("/texts", List.of(new Passage("a.txt", 1, "text")), 1, 2, 3);
    private static final Leftovers NOTHING =
            new Leftovers(Map.of("kv-cache", 0L, "host space", 0L));
    private static final Reliefs GOOD = new Reliefs(3, 5 << 20, 0.62, List.of(0.62, 0.60));

    @TempDir Path folder;

    @Test
    void lines_goodRun_areThese() {
        var summary =
                new Summary(
                        input(),
                        1234,
                        chats(0),
                        0,
                        Map.of(
                                "search-cache", new CacheFigures(1000, 713, 4321),
                                "embedding-cache", new CacheFigures(0, 0, 0)),
                        new BrokerFigures(39, 0, 36),
                        Map.of("host", GOOD),
                        0,
                        NOTHING,
                        List.of());

        assertThat(String.join("\n", summary.lines()))
                .isEqualTo(
                        """
                        corpus            /texts
                        passages          1 of 1 files (2 skipped)
                        chats             conversations of the demo's own making
                        adapters          1 adapters from FOLDER
                        requests          1,234 searches and 567 chat turns answered, 0 failed
                        admission         13 turns waited, at most 438 ms; 2 too long, 1 too late
                        kv bytes          1.0 MiB written, 3.0 MiB read and compared, 0 tokens wrong
                        embedding-cache   0 look-ups, hit rate 0.0%, 0 evicted
                        search-cache      1,000 look-ups, hit rate 71.3%, 4,321 evicted
                        broker            39 looks, 0 failed, 36 asks for bytes
                        relief of host    3 times, 5.0 MiB taken back, highest pressure after it 0.62
                        log               no warnings
                        bytes still charged after close: 0 B
                          (host space 0 B, kv-cache 0 B)\
                        """
                                .replace("FOLDER", folder.toString()));
        assertThat(summary.good()).isTrue();
    }

    @Test
    void warmLines_saySpansOnlyWhereTheyDiffer() {
        var restored = new RestoreReport(1200, 600, 3, 0, 1, 2, 0, RestoreReport.End.FILLED);
        var now = new FirstMinute(FirstMinute.LONGEST, new CacheFigures(1000, 901, 0));
        var cold = new FirstMinute(FirstMinute.LONGEST, new CacheFigures(1000, 305, 0));
        var brief = new FirstMinute(Duration.ofSeconds(20), new CacheFigures(1000, 200, 0));

        var vectors = WarmFigures.What.VECTORS;
        assertThat(new WarmFigures(vectors, restored, now, cold).lines())
                .containsExactly(
                        "warm start        600 of 1,200 vectors on disk restored, 1 stale, 2 corrupt, 0 refused",
                        "first 60 s        vectors' hit rate 90.1%; the run before: 30.5%");
        assertThat(new WarmFigures(vectors, restored, now, brief).lines().getLast())
                .endsWith("the run before: 20.0% in 20 s");
        assertThat(new WarmFigures(vectors, restored, now, null).lines().getLast())
                .endsWith("the run before: none");
        assertThat(new WarmFigures(WarmFigures.What.KV_BLOCKS, restored, now, cold).lines())
                .containsExactly(
                        "warm start        600 of 1,200 KV blocks on disk restored, 1 stale, 2 corrupt, 0 refused",
                        "first 60 s        KV tokens' hit rate 90.1%; the run before: 30.5%");
    }

    @Test
    void firstMinute_isKeptInTheStore() {
        try (WarmStore store = WarmStore.of(StoreConfig.at(folder.resolve("store")))) {
            assertThat(FirstMinute.last(store, WarmFigures.What.VECTORS)).isEmpty();
            var minute = new FirstMinute(Duration.ofSeconds(42), new CacheFigures(7, 5, 3));
            minute.keep(store, WarmFigures.What.VECTORS);
            assertThat(FirstMinute.last(store, WarmFigures.What.KV_BLOCKS)).isEmpty();
            assertThat(FirstMinute.last(store, WarmFigures.What.VECTORS)).contains(minute);
        }
    }

    @Test
    void lines_oneRelief_isOnce() {
        var relief = new Reliefs(1, 5 << 20, 0.62, List.of(0.62));

        assertThat(summary(0, Map.of("heap", relief), NOTHING).lines())
                .contains(
                        "relief of heap    once, 5.0 MiB taken back, highest pressure after it 0.62");
    }

    @Test
    void lines_noReliefs_saySo() {
        assertThat(summary(0, Map.of(), NOTHING).lines())
                .contains("reliefs           none: no resource reached 0.80");
    }

    @Test
    void good_bytesStillCharged_isFalse() {
        assertThat(summary(0, Map.of(), new Leftovers(Map.of("host space", 1L))).good()).isFalse();
    }

    @Test
    void good_requestFailed_isFalse() {
        assertThat(summary(1, Map.of(), NOTHING).good()).isFalse();
    }

    @Test
    void good_lookFailed_isFalse() {
        assertThat(summary(0, 1, Map.of(), NOTHING).good()).isFalse();
    }

    @Test
    void good_lastReliefsLeftTooMuch_isFalse() {
        assertThat(
                        summary(
                                        0,
                                        Map.of(
                                                "heap",
                                                new Reliefs(2, 0, 0.80, List.of(0.81, 0.80))),
                                        NOTHING)
                                .good())
                .isFalse();
    }

    @Test
    void good_oneOfTheLastReliefsWasEnough_isTrue() {
        assertThat(
                        summary(
                                        0,
                                        Map.of(
                                                "heap",
                                                new Reliefs(3, 9, 0.80, List.of(0.80, 0.79, 0.81))),
                                        NOTHING)
                                .good())
                .isTrue();
    }

    @Test
    void good_tokenWrong_isFalse() {
        var summary =
                new Summary(
                        input(),
                        1,
                        chats(1),
                        0,
                        Map.of(),
                        new BrokerFigures(9, 0, 9),
                        Map.of(),
                        0,
                        NOTHING,
                        List.of());
        assertThat(summary.good()).isFalse();
    }

    private Summary summary(long failed, Map<String, Reliefs> reliefs, Leftovers leftovers) {
        return summary(failed, 0, reliefs, leftovers);
    }

    private Summary summary(
            long failed, long failedLooks, Map<String, Reliefs> reliefs, Leftovers leftovers) {
        return new Summary(
                input(),
                1,
                chats(0),
                failed,
                Map.of(),
                new BrokerFigures(9, failedLooks, 9),
                reliefs,
                0,
                leftovers,
                List.of());
    }

    private DemoInput input() {
        try {
            new AdapterMaker(1, 1, 8).write(folder.resolve("one"), 1);
            AdapterShelf shelf = AdapterShelf.in(folder, 1 << 20);
            var plan = ChatPlan.of(1 << 20, 1 << 20);
            return new DemoInput(
                    CORPUS, shelf, new Conversations(plan, List.of("one"), () -> 0), 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ChatFigures chats(long wrongTokens) {
        var totals = new Totals(567, 564, 564, 2, 0, 0, 1, 0, 0, 0, 0, 0, 13, 0, 438_000_000, 0);
        var admission =
                new AdmissionSnapshot("chat", List.of(), List.of(), List.of(), List.of(), totals);
        return new ChatFigures(567, 2, 1, 1 << 20, 3 << 20, wrongTokens, admission);
    }
}
