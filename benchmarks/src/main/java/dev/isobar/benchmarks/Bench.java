package dev.isobar.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// `./isobar bench [SUITE[.METHOD]] [--quick] [--json]`: runs the suites in rounds, each round every
/// peer in a fresh virtual machine, and prints what they reach and how they compare within a round.
/// `./isobar bench files warm|cold|opencl [ROUNDS [MEBIBYTES]]` is for what JMH cannot measure.
public final class Bench {

    /// A heap that is touched beforehand: else an allocating benchmark measures page faults.
    private static final List<String> FORK_FLAGS =
            List.of(
                    "-Xmx1200m",
                    "-Xmn256m",
                    "-XX:+AlwaysPreTouch",
                    "-XX:MaxDirectMemorySize=6g",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "--add-opens=java.base/java.nio=ALL-UNNAMED");

    private static final String HEAP = "-Xms1200m";

    /// To touch all of that takes longer than a quick round measures.
    private static final String QUICK_HEAP = "-Xms400m";

    private static final int FILE_ROUNDS = 11;
    private static final long FILE_MEBIBYTES = 1024;

    private static final int LABELS_WIDTH = 56;
    private static final int LABELS_INDENT = 20;

    /// The parameter that says who is measured.
    private static final String PEER = "peer";

    private final boolean quick;
    private final Figures figures = new Figures();

    private Bench(boolean quick) {
        this.quick = quick;
    }

    public static void main(String[] args) throws Exception {
        List<String> words = new ArrayList<>(Arrays.asList(args));
        if (words.contains("--help") || words.contains("-h")) {
            System.out.print(usage());
            return;
        }
        if (words.size() > 1 && words.getFirst().equals("files")) {
            int rounds = words.size() > 2 ? Integer.parseInt(words.get(2)) : FILE_ROUNDS;
            long mebibytes = words.size() > 3 ? Long.parseLong(words.get(3)) : FILE_MEBIBYTES;
            System.out.print(FileLoading.run(words.get(1), mebibytes << 20, rounds));
            return;
        }
        boolean quick = words.remove("--quick");
        boolean json = words.remove("--json");
        String name = words.isEmpty() ? "" : words.removeFirst();
        List<Suite> suites =
                Arrays.stream(Suite.values())
                        .filter(each -> name.isEmpty() || name.startsWith(each.label()))
                        .toList();
        if (!words.isEmpty() || suites.isEmpty()) {
            System.err.print(usage());
            System.exit(2);
        }
        Bench bench = new Bench(quick);
        int dot = name.indexOf('.');
        bench.run(suites, dot < 0 ? "" : name.substring(dot + 1));
        System.out.print(json ? bench.figures.json() + "\n" : bench.text());
    }

    static String usage() {
        return """
        Usage: ./isobar bench [SUITE[.METHODS]] [--quick] [--json]
               ./isobar bench files warm|cold|opencl [ROUNDS [MEBIBYTES]]
        Runs the suites in rounds, and prints what they reach and how they compare.

          SUITE     one of: %s;
                    without it, all of them, which takes about an hour
          METHODS   a regular expression for the methods of the suite
          --quick   one short round, for a first look
          --json    JSON in place of tables

        files loads a file of MEBIBYTES (1,024) in ROUNDS (11), by each strategy.
        """
                .formatted(labels());
    }

    /// The names of all suites, in lines as wide as the text around them.
    private static String labels() {
        StringBuilder text = new StringBuilder();
        int column = 0;
        for (Suite suite : Suite.values()) {
            if (column + suite.label().length() > LABELS_WIDTH) {
                text.append(",\n").append(" ".repeat(LABELS_INDENT));
                column = 0;
            } else if (column > 0) {
                text.append(", ");
            }
            text.append(suite.label());
            column += suite.label().length() + 2;
        }
        return text.toString();
    }

