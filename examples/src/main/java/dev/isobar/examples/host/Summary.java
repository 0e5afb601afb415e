package dev.isobar.examples.host;

import dev.isobar.broker.PressureTier;
import dev.isobar.examples.corpus.Corpus;
import dev.isobar.examples.host.ReliefLog.Reliefs;
import dev.isobar.examples.view.Words;
import dev.isobar.memory.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a run came to.
///
/// *Immutable.*
///
/// @param corpus what it worked on
/// @param requests answered
/// @param failedRequests that threw
/// @param caches what each cache counted, by its name
/// @param broker what the broker did in all
/// @param reliefs what came of it, by resource
/// @param warnings lines in the log that were warnings or worse
/// @param leftovers what was still charged after everything was closed
public record Summary(
        Corpus corpus,
        long requests,
        long failedRequests,
        Map<String, CacheFigures> caches,
        BrokerFigures broker,
        Map<String, Reliefs> reliefs,
        int warnings,
        Leftovers leftovers) {

    public Summary {
        caches = new TreeMap<>(caches);
        reliefs = new TreeMap<>(reliefs);
    }

    /// Whether all bytes were given back, nothing failed, and no resource was left in
    /// [PressureTier#HIGH] by its last relief.
    public boolean good() {
        boolean relieved =
                reliefs.values().stream()
                        .noneMatch(r ->
                                PressureTier.of(r.lastPressureAfter()).atLeast(PressureTier.HIGH));
        return leftovers.totalBytes() == 0
                && failedRequests == 0
                && broker.failedLooks() == 0
                && relieved;
    }

    /// The summary as lines.
    public List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add(line("corpus", corpus.description()));
        lines.add(line("passages", passageText()));
        lines.add(line("requests", requestText()));
        caches.forEach((name, figures) -> lines.add(line(name, cacheText(figures))));
        lines.add(line("broker", brokerText()));
        reliefs.forEach((name, r) -> lines.add(line("relief of " + name, reliefText(r))));
        if (reliefs.isEmpty()) {
            lines.add(line("reliefs", "none: no resource reached 0.80"));
        }
        lines.add(line("log", warnings == 0 ? "no warnings" : Words.count(warnings) + " warnings"));
        lines.add("bytes still charged after close: " + leftoverText());
        return lines;
    }

    private String passageText() {
        return "%s of %s files (%s skipped)"
                .formatted(
                        Words.count(corpus.passages().size()),
                        Words.count(corpus.files()),
                        Words.count(corpus.skippedFiles()));
    }

    private String requestText() {
        return "%s answered, %s failed"
                .formatted(Words.count(requests), Words.count(failedRequests));
    }

    private String brokerText() {
        return "%s looks, %s failed, %s asks for bytes"
                .formatted(
                        Words.count(broker.looks()),
                        Words.count(broker.failedLooks()),
                        Words.count(broker.asks()));
    }

    private static String cacheText(CacheFigures figures) {
        return "%s look-ups, hit rate %s, %s evicted"
                .formatted(
                        Words.count(figures.lookUps()),
                        Words.percent(figures.hitRate()),
                        Words.count(figures.evictions()));
    }

    private static String reliefText(Reliefs reliefs) {
        return "%s times, %s taken back, highest pressure after it %s"
                .formatted(
                        Words.count(reliefs.count()),
                        Bytes.approximate(reliefs.freedBytes()),
                        Words.pressure(reliefs.maxPressureAfter()));
    }

    private String leftoverText() {
        return "%s (embedding-cache %s, host space %s, search-cache %s)"
                .formatted(
                        Bytes.approximate(leftovers.totalBytes()),
                        Bytes.approximate(leftovers.embeddingCacheBytes()),
                        Bytes.approximate(leftovers.hostSpaceBytes()),
                        Bytes.approximate(leftovers.searchCacheBytes()));
    }

    private static String line(String what, String text) {
        return "%-17s %s".formatted(what, text);
    }
}
