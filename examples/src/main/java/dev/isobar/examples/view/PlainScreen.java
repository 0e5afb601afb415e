package dev.isobar.examples.view;

import dev.isobar.examples.view.DemoView.Counts;
import dev.isobar.examples.view.DemoView.DecisionLine;
import dev.isobar.examples.view.DemoView.ResourceRow;
import dev.isobar.examples.view.DemoView.SourceRow;
import dev.isobar.memory.Bytes;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Plain lines, for logs and pipes: two for the state every two seconds, one for each decision.
///
/// *One thread only.*
public final class PlainScreen implements Screen {

    /// The time between two lines of state.
    public static final Duration INTERVAL = Duration.ofSeconds(2);

    private final PrintWriter out;
    private Duration next = Duration.ZERO;
    private long lastDecision = -1;

    /// @param out where lines go
    public PlainScreen(PrintWriter out) {
        this.out = Objects.requireNonNull(out, "out");
    }

    @Override
    public void show(DemoView view) {
        for (DecisionLine decision : view.decisions().reversed()) {
            if (decision.id() > lastDecision) {
                out.println(
                        Words.clock(decision.at())
                                + "  decision: "
                                + String.join(" ", decision.sentences()));
                lastDecision = decision.id();
            }
        }
        if (view.elapsed().compareTo(next) >= 0) {
            out.println(Words.clock(view.elapsed()) + "  " + state(view));
            out.println("       " + sources(view));
            next = next.plus(INTERVAL);
        }
        out.flush();
    }

    @Override
    public void close() {
        out.flush();
    }

    private static String state(DemoView view) {
        return view.resources().stream()
                        .map(PlainScreen::resource)
                        .collect(Collectors.joining("; "))
                + "; "
                + Words.admission(view.admission());
    }

    private static String sources(DemoView view) {
        return view.sources().stream()
                .flatMap(PlainScreen::source)
                .collect(Collectors.joining("; "));
    }

    private static String resource(ResourceRow row) {
        return "%s %s %s, %s of %s"
                .formatted(
                        row.name(),
                        Words.pressure(row.pressure()),
                        row.tier().label(),
                        Bytes.approximate(row.usedBytes()),
                        Bytes.approximate(row.capacityBytes()));
    }

    /// What is no cache, and is well, has nothing to say here.
    private static Stream<String> source(SourceRow row) {
        Counts counts = row.counts();
        String counted =
                counts == null
                        ? ""
                        : "%s hits, %s evicted"
                                .formatted(
                                        Words.percent(counts.hitRate()),
                                        Words.count(counts.evictions()));
        String said =
                Stream.of(counted, row.note())
                        .filter(part -> !part.isEmpty())
                        .collect(Collectors.joining(", "));
        return said.isEmpty() ? Stream.empty() : Stream.of(row.name() + " " + said);
    }
}
