package dev.isobar.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A program in a virtual machine of its own, and what it says there: lines of words.
final class Program {

    private static final String MARK = "measured";
    private static final String SEPARATOR = "\t";

    private Program() {}

    /// Says something to whoever has started this program.
    static void say(String... words) {
        System.out.println(MARK + SEPARATOR + String.join(SEPARATOR, words));
    }

    /// Runs a program to its end.
    ///
    /// @return what it has said, line by line
    static List<List<String>> run(String program, List<String> flags, List<String> arguments) {
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
            List<List<String>> said = said(process);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(
                        program + " ended with exit code " + process.exitValue());
            }
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + program + " ran", e);
        }
    }

    private static List<List<String>> said(Process process) throws IOException {
        List<List<String>> said = new ArrayList<>();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                List<String> words = Arrays.asList(line.split(SEPARATOR, -1));
                if (words.getFirst().equals(MARK)) {
                    said.add(words.subList(1, words.size()));
                }
            }
        }
        return said;
    }
}
