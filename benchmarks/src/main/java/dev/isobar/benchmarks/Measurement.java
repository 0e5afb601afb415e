package dev.isobar.benchmarks;

import java.util.List;

/// One number that a program measured which is no suite of JMH's.
///
/// @param what with its unit: "reclaim, ms"
/// @param peer who was measured
record Measurement(String what, String peer, double value) {

    /// Hands this measurement to whoever has started this program.
    void print() {
        Program.say(what, peer, Double.toString(value));
    }

    /// Runs a program and collects what it prints.
    static List<Measurement> runAll(String program, List<String> flags, List<String> arguments) {
        return Program.run(program, flags, arguments).stream()
                .map(words ->
                        new Measurement(
                                words.get(0), words.get(1), Double.parseDouble(words.get(2))))
                .toList();
    }
}
