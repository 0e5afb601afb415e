package dev.isobar.examples.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/// What policies found of each of several traces in a row, for people and for programs.
///
/// @param replay what was replayed
/// @param parts in the order of capacities, of policies, of traces
public record SequenceReport(SequenceReplay replay, List<SequenceReplay.Part> parts) {

    private static final ObjectWriter WRITER =
            JsonMapper.builder().build().writerWithDefaultPrettyPrinter();

    public SequenceReport {
        parts = List.copyOf(parts);
    }

    /// A table for each capacity: a row for each trace, a column for each policy.
    public List<String> lines() {
        Measure measure = measure();
        var lines = new ArrayList<String>();
        lines.add(
                "%s %%, traces one after another in one cache; of each trace the first 5 requests"
                        .formatted(measure.title()));
        lines.add("for each entry that fits are not counted");
        for (long capacity : distinct(SequenceReplay.Part::capacityBytes)) {
            lines.add("");
            lines.add(head(capacity));
            for (int part = 0; part < replay.traces().size(); part++) {
                lines.add(row(measure, capacity, part));
            }
        }
        return lines;
    }

    /// A line for each result, below a line of titles.
    public String csv() {
        var text =
                new StringBuilder(
                        "part,trace,policy,capacity_bytes,requests_counted,hit_rate_percent,byte_hit_rate_percent,cost_saved_percent\n");
        for (SequenceReplay.Part part : parts) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            "%d,%s,%s,%d,%d,%s,%s,%s%n",
                            part.part() + 1,
                            ReplayReport.quoted(name(part)),
                            part.policy(),
                            part.capacityBytes(),
                            part.tally().requests(),
                            percent(Measure.HIT_RATE, part),
                            percent(Measure.BYTE_HIT_RATE, part),
                            percent(Measure.COST_SAVED, part)));
        }
        return text.toString();
    }

    /// The same as a JSON array of objects; rates are null where no request counted.
    public String json() {
        try {
            return WRITER.writeValueAsString(parts.stream().map(this::fields).toList());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("numbers and strings are always JSON", e);
        }
    }

    private Map<String, Object> fields(SequenceReplay.Part part) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("part", part.part() + 1);
        fields.put("trace", name(part));
        fields.put("policy", part.policy().toString());
        fields.put("capacityBytes", part.capacityBytes());
        fields.put("requestsCounted", part.tally().requests());
        boolean counted = part.tally().requests() > 0;
        fields.put("hitRatePercent", counted ? part.tally().hitRate() : null);
        fields.put("byteHitRatePercent", counted ? part.tally().byteHitRate() : null);
        fields.put("costSavedPercent", counted ? part.tally().costSaved() : null);
        return fields;
    }

    /// What the traces were weighed for: cost, else bytes, else hits.
    private Measure measure() {
        if (!replay.traces().stream().allMatch(Trace::unitCosts)) {
            return Measure.COST_SAVED;
        }
        return replay.traces().stream().allMatch(Trace::unitBytes)
                ? Measure.HIT_RATE
                : Measure.BYTE_HIT_RATE;
    }

    private String head(long capacity) {
        var head = new StringBuilder("%-32s".formatted("%,d bytes".formatted(capacity)));
        head.append(ReplayReport.right("requests"));
        distinct(SequenceReplay.Part::policy)
                .forEach(policy -> head.append(ReplayReport.right(policy.toString())));
        return head.toString();
    }

    private String row(Measure measure, long capacity, int number) {
        List<SequenceReplay.Part> row =
                parts.stream()
                        .filter(p -> p.capacityBytes() == capacity && p.part() == number)
                        .toList();
        var text =
                new StringBuilder(
                        "%-32s".formatted("%d %s".formatted(number + 1, name(row.getFirst()))));
        text.append(ReplayReport.right("%,d".formatted(row.getFirst().tally().requests())));
        row.forEach(part -> text.append(ReplayReport.right(percent(measure, part))));
        return text.toString();
    }

    private static String percent(Measure measure, SequenceReplay.Part part) {
        return part.tally().requests() == 0
                ? ""
                : String.format(Locale.ROOT, "%.2f", measure.of(part.tally()));
    }

    private String name(SequenceReplay.Part part) {
        return replay.traces().get(part.part()).name();
    }

    private <T> List<T> distinct(Function<SequenceReplay.Part, T> of) {
        return parts.stream().map(of).distinct().toList();
    }
}
