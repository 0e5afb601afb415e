package dev.isobar.examples.kv;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/// What became of all phases, as text for people and for programs.
///
/// *Immutable.*
///
/// @param reports in the order in which they were run
record PressureText(List<PhaseReport> reports) {

    private static final ObjectWriter JSON =
            JsonMapper.builder().build().writerWithDefaultPrettyPrinter();

    PressureText {
        reports = List.copyOf(reports);
    }

    /// Whether all is as it should be.
    boolean good() {
        return reports.stream().allMatch(PhaseReport::good);
    }

    /// A table with a line for each phase, and below it what is not as it should be.
    List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add(
                "%-22s %8s %7s %7s %6s %8s %9s %8s"
                        .formatted(
                                "phase",
                                "requests",
                                "reuse",
                                "lru",
                                "waits",
                                "refusals",
                                "slowest",
                                "evicted"));
        reports.forEach(report -> lines.add(line(report)));
        lines.add("");
        lines.add("admitted without room  " + sum(PhaseReport::slotFailures));
        lines.add("lost tokens            " + sum(PhaseReport::lostTokens));
        for (PhaseReport report : reports) {
            report.problems().forEach(problem -> lines.add(report.phase() + ": " + problem));
        }
        lines.add(good() ? "all is as it should be" : "not all is as it should be");
        return lines;
    }

    /// An array with an object for each phase.
    String json() {
        try {
            return JSON.writeValueAsString(reports);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("reports are not JSON-ready", e);
        }
    }

    private static String line(PhaseReport report) {
        return String.format(
                Locale.ROOT,
                "%-22s %,8d %6.1f%% %6.1f%% %,6d %,8d %,6d ms %,8d",
                report.phase(),
                report.requests(),
                100 * report.reuse(),
                100 * report.patientLruReuse(),
                report.waits(),
                report.refusals(),
                Duration.ofNanos(report.longestWaitNanos()).toMillis(),
                report.evictedBlocks());
    }

    private String sum(ToLongFunction<PhaseReport> part) {
        return String.format(Locale.ROOT, "%,d", reports.stream().mapToLong(part).sum());
    }
}
