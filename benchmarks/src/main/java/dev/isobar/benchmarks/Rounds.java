package dev.isobar.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
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

/// Runs suites, each in the way that suits it: benchmarks in turn in one virtual machine ([Turns]), each in a
/// fresh one by JMH, or a program. In a quick round all benchmarks take turns.
final class Rounds {

    private static final int FULL_ROUNDS = 3;

    /// The heap is touched beforehand: else who allocates is measured with page faults.
    private static final List<String> FLAGS =
            List.of(
                    "-XX:+AlwaysPreTouch",
                    "-XX:MaxDirectMemorySize=6g",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "--add-opens=java.base/java.nio=ALL-UNNAMED");

    private static final List<String> HEAP = List.of("-Xms1200m", "-Xmx1200m", "-Xmn256m");

    /// Room for the caches of all peers.
    private static final List<String> LARGE_HEAP = List.of("-Xms2g", "-Xmx2g", "-Xmn256m");

    /// To touch more takes longer than a quick round measures.
    private static final List<String> QUICK_HEAP = List.of("-Xms160m", "-Xmx1200m", "-Xmn64m");

    private static final List<String> QUICK_LARGE_HEAP = List.of("-Xms600m", "-Xmx2g", "-Xmn256m");

    private final boolean quick;
    private final Figures figures;
    private final Watch watch;

    Rounds(boolean quick, Figures figures, Watch watch) {
        this.quick = quick;
        this.figures = figures;
        this.watch = watch;
    }

    /// @param methods a regular expression for their methods; all of them if it is empty
    void run(List<Suite> suites, String methods) throws RunnerException {
        int rounds = quick ? 1 : FULL_ROUNDS;
        for (int round = 1; round <= rounds; round++) {
            for (int i = 0; i < suites.size(); i++) {
                String progress =
                        "round %d of %d, suite %d of %d: "
                                .formatted(round, rounds, i + 1, suites.size());
                run(suites.get(i), methods, progress);
            }
        }
    }

    private void run(Suite suite, String methods, String progress) throws RunnerException {
        String missing = suite.missing();
        if (!missing.isEmpty()) {
            say(progress + suite.label() + " is left out, " + missing);
            return;
        }
        figures.reference(suite.label(), suite.reference());
        for (int threads : quick ? suite.quickThreads() : suite.threads()) {
            say("%s%s, %d thread(s)".formatted(progress, suite.label(), threads));
            if (quick || suite.inTurn()) {
                runInTurn(suite, suite.pattern(methods), threads);
            } else {
                runInForks(suite, suite.pattern(methods), threads);
            }
        }
        if (suite.program().isPresent()) {
            say(progress + suite.label());
            runProgram(suite, suite.program().get());
        }
    }

    private void say(String progress) {
        System.err.printf("%s %s%n", watch, progress);
    }

    private void runProgram(Suite suite, String program) {
        List<String> flags = flags(heap(suite));
        flags.addAll(suite.flags());
        List<String> arguments = quick ? List.of("--quick") : List.of();
        Measurement.runAll(program, flags, arguments)
                .forEach(each -> figures.add(suite.label(), each));
    }

    private void runInTurn(Suite suite, String pattern, int threads) {
        List<String> flags = flags(heap(suite));
        flags.addAll(Turns.flags(suite));
        List<String> arguments = new ArrayList<>(List.of(suite.name(), "" + threads, pattern));
        if (quick) {
            arguments.add("--quick");
        }
        Map<Figures.Case, List<Turn>> byCase = new LinkedHashMap<>();
        for (List<String> words : Program.run(Turns.class.getName(), flags, arguments)) {
            Turn turn = Turn.of(words);
            byCase.computeIfAbsent(
                            new Figures.Case(suite.label(), turn.group(), threads, turn.name()),
                            _ -> new ArrayList<>())
                    .add(turn);
        }
        byCase.forEach((which, turns) -> figures.add(which, Round.ofTurns(turns)));
    }

    private void runInForks(Suite suite, String pattern, int threads) throws RunnerException {
        ChainedOptionsBuilder options =
                new OptionsBuilder()
                        .include(pattern)
                        .mode(Mode.AverageTime)
                        .timeUnit(TimeUnit.NANOSECONDS)
                        .threads(threads)
                        .forks(1)
                        .warmupIterations(3)
                        .warmupTime(TimeValue.milliseconds(300))
                        .measurementIterations(5)
                        .measurementTime(TimeValue.milliseconds(300))
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .addProfiler(GCProfiler.class)
                        .addProfiler(CpuProfiler.class)
                        .jvmArgs(flags(HEAP).toArray(String[]::new));
        for (RunResult result : new Runner(options.build()).run()) {
            keep(suite, threads, result);
        }
    }

    private void keep(Suite suite, int threads, RunResult result) {
        Contestant contestant = Contestant.of(result.getParams());
        List<Double> nanos =
                result.getBenchmarkResults().stream()
                        .flatMap(each -> each.getIterationResults().stream())
                        .map(IterationResult::getPrimaryResult)
                        .map(Result::getScore)
                        .toList();
        figures.add(
                new Figures.Case(suite.label(), contestant.group(), threads, contestant.name()),
                Round.ofFork(
                        nanos, CpuProfiler.nanosPerOp(result), CpuProfiler.bytesPerOp(result)));
    }

    private List<String> heap(Suite suite) {
        return switch (suite) {
            case GET, LEASE, MIX, GROWTH -> quick ? QUICK_LARGE_HEAP : LARGE_HEAP;
            case RECLAIM, HEAP -> quick ? QUICK_LARGE_HEAP : HEAP;
            default -> quick ? QUICK_HEAP : HEAP;
        };
    }

    private static List<String> flags(List<String> heap) {
        List<String> flags = new ArrayList<>(heap);
        flags.addAll(FLAGS);
        return flags;
    }
}
