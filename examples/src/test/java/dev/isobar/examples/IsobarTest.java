package dev.isobar.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IsobarTest {

    private static final int OK = 0;
    private static final int USAGE = 2;

    @TempDir Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void help_root_listsTheCommands() {
        assertThat(run("--help")).isEqualTo(OK);

        assertThat(out.toString()).contains("Usage: isobar", "demo", "--verbose", "isobar demo");
        assertThat(out.toString().lines()).allMatch(line -> line.length() <= 80);
    }

    @Test
    void help_demo_listsOptionsWithTheirDefaults() {
        assertThat(run("demo", "--help")).isEqualTo(OK);

        assertThat(out.toString())
                .contains(
                        "--seconds=N",
                        "Default: 60",
                        "--budget=SIZE",
                        "Default: 64MiB",
                        "--corpus=DIR",
                        "--json=FILE");
        assertThat(out.toString().lines()).allMatch(line -> line.length() <= 80);
    }

    @Test
    void version_root_saysWhichAndOnWhichJava() {
        assertThat(run("--version")).isEqualTo(OK);

        assertThat(out.toString())
                .matches("isobar \\d+\\.\\d+\\.\\d+\\S*\\RJava 25\\S* \\(.*\\)\\R");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    ""                            | Missing command: one of those listed by --help
                    dmeo                          | No such command: 'dmeo'
                    --frobnicate                  | Unknown option: '--frobnicate'
                    demo --secnods 5              | Unknown options: '--secnods', '5'
                    demo extra                    | Not expected: 'extra'
                    adapter frob                  | No such command: 'frob'
                    adapter inspect /does/not/exist | no such file or folder: /does/not/exist
                    adapter bench /does/not/exist --slots 3 | no such folder: /does/not/exist
                    demo --seconds                | Missing required parameter for option '--seconds' (N)
                    demo --seconds many           | Invalid value for option '--seconds': 'many' is not an int
                    demo --seconds -1             | --seconds must be at least 0: -1
                    demo --seconds 9999999999     | Invalid value for option '--seconds': '9999999999' is not an int
                    demo --budget lots            | Invalid value for option '--budget': not a size: 'lots' (wanted for example 64MiB, 1.5GiB, 500kB or 4096)
                    demo --budget -5              | Invalid value for option '--budget': not a size: '-5' (wanted for example 64MiB, 1.5GiB, 500kB or 4096)
                    demo --budget 1023KiB         | --budget must be at least 1 MiB: 1023.0 KiB
                    demo --adapters /does/not/exist | --adapters: no such folder: /does/not/exist
                    demo --trace /does/not/exist  | --trace: /does/not/exist: no such file
                    demo --corpus /does/not/exist | corpus folder does not exist: /does/not/exist
                    demo --json /does/not/exist/a | report cannot be written: /does/not/exist/a (no such folder: /does/not/exist)
                    """)
    void run_badCommandLine_oneMessageAndExitCode2(String line, String message) {
        assertThat(run(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(USAGE);

        assertThat(err.toString().lines().findFirst()).contains("isobar: " + message);
        assertThat(err.toString()).doesNotContain("\tat ");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void run_budgetBeyondTheHeap_oneMessageAndExitCode2() {
        assertThat(run("demo", "--budget", "4EiB")).isEqualTo(USAGE);
        assertThat(err.toString()).startsWith("isobar: --budget must be at most ");

        assertThat(run("demo", "--budget", "1TiB")).isEqualTo(USAGE);
        assertThat(err.toString()).contains(", the heap of this JVM: 1.0 TiB");
    }

    @Test
    void run_misspelledOption_suggestsTheRightOne() {
        run("demo", "--secnods", "5");

        assertThat(err.toString())
                .contains("--seconds")
                .contains("Try 'isobar demo --help' for more.");
    }

    @Test
    void run_corpusWithoutText_oneMessageAndExitCode2() throws IOException {
        Files.write(folder.resolve("zero.bin"), new byte[] {0});

        assertThat(run("demo", "--corpus", folder.toString())).isEqualTo(USAGE);
        assertThat(err.toString())
                .isEqualToNormalizingNewlines(
                        "isobar: corpus has no text: " + folder + " (1 files skipped)\n");
    }

    @Test
    void run_badCorpus_writesNoReport() {
        Path report = folder.resolve("report.json");

        run("demo", "--corpus", folder.resolve("missing").toString(), "--json", report.toString());

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void run_verbose_showsTheStackTrace() {
        run("demo", "--verbose", "--corpus", "/does/not/exist");

        assertThat(err.toString()).contains("\tat dev.isobar.examples");
    }

    @Test
    void run_debugVariable_showsTheStackTrace() {
        run(Map.of("ISOBAR_DEBUG", "1"), "demo", "--corpus", "/does/not/exist");

        assertThat(err.toString()).contains("\tat dev.isobar.examples");
    }

    private int run(String... args) {
        return run(Map.of(), args);
    }

    private int run(Map<String, String> env, String... args) {
        return Isobar.run(new PrintWriter(out), new PrintWriter(err), env, args);
    }
}
