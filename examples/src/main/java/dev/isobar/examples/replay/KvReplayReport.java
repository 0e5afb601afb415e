package dev.isobar.examples.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The results of a replay of prefixes as text for people, for tables and for programs.
///
/// @param trace what was replayed
/// @param results in the order of capacities, then of policies
public record KvReplayReport(KvTrace trace, List<KvReplay.Result> results) {

    private static final ObjectWriter JSON =
            JsonMapper.builder().build().writerWithDefaultPrettyPrinter();

    public KvReplayReport {
        results = List.copyOf(results);
    }

    /// A table with a line for each result.
    public List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add(
                "%s: %,d requests, %,d blocks, %,d of them different"
                        .formatted(
                                trace.name(),
                                trace.requests().size(),
                                trace.blockCount(),
                                trace.distinctCount()));
        lines.add("");
        lines.add(
                "%9s  %-9s %12s %9s %11s %10s"
                        .formatted("blocks", "policy", "hits", "rate", "time saved", "ns/block"));
        for (KvReplay.Result result : results) {
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "%,9d  %-9s %,12d %7.2f %% %9.2f %% %10.0f",
                            result.blocks(),
                            result.policy(),
                            result.hits(),
                            100 * result.rate(),
                            100 * result.savedTime(),
                            result.nanosPerBlock()));
        }
        return lines;
    }

    /// A line for each result, below a line of titles.
    public String csv() {
        var text =
                new StringBuilder(
                        "trace,policy,blocks,requested_blocks,hits,rate,saved_time,ns_per_block\n");
        for (KvReplay.Result result : results) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            "\"%s\",%s,%d,%d,%d,%.6f,%.6f,%.1f%n",
                            trace.name().replace("\"", "\"\"").replaceAll("\\p{Cntrl}", "?"),
                            result.policy(),
                            result.blocks(),
                            trace.blockCount(),
                            result.hits(),
                            result.rate(),
                            result.savedTime(),
                            result.nanosPerBlock()));
        }
        return text.toString();
    }

    /// A JSON array with an object for each result.
    public String json() {
        try {
            return JSON.writeValueAsString(results);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("results are not JSON-ready", e);
        }
    }
}
