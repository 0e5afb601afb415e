package dev.isobar.examples.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The results of a replay as text for people, for tables and for programs.
///
/// @param trace what was replayed
/// @param results in the order of capacities, then of policies
public record ReplayReport(Trace trace, List<Replay.Result> results) {

    private static final int COLUMN = 9;
    private static final ObjectWriter WRITER =
            JsonMapper.builder().build().writerWithDefaultPrettyPrinter();

    public ReplayReport {
        results = List.copyOf(results);
    }

    /// One table for each measure that can differ.
    public List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add(
                "%s: %,d requests of %,d keys, %,d bytes in all"
                        .formatted(
                                trace.name(),
                                trace.requestCount(),
                                trace.keyCount(),
                                trace.footprintBytes()));
        for (Measure measure : measures()) {
            lines.add("");
            addTable(lines, measure);
        }
        return lines;
    }

    /// A line for each result, below a line of titles.
    public String csv() {
        var text =
                new StringBuilder(
                        "trace,policy,capacity_bytes,requests,hit_rate_percent,byte_hit_rate_percent,cost_saved_percent\n");
        for (Replay.Result result : results) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            "%s,%s,%d,%d,%.4f,%.4f,%.4f%n",
                            quoted(trace.name()),
                            result.policy(),
                            result.capacityBytes(),
                            result.tally().requests(),
                            result.tally().hitRate(),
                            result.tally().byteHitRate(),
                            result.tally().costSaved()));
        }
        return text.toString();
    }

    /// The same as a JSON object.
    public String json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("trace", trace.name());
        fields.put("requests", trace.requestCount());
        fields.put("keys", trace.keyCount());
        fields.put("footprintBytes", trace.footprintBytes());
        fields.put("results", results.stream().map(ReplayReport::fields).toList());
        try {
            return WRITER.writeValueAsString(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("numbers and strings are always JSON", e);
        }
    }

    private static Map<String, Object> fields(Replay.Result result) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("policy", result.policy().toString());
        fields.put("capacityBytes", result.capacityBytes());
        fields.put("hitRatePercent", result.tally().hitRate());
        fields.put("byteHitRatePercent", result.tally().byteHitRate());
        fields.put("costSavedPercent", result.tally().costSaved());
        return fields;
    }

    /// The capacities in their order.
    List<Long> capacities() {
        return results.stream().map(Replay.Result::capacityBytes).distinct().toList();
    }

    /// The policies in their order.
    List<PolicyKind> policies() {
        return results.stream().map(Replay.Result::policy).distinct().toList();
    }

    /// What one policy did with one capacity.
    Tally tally(PolicyKind policy, long capacityBytes) {
        return results.stream()
                .filter(r -> r.policy() == policy && r.capacityBytes() == capacityBytes)
                .findFirst()
                .orElseThrow()
                .tally();
    }

    /// Those that can differ: with one size, bytes say what hits say.
    List<Measure> measures() {
        var measures = new ArrayList<>(List.of(Measure.HIT_RATE));
        if (!trace.unitBytes()) {
            measures.add(Measure.BYTE_HIT_RATE);
        }
        if (!trace.unitCosts()) {
            measures.add(Measure.COST_SAVED);
        }
        return measures;
    }

    private void addTable(List<String> lines, Measure measure) {
        var head = new StringBuilder("%-26s".formatted(measure.title() + " %, capacity"));
        policies().forEach(policy -> head.append(right(policy.toString())));
        lines.add(head.toString());
        for (long capacity : capacities()) {
            double share = 100.0 * capacity / trace.footprintBytes();
            var row =
                    new StringBuilder(
                            String.format(Locale.ROOT, "%,17d %6.2f %%", capacity, share));
            for (PolicyKind policy : policies()) {
                double value = measure.of(tally(policy, capacity));
                row.append(right(String.format(Locale.ROOT, "%.2f", value)));
            }
            lines.add(row.toString());
        }
    }

    static String right(String text) {
        return " ".repeat(Math.max(1, COLUMN - text.length())) + text;
    }

    static String quoted(String text) {
        return '"' + text.replace("\"", "\"\"").replaceAll("\\p{Cntrl}", "?") + '"';
    }
}
