package dev.isobar.examples.view;

import dev.isobar.broker.PressureTier;
import dev.isobar.examples.view.DemoView.AdmissionRow;
import dev.isobar.examples.view.DemoView.Counts;
import dev.isobar.examples.view.DemoView.DecisionLine;
import dev.isobar.examples.view.DemoView.ResourceRow;
import dev.isobar.examples.view.DemoView.SourceRow;
import dev.isobar.examples.view.DemoView.SupplyCell;
import java.time.Duration;
import java.util.List;

/// One fixed view for the tests.
final class Views {

    static final DecisionLine FIRST =
            new DecisionLine(
                    3,
                    Duration.ofSeconds(7),
                    PressureTier.HIGH,
                    List.of(
                            "host 0.81 (high), 2.5 MiB above the aim: asked embedding-cache for 2.5 MiB,"
                                    + " freed 2.5 MiB in 4 ms, now 0.60.",
                            "Not asked: search-cache (below the threshold)."));
    static final DecisionLine SECOND =
            new DecisionLine(
                    5,
                    Duration.ofSeconds(9),
                    PressureTier.CRITICAL,
                    List.of(
                            "heap 0.96 (critical), 1.4 MiB above the aim: asked search-cache for 1.4"
                                    + " MiB, refused in under 1 ms, now 0.96."));

    private Views() {}

    static DemoView at(long seconds, DecisionLine... decisions) {
        return new DemoView(
                Duration.ofSeconds(seconds),
                Duration.ofSeconds(60),
                12_345,
                678,
                16 << 20,
                List.of(
                        new ResourceRow("heap", PressureTier.CRITICAL, 0.9567, 4_012_345, 4 << 20),
                        new ResourceRow("host", PressureTier.WARNING, 0.6789, 8_542_678, 12 << 20)),
                List.of(
                        new SourceRow(
                                "search-cache",
                                "heap",
                                PressureTier.CRITICAL,
                                0.9567,
                                4_012_345,
                                4 << 20,
                                new Counts(1000, 417, 1_234),
                                "set aside"),
                        new SourceRow(
                                "embedding-cache",
                                "host",
                                PressureTier.WARNING,
                                0.6789,
                                8_542_678,
                                12 << 20,
                                new Counts(0, 0, 0),
                                ""),
                        new SourceRow(
                                "cache-write-behind",
                                "heap",
                                PressureTier.NORMAL,
                                0.25,
                                2 << 20,
                                8 << 20,
                                null,
                                "")),
                new AdmissionRow(
                        List.of(
                                new SupplyCell(3, 4, "lanes"),
                                new SupplyCell(1_584, 8_192, "tokens")),
                        2,
                        438_999_999),
                List.of(decisions));
    }
}
