package dev.isobar.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What was measured: nanoseconds of every iteration, by case and round; and how it compares, round
/// by round, with the reference of the same suite, parameters and thread count.
final class Figures {

    /// One benchmark with its parameters and threads.
    record Case(String suite, String params, int threads, String name) {}

    private record Measured(
            List<List<Double>> nanosByRound, List<Double> cpuNanos, List<Double> bytesPerOp) {}

    private final Map<Case, Measured> measured = new LinkedHashMap<>();
    private final Map<Case, List<Double>> samples = new LinkedHashMap<>();
    private final Map<String, String> references = new LinkedHashMap<>();

    void reference(String suite, String name) {
        references.put(suite, name);
    }

    void add(Case which, List<Double> nanos, double cpuNanos, double bytesPerOp) {
        Measured all =
                measured.computeIfAbsent(
                        which,
                        _ -> new Measured(new ArrayList<>(), new ArrayList<>(), new ArrayList<>()));
        all.nanosByRound.add(nanos);
        all.cpuNanos.add(cpuNanos);
        all.bytesPerOp.add(bytesPerOp);
    }

    /// Keeps what a program measured.
    void add(String suite, Measurement measurement) {
        var which = new Case(suite, measurement.what(), 0, measurement.peer());
        samples.computeIfAbsent(which, _ -> new ArrayList<>()).add(measurement.value());
    }

    private Spread nanos(Case which) {
        return Spread.of(measured.get(which).nanosByRound.stream().flatMap(List::stream).toList());
    }

    /// Time of this case divided by time of the reference, of each round's medians.
    private List<Double> ratios(Case which) {
        return divided(medians(which), medians(referenceOf(which)));
    }

    /// The same of processor time.
    private List<Double> cpuRatios(Case which) {
        return divided(cpuNanos(which), cpuNanos(referenceOf(which)));
    }

    private Case referenceOf(Case which) {
        return new Case(
                which.suite, which.params, which.threads, references.getOrDefault(which.suite, ""));
    }

    private List<Double> medians(Case which) {
        Measured all = measured.get(which);
        return all == null
                ? List.of()
                : all.nanosByRound.stream().map(round -> Spread.of(round).median()).toList();
    }

    private List<Double> cpuNanos(Case which) {
        Measured all = measured.get(which);
        return all == null ? List.of() : all.cpuNanos;
    }

    private static List<Double> divided(List<Double> own, List<Double> base) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < Math.min(own.size(), base.size()); round++) {
            ratios.add(own.get(round) / base.get(round));
        }
        return ratios;
    }

    /// Tables in Markdown, the fastest first.
    String table() {
        StringBuilder out = new StringBuilder();
        for (Case group : groups()) {
            String reference = references.getOrDefault(group.suite, "");
            out.append(
                    "%n**%s%s, %d thread%s**%n%n"
                            .formatted(
                                    group.suite,
                                    group.params.isEmpty() ? "" : ", " + group.params,
                                    group.threads,
                                    group.threads == 1 ? "" : "s"));
            out.append(
                            "| benchmark | wall ns/op min / median / max | CPU ns/op, per round | B/op |")
                    .append(" ratio to ")
                    .append(reference.isEmpty() ? "-" : reference)
                    .append(", per round | of CPU |\n|---|---|---|---|---|---|\n");
            members(group).forEach(each -> out.append(row(each)));
        }
        return out.append(samplesTable()).toString();
    }

    private String samplesTable() {
        StringBuilder out = new StringBuilder();
        samples.keySet().stream()
                .map(Case::suite)
                .distinct()
                .forEach(suite -> {
                    out.append(
                            "%n**%s**%n%n| what | who | min / median / max | ratio to %s |%n|---|---|---|---|%n"
                                    .formatted(suite, references.getOrDefault(suite, "-")));
                    samples.forEach((which, values) -> {
                        if (which.suite.equals(suite)) {
                            out.append(sampleRow(which, values));
                        }
                    });
                });
        return out.toString();
    }

    private String sampleRow(Case which, List<Double> values) {
        List<Double> base = samples.getOrDefault(referenceOf(which), List.of());
        Spread spread = Spread.of(values);
        return "| %s | %s | %s | %s |%n"
                .formatted(
                        which.params,
                        which.name,
                        spread,
                        base.isEmpty()
                                ? "-"
                                : Spread.number(spread.median() / Spread.of(base).median()));
    }

    private List<Case> groups() {
        return measured.keySet().stream()
                .map(each -> new Case(each.suite, each.params, each.threads, ""))
                .distinct()
                .toList();
    }

    private List<Case> members(Case group) {
        return measured.keySet().stream()
                .filter(each ->
                        each.suite.equals(group.suite)
                                && each.params.equals(group.params)
                                && each.threads == group.threads)
                .sorted(Comparator.comparingDouble(each -> nanos(each).median()))
                .toList();
    }

    private String row(Case which) {
        return "| %s | %s | %s | %s | %s | %s |%n"
                .formatted(
                        which.name,
                        nanos(which),
                        numbers(cpuNanos(which)),
                        Spread.number(bytes(which)),
                        numbers(ratios(which)),
                        numbers(cpuRatios(which)));
    }

    private static String numbers(List<Double> values) {
        return values.stream().map(Spread::number).collect(Collectors.joining(", "));
    }

    private double bytes(Case which) {
        return Spread.of(measured.get(which).bytesPerOp).median();
    }

    /// The same as JSON, with every value.
    String json() {
        List<Map<String, Object>> cases = new ArrayList<>();
        measured.forEach((which, values) -> cases.add(json(which, values)));
        samples.forEach((which, values) ->
                cases.add(
                        Map.of(
                                "suite", which.suite,
                                "what", which.params,
                                "benchmark", which.name,
                                "values", values)));
        return new ObjectMapper().valueToTree(cases).toPrettyString();
    }

    private Map<String, Object> json(Case which, Measured values) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("suite", which.suite);
        json.put("params", which.params);
        json.put("threads", which.threads);
        json.put("benchmark", which.name);
        json.put("bytesPerOp", bytes(which));
        json.put("ratios", ratios(which));
        json.put("nanosByRound", values.nanosByRound);
        json.put("cpuNanosByRound", values.cpuNanos);
        return json;
    }
}