    private void run(List<Suite> suites, String methods) throws RunnerException {
        int rounds = quick ? 1 : 3;
        for (int round = 1; round <= rounds; round++) {
            for (Suite suite : suites) {
                String missing = suite.missing();
                if (!missing.isEmpty()) {
                    System.err.printf("left out: %s, %s%n", suite.label(), missing);
                    continue;
                }
                figures.reference(suite.label(), suite.reference());
                for (int threads : threads(suite)) {
                    System.err.printf(
                            "round %d of %d: %s, %d thread(s)%n",
                            round, rounds, suite.label(), threads);
                    run(suite, methods, threads);
                }
                suite.program().ifPresent(program -> runProgram(suite, program));
            }
        }
    }

    private List<Integer> threads(Suite suite) {
        return quick && !suite.threads().isEmpty()
                ? List.of(suite.threads().getLast())
                : suite.threads();
    }

    private List<String> forkFlags() {
        List<String> flags = new ArrayList<>();
        flags.add(quick ? QUICK_HEAP : HEAP);
        flags.addAll(FORK_FLAGS);
        return flags;
    }

    private void runProgram(Suite suite, String program) {
        System.err.println(suite.label());
        List<String> flags = forkFlags();
        flags.addAll(suite.flags());
        List<String> arguments = quick ? List.of("--quick") : List.of();
        Measurement.runAll(program, flags, arguments)
                .forEach(each -> figures.add(suite.label(), each));
    }

    private void run(Suite suite, String methods, int threads) throws RunnerException {
        ChainedOptionsBuilder options =
                new OptionsBuilder()
                        .include(
                                methods.isEmpty()
                                        ? suite.pattern()
                                        : suite.pattern().replace("\\..*", "\\.(" + methods + ")$"))
                        .mode(Mode.AverageTime)
                        .timeUnit(TimeUnit.NANOSECONDS)
                        .threads(threads)
                        .forks(1)
                        .warmupIterations(quick ? 4 : 3)
                        .warmupTime(TimeValue.milliseconds(quick ? 150 : 300))
                        .measurementIterations(quick ? 3 : 5)
                        .measurementTime(TimeValue.milliseconds(quick ? 100 : 300))
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .addProfiler(GCProfiler.class)
                        .addProfiler(CpuProfiler.class)
                        .jvmArgs(forkFlags().toArray(String[]::new));
        if (quick) {
            suite.quickParams().forEach((name, value) -> options.param(name, value));
        }
        for (RunResult result : new Runner(options.build()).run()) {
            keep(suite, threads, result);
        }
    }

    private void keep(Suite suite, int threads, RunResult result) {
        BenchmarkParams params = result.getParams();
        String method = params.getBenchmark().substring(params.getBenchmark().lastIndexOf('.') + 1);
        String name = params.getParamsKeys().contains(PEER) ? params.getParam(PEER) : method;
        String values =
                params.getParamsKeys().stream()
                        .filter(key -> !key.equals(PEER))
                        .map(key -> key + " " + params.getParam(key))
                        .collect(Collectors.joining(", "));
        List<Double> nanos =
                result.getBenchmarkResults().stream()
                        .flatMap(each -> each.getIterationResults().stream())
                        .map(IterationResult::getPrimaryResult)
                        .map(Result::getScore)
                        .toList();
        figures.add(
                new Figures.Case(suite.label(), values, threads, name),
                nanos,
                secondary(result, CpuProfiler.LABEL),
                secondary(result, "gc.alloc.rate.norm"));
    }

    private static double secondary(RunResult result, String label) {
        Result<?> found = result.getSecondaryResults().get(label);
        return found == null ? Double.NaN : found.getScore();
    }

    private String text() {
        Collection<String> flags = forkFlags();
        return "JDK %s, %d processors, %s%nforks: %s%n%s"
                .formatted(
                        System.getProperty("java.vm.version"),
                        Runtime.getRuntime().availableProcessors(),
                        quick ? "quick (one round: not for keeping)" : "three rounds",
                        String.join(" ", flags),
                        figures.table());
    }
}
