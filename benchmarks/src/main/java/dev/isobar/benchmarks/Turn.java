package dev.isobar.benchmarks;

import java.util.List;

/// What one contestant has measured in one turn, for an operation.
///
/// @param group what it has in common with those that it is compared with
/// @param name who it is
record Turn(String group, String name, double nanos, double cpuNanos, double bytes) {

    /// Hands it to whoever has started this program.
    void print() {
        Program.say(
                group,
                name,
                Double.toString(nanos),
                Double.toString(cpuNanos),
                Double.toString(bytes));
    }

    static Turn of(List<String> words) {
        return new Turn(
                words.get(0),
                words.get(1),
                Double.parseDouble(words.get(2)),
                Double.parseDouble(words.get(3)),
                Double.parseDouble(words.get(4)));
    }
}
