package dev.isobar.benchmarks;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/// One benchmark, with one value for each of its parameters.
///
/// @param benchmark class and method
record Contestant(String benchmark, Map<String, String> params) {

    /// The parameter that says who is measured.
    private static final String PEER = "peer";

    /// Every benchmark that the pattern finds, with every combination of its parameters.
    ///
    /// @param params values for some of them, in place of all of theirs
    static List<Contestant> all(String pattern, Map<String, List<String>> params) {
        List<Contestant> all = new ArrayList<>();
        OutputFormat silent =
                OutputFormatFactory.createFormatInstance(
                        new PrintStream(
                                OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                        VerboseMode.SILENT);
        for (BenchmarkListEntry found :
                BenchmarkList.defaultList().find(silent, List.of(pattern), List.of())) {
            List<Map<String, String>> combinations = List.of(Map.of());
            for (var param : new TreeMap<>(found.getParams().orElse(Map.of())).entrySet()) {
                List<String> values =
                        params.getOrDefault(param.getKey(), List.of(param.getValue()));
                combinations = with(combinations, param.getKey(), values);
            }
            combinations.forEach(each -> all.add(new Contestant(found.getUsername(), each)));
        }
        return all;
    }

    private static List<Map<String, String>> with(
            List<Map<String, String>> combinations, String name, List<String> values) {
        List<Map<String, String>> longer = new ArrayList<>();
        for (Map<String, String> combination : combinations) {
            for (String value : values) {
                Map<String, String> next = new TreeMap<>(combination);
                next.put(name, value);
                longer.add(next);
            }
        }
        return longer;
    }

    /// What JMH has run.
    static Contestant of(BenchmarkParams params) {
        Map<String, String> values = new TreeMap<>();
        params.getParamsKeys().forEach(key -> values.put(key, params.getParam(key)));
        return new Contestant(params.getBenchmark(), values);
    }

    /// What it is called in a table: the peer, or else the method.
    String name() {
        String method = benchmark.substring(benchmark.lastIndexOf('.') + 1);
        return params.getOrDefault(PEER, method);
    }

    /// The parameters but for the peer. Who has the same ones is compared.
    String group() {
        return params.entrySet().stream()
                .filter(param -> !param.getKey().equals(PEER))
                .map(param -> param.getKey() + " " + param.getValue())
                .collect(Collectors.joining(", "));
    }
}
