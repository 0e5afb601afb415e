package dev.isobar.examples.load;

import dev.isobar.memory.Bytes;
import dev.isobar.memory.load.LoadReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Words for a [FileLoad.Outcome].
public final class LoadText {

    private static final double GIGABYTE = 1e9;

    private LoadText() {}

    /// What a person wants to know, in a few lines.
    public static List<String> lines(FileLoad.Outcome outcome) {
        LoadReport report = outcome.report();
        if (report.used() == null) {
            return List.of("the file is empty: nothing to load");
        }
        List<String> lines = new ArrayList<>();
        lines.add(
                "loaded   %s (%d bytes) by %s in %s, %s"
                        .formatted(
                                Bytes.approximate(report.bytes()),
                                report.bytes(),
                                report.used().label(),
                                millis(report.nanos()),
                                rate(report.bytesPerSecond())));
        for (var attempt : report.attempts()) {
            if (!attempt.succeeded()) {
                lines.add("tried    " + attempt.strategy().label() + ": " + attempt.reason());
            }
        }
        lines.add(
                "reads    %d calls, %s"
                        .formatted(report.ioCalls(), Bytes.approximate(report.readBytes())));
        lines.add("staging  %s at most".formatted(Bytes.approximate(report.peakStagingBytes())));
        if (outcome.verified()) {
            lines.add("verified SHA-256 of what has arrived is that of the file");
        }
        return lines;
    }

    static String rate(double bytesPerSecond) {
        return String.format(Locale.ROOT, "%.2f GB/s", bytesPerSecond / GIGABYTE);
    }

    private static String millis(long nanos) {
        return String.format(
                Locale.ROOT, "%.1f ms", nanos / (double) Duration.ofMillis(1).toNanos());
    }
}
