package dev.isobar.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Every benchmark runs, for a moment and in this virtual machine: the figures mean nothing.
class SuiteTest {

    private static final long JMH_FILE_BYTES = 1_000_001;
    private static final long FILE_BYTES = 1 << 22;

    /// Larger ones are kept for the next run of a benchmark; these nobody else wants.
    @AfterAll
    static void deleteSmallFiles() throws IOException {
        if (System.getenv("ISOBAR_BENCH_FILE") == null) {
            Files.deleteIfExists(LoadFile.path(JMH_FILE_BYTES));
            Files.deleteIfExists(LoadFile.path(FILE_BYTES));
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyBenchmark_runs(Suite suite) throws Exception {
        assumeTrue(suite.missing().isEmpty(), suite::missing);
        assumeTrue(suite.program().isEmpty(), "not of JMH");
        ChainedOptionsBuilder options =
                new OptionsBuilder()
                        .include(suite.pattern(""))
                        .mode(Mode.AverageTime)
                        .timeUnit(TimeUnit.NANOSECONDS)
                        .threads(suite.threads().getLast())
                        .forks(0)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .measurementTime(TimeValue.milliseconds(1))
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .param("busyThreads", "2")
                        .param("hugePages", "true");
        suite.quickParams().forEach((name, values) -> options.param(name, values.getFirst()));
        if (suite == Suite.GROWTH || suite == Suite.GET) {
            options.param("entries", "10000");
        }
        if (suite == Suite.LORA) {
            options.param("adapterBytes", "1048576");
        }
        if (suite == Suite.LOAD || suite == Suite.FILEMAP) {
            options.param("fileBytes", "" + JMH_FILE_BYTES).param("chunk", "65536");
        }
        assertThat(new Runner(options.build()).run()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"warm", "cold"})
    void files_runAndAreCompared(String kind) throws Exception {
        assumeTrue(kind.equals("warm") || OS.LINUX.isCurrentOs());
        assertThat(FileLoading.run(kind, FILE_BYTES, 2))
                .contains("ratio to plain", "| STAGED, 8M, depth 1, threads 1 |");
    }

    @ParameterizedTest
    @EnumSource
    void everyProgram_runs(Suite suite) {
        assumeTrue(suite.program().isPresent(), "of JMH");
        List<Measurement> measured =
                Measurement.runAll(
                        suite.program().orElseThrow(),
                        List.of("-Xmx600m", "--sun-misc-unsafe-memory-access=allow"),
                        List.of("--tiny"));
        String ours = suite == Suite.RESTART ? "restore" : "pool";
        assertThat(measured).extracting(Measurement::peer).contains(ours, suite.reference());
        assertThat(measured).allSatisfy(each -> assertThat(each.value()).isPositive());

        Figures figures = new Figures();
        figures.reference(suite.label(), suite.reference());
        measured.forEach(each -> figures.add(suite.label(), each));
        assertThat(figures.table())
                .contains("**" + suite.label() + "**", "| " + ours + " |", "| 1.00 |");
        assertThat(figures.json()).contains("\"benchmark\" : \"" + ours + "\"");
    }

    @Test
    void zipf_theMostFrequentIsAsFrequentAsTheLawSays() {
        int[] drawn = Zipf.sequence(1_000, 0.99, 1_000_000);
        int[] counts = new int[1_000];
        for (int number : drawn) {
            counts[number]++;
        }
        Arrays.sort(counts);
        assertThat((double) counts[999] / counts[998]).isBetween(1.9, 2.1);
        assertThat((double) counts[999] / counts[990]).isBetween(9.2, 10.3);
    }

    @Test
    void usage_namesEverySuite_inLinesThatFitATerminal() {
        assertThat(Bench.usage())
                .contains(Arrays.stream(Suite.values()).map(Suite::label).toList());
        assertThat(Bench.usage().lines()).allMatch(line -> line.length() <= 80);
    }
}
