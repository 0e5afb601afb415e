package dev.isobar.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/// What was measured, by case and round; and how it compares, round by round, with the reference of the
/// same suite, parameters and thread count.
final class Figures {

    /// One benchmark with its parameters and threads.
    record Case(String suite, String params, int threads, String name) {}

    private final Map<Case, List<Round>> measured = new LinkedHashMap<>();
    private final Map<Case, List<Double>> samples = new LinkedHashMap<>();
    private final Map<String, String> references = new LinkedHashMap<>();

    void reference(String suite, String name) {
        references.put(suite, name);
    }

    void add(Case which, Round round) {
        measured.computeIfAbsent(which, _ -> new ArrayList<>()).add(round);
    }

    /// Keeps what a program measured.
    void add(String suite, Measurement measurement) {
        var which = new Case(suite, measurement.what(), 0, measurement.peer());
        samples.computeIfAbsent(which, _ -> new ArrayList<>()).add(measurement.value());
    }

    private List<Round> rounds(Case which) {
        return measured.getOrDefault(which, List.of());
    }

    private boolean inTurn(Case which) {
        return rounds(which).getFirst().inTurn();
    }

    /// From the least to the most; of turns the middle half, as many things happen beside them.
    private Spread nanos(Case which) {
        List<Double> all = rounds(which).stream().map(Round::nanos).flatMap(List::stream).toList();
        return inTurn(which) ? Spread.ofQuartiles(all) : Spread.of(all);
    }

    /// This case divided by the reference, in each round.
    private List<Spread> ratios(Case which, BiFunction<Round, Round, Spread> ratio) {
        List<Round> own = rounds(which);
        List<Round> base = rounds(referenceOf(which));
        List<Spread> ratios = new ArrayList<>();
        for (int round = 0; round < Math.min(own.size(), base.size()); round++) {
            ratios.add(ratio.apply(own.get(round), base.get(round)));
        }
        return ratios;
    }

    private Case referenceOf(Case which) {
        return new Case(
                which.suite, which.params, which.threads, references.getOrDefault(which.suite, ""));
    }

    private List<Double> cpuNanos(Case which) {
        return rounds(which).stream().map(Round::medianCpuNanos).toList();
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
            List<Case> members = members(group);
            out.append("| benchmark | wall ns/op ")
                    .append(inTurn(members.getFirst()) ? "quartiles" : "min / median / max")
                    .append(" | CPU ns/op, per round | B/op |")
                    .append(" ratio to ")
                    .append(reference.isEmpty() ? "-" : reference)
                    .append(", per round | of CPU |\n|---|---|---|---|---|---|\n");
            members.forEach(each -> out.append(row(each)));
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
                        spreads(ratios(which, Round::ratio)),
                        spreads(ratios(which, Round::cpuRatio)));
    }

    private static String numbers(List<Double> values) {
        return values.stream().map(Spread::number).collect(Collectors.joining(", "));
    }

    private static String spreads(List<Spread> values) {
        return values.stream().map(Spread::medianFirst).collect(Collectors.joining(", "));
    }

    private double bytes(Case which) {
        return Spread.of(rounds(which).stream().map(Round::bytes).toList()).median();
    }

    /// The same as JSON, with every value.
    String json() {
        List<Map<String, Object>> cases = new ArrayList<>();
        measured.keySet().forEach(which -> cases.add(json(which)));
        samples.forEach((which, values) ->
                cases.add(
                        Map.of(
                                "suite", which.suite,
                                "what", which.params,
                                "benchmark", which.name,
                                "values", values)));
        return new ObjectMapper().valueToTree(cases).toPrettyString();
    }

    private Map<String, Object> json(Case which) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("suite", which.suite);
        json.put("params", which.params);
        json.put("threads", which.threads);
        json.put("benchmark", which.name);
        json.put("bytesPerOp", bytes(which));
        json.put("inTurn", inTurn(which));
        List<Spread> ratios = ratios(which, Round::ratio);
        json.put("ratios", ratios.stream().map(Spread::median).toList());
        json.put("ratioSpreads", ratios);
        json.put("nanosByRound", rounds(which).stream().map(Round::nanos).toList());
        json.put("cpuNanosByRound", cpuNanos(which));
        return json;
    }
}
