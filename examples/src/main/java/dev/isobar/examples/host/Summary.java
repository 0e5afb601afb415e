package dev.isobar.examples.host;

import dev.isobar.broker.PressureTier;
import dev.isobar.broker.admission.AdmissionSnapshot;
import dev.isobar.examples.chat.ChatFigures;
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
/// @param input what it worked on
/// @param searches answered
/// @param chats what conversations came to
/// @param failedRequests searches and turns of conversations that threw
/// @param caches what each pool or cache counted, by its name
/// @param broker what the broker did in all
/// @param reliefs what came of it, by resource
/// @param warnings lines in the log that were warnings or worse
/// @param leftovers what was still charged after everything was closed
/// @param warm how the pools over a store began; none if there was no store
public record Summary(
        DemoInput input,
        long searches,
        ChatFigures chats,
        long failedRequests,
        Map<String, CacheFigures> caches,
        BrokerFigures broker,
        Map<String, Reliefs> reliefs,
        int warnings,
        Leftovers leftovers,
        List<WarmFigures> warm) {

    private static final int WIDTH = 80;

    public Summary {
        caches = new TreeMap<>(caches);
        reliefs = new TreeMap<>(reliefs);
        warm = List.copyOf(warm);
    }

    /// Whether all bytes were given back and read as they were written, nothing failed, and no resource
    /// was left in [PressureTier#HIGH] by all of its last reliefs.
    public boolean good() {
        boolean relieved =
                reliefs.values().stream()
                        .noneMatch(r ->
                                PressureTier.of(r.lowestLastPressureAfter())
                                        .atLeast(PressureTier.HIGH));
        return leftovers.totalBytes() == 0
                && failedRequests == 0
                && chats.wrongTokens() == 0
                && broker.failedLooks() == 0
                && relieved;
    }

    /// The summary as lines.
    public List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add(line("corpus", input.corpus().description()));
        lines.add(line("passages", passageText()));
        lines.add(line("chats", input.chats().description()));
        lines.add(line("adapters", input.adapters().description()));
        lines.add(line("requests", requestText()));
        lines.add(line("admission", admissionText()));
        lines.add(line("kv bytes", bytesText()));
        caches.forEach((name, figures) -> lines.add(line(name, cacheText(figures))));
        warm.forEach(each -> lines.addAll(each.lines()));
        lines.add(line("broker", brokerText()));
        reliefs.forEach((name, r) -> lines.add(line("relief of " + name, reliefText(r))));
        if (reliefs.isEmpty()) {
            lines.add(line("reliefs", "none: no resource reached 0.80"));
        }
        lines.add(line("log", warnings == 0 ? "no warnings" : Words.count(warnings) + " warnings"));
        lines.add("bytes still charged after close: " + Bytes.approximate(leftovers.totalBytes()));
        for (String part : Words.wrap("(" + leftovers.parts() + ")", WIDTH - 2)) {
            lines.add("  " + part);
        }
        return lines;
    }

    private String passageText() {
        Corpus corpus = input.corpus();
        return "%s of %s files (%s skipped)"
                .formatted(
                        Words.count(corpus.passages().size()),
                        Words.count(corpus.files()),
                        Words.count(corpus.skippedFiles()));
    }

    private String requestText() {
        return "%s searches and %s chat turns answered, %s failed"
                .formatted(
                        Words.count(searches),
                        Words.count(chats.answered()),
                        Words.count(failedRequests));
    }

    private String admissionText() {
        AdmissionSnapshot.Totals totals = chats.admission().totals();
        return "%s turns waited, at most %s; %s too long, %s too late"
                .formatted(
                        Words.count(totals.waits()),
                        Words.millis(totals.longestWaitNanos()),
                        Words.count(chats.tooLong()),
                        Words.count(chats.overloaded()));
    }

    private String bytesText() {
        return "%s written, %s read and compared, %s tokens wrong"
                .formatted(
                        Bytes.approximate(chats.writtenBytes()),
                        Bytes.approximate(chats.comparedBytes()),
                        Words.count(chats.wrongTokens()));
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
        return "%s, %s taken back, highest pressure after it %s"
                .formatted(
                        reliefs.count() == 1 ? "once" : Words.count(reliefs.count()) + " times",
                        Bytes.approximate(reliefs.freedBytes()),
                        Words.pressure(reliefs.maxPressureAfter()));
    }

    private static String line(String what, String text) {
        return "%-17s %s".formatted(what, text);
    }
}
