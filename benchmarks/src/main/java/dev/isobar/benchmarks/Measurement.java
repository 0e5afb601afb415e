package dev.isobar.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// One number that a program measured which is no suite of JMH's. Such a program runs in a virtual
/// machine of its own and prints its measurements as lines.
///
/// @param what with its unit: "reclaim, ms"
/// @param peer who was measured
record Measurement(String what, String peer, double value) {

    private static final String MARK = "measured";
    private static final String SEPARATOR = "\t";

    /// Hands this measurement to whoever has started this program.
    void print() {
        System.out.println(String.join(SEPARATOR, MARK, what, peer, Double.toString(value)));
    }

    /// Runs a program and collects what it prints.
    static List<Measurement> runAll(String program, List<String> flags, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program));
        command.addAll(arguments);
        try {
            var process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            List<Measurement> all = read(process);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(
                        program + " ended with exit code " + process.exitValue());
            }
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + program + " ran", e);
        }
    }

    private static List<Measurement> read(Process process) throws IOException {
        List<Measurement> all = new ArrayList<>();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(SEPARATOR);
                if (words.length == 4 && words[0].equals(MARK)) {
                    all.add(new Measurement(words[1], words[2], Double.parseDouble(words[3])));
                }
            }
        }
        return all;
    }
}
