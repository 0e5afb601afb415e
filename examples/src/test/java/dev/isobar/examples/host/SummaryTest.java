package dev.isobar.examples.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isobar.examples.corpus.Corpus;
import dev.isobar.examples.corpus.Passage;
import dev.isobar.examples.host.ReliefLog.Reliefs;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SummaryTest {

    private static final Corpus CORPUS =
            new Corpus("/texts", List.of(new Passage("a.txt", 1, "text")), 1, 2, 3);
    private static final Leftovers NOTHING = new Leftovers(0, 0, 0);
    private static final Reliefs GOOD = new Reliefs(3, 5 << 20, 0.62, 0.60);

    @Test
    void lines_goodRun_areThese() {
        var summary =
                new Summary(
                        CORPUS,
                        1234,
                        0,
                        Map.of(
                                "search-cache", new CacheFigures(1000, 713, 4321),
                                "embedding-cache", new CacheFigures(0, 0, 0)),
                        Map.of("host", GOOD),
                        0,
                        NOTHING);

        assertThat(String.join("\n", summary.lines()))
                .isEqualTo(
                        """
                        corpus            /texts
                        passages          1 of 1 files (2 skipped)
                        requests          1,234 answered, 0 failed
                        embedding-cache   0 look-ups, hit rate 0.0%, 0 evicted
                        search-cache      1,000 look-ups, hit rate 71.3%, 4,321 evicted
                        relief of host    3 times, 5.0 MiB taken back, highest pressure after it 0.62
                        log               no warnings
                        bytes still charged after close: 0 B (embedding-cache 0 B, host space 0 B, search-cache 0 B)\
                        """);
        assertThat(summary.good()).isTrue();
    }

    @Test
    void lines_noReliefs_saySo() {
        assertThat(summary(0, Map.of(), NOTHING).lines())
                .contains("reliefs           none: no resource reached 0.80");
    }

    @Test
    void good_bytesStillCharged_isFalse() {
        assertThat(summary(0, Map.of(), new Leftovers(0, 1, 0)).good()).isFalse();
    }

    @Test
    void good_requestFailed_isFalse() {
        assertThat(summary(1, Map.of(), NOTHING).good()).isFalse();
    }

    @Test
    void good_lastReliefLeftTooMuch_isFalse() {
        assertThat(summary(0, Map.of("heap", new Reliefs(1, 0, 0.80, 0.80)), NOTHING).good())
                .isFalse();
    }

    @Test
    void good_earlierReliefLeftTooMuch_isTrue() {
        assertThat(summary(0, Map.of("heap", new Reliefs(2, 9, 0.80, 0.61)), NOTHING).good())
                .isTrue();
    }

    private static Summary summary(long failed, Map<String, Reliefs> reliefs, Leftovers leftovers) {
        return new Summary(CORPUS, 1, failed, Map.of(), reliefs, 0, leftovers);
    }
}
