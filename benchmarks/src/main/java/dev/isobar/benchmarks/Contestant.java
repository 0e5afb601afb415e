package dev.isobar.benchmarks;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;

/// One benchmark, with one value for each of its parameters.
///
/// @param benchmark class and method
record Contestant(String benchmark, Map<String, String> params) {

    /// The parameter that says who is measured.
    private static final String PEER = "peer";

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
