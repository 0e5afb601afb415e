package dev.isobar.benchmarks;

import java.io.File;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.CompilerHints;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/// The benchmarks of one suite in one virtual machine: all are warmed up, then they take short turns, in
/// each round in another order. What a machine that is shared with others does meets all of them alike; a
/// minute between two virtual machines can be worth a factor of two.
///
/// `Turns SUITE THREADS PATTERN [--quick]`
final class Turns {

    private static final long SEED = 20_26_11_30L;

    /// How long it takes.
    ///
    /// @param warmUps quarters of a turn before the first one
    /// @param rounds turns of each contestant
    record Plan(int warmUps, int rounds, int millis) {
        static final Plan FULL = new Plan(60, 24, 150);
        static final Plan QUICK = new Plan(24, 8, 80);
        static final Plan QUICKEST = new Plan(24, 4, 60);

        static Plan of(Suite suite, boolean quick) {
            return !quick ? FULL : suite.inTurn() ? QUICK : QUICKEST;
        }
    }

    private final Plan plan;
    private final int threads;
    private final Random random = new Random(SEED);

    Turns(Plan plan, int threads) {
        this.plan = plan;
        this.threads = threads;
    }

    public static void main(String[] args) throws ReflectiveOperationException {
        Suite suite = Suite.valueOf(args[0]);
        boolean quick = args.length > 3;
        new Turns(Plan.of(suite, quick), Integer.parseInt(args[1]))
                .run(contestants(args[2], quick ? suite.quickParams() : Map.of()), Turn::print);
    }

    /// What a virtual machine is told in which the benchmarks of a suite take turns.
    static List<String> flags(Suite suite) {
        List<String> flags = new ArrayList<>(suite.inTurn() ? KeptThreads.flags() : List.of());
        flags.add("-Djmh.ignoreLock=true");
        CompilerHints.addCompilerHints(flags); // as JMH does it for the machines that it forks
        return flags;
    }

    /// Every benchmark that the pattern finds, with every combination of its parameters.
    ///
    /// @param params values for some of them, in place of all of theirs
    static List<Contestant> contestants(String pattern, Map<String, List<String>> params) {
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

    /// Runs one group after the other.
    void run(List<Contestant> contestants, Consumer<Turn> sink)
            throws ReflectiveOperationException {
        Collection<List<Contestant>> groups =
                contestants.stream()
                        .collect(
                                Collectors.groupingBy(
                                        Contestant::group, LinkedHashMap::new, Collectors.toList()))
                        .values();
        for (List<Contestant> group : groups) {
            runGroup(group, sink);
        }
    }

    private void runGroup(List<Contestant> group, Consumer<Turn> sink)
            throws ReflectiveOperationException {
        List<Seat> seats = new ArrayList<>();
        for (Contestant contestant : group) {
            Seat seat = Seat.of(contestant);
            if (threads > 1) {
                seat.take(1, 0, 1); // what is kept is made now: JMH lets other threads wait for it
            }
            seat.take(threads, plan.warmUps, plan.millis);
            seats.add(seat);
        }
        for (int round = 0; round < plan.rounds; round++) {
            Collections.shuffle(seats, random);
            seats.forEach(seat -> sink.accept(seat.take(threads, 1, plan.millis)));
        }
    }

    /// A contestant with a class loader of its own.
    private record Seat(
            Contestant contestant, ClassLoader loader, Function<int[], double[]> runner) {

        @SuppressWarnings("unchecked")
        static Seat of(Contestant contestant) throws ReflectiveOperationException {
            ClassLoader loader =
                    new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader());
            Object runner =
                    loader.loadClass(TurnRunner.class.getName())
                            .getConstructor(String.class, Map.class)
                            .newInstance(contestant.benchmark(), contestant.params());
            return new Seat(contestant, loader, (Function<int[], double[]>) runner);
        }

        Turn take(int threads, int warmUps, int millis) {
            double[] measured = inItsPlace(new int[] {threads, warmUps, millis});
            return new Turn(
                    contestant.group(), contestant.name(), measured[0], measured[1], measured[2]);
        }

        /// With its class loader as the thread's, for libraries that look for their parts.
        private double[] inItsPlace(int[] turn) {
            Thread thread = Thread.currentThread();
            ClassLoader before = thread.getContextClassLoader();
            thread.setContextClassLoader(loader);
            try {
                return runner.apply(turn);
            } finally {
                thread.setContextClassLoader(before);
            }
        }

        private static URL[] classPath() {
            List<URL> urls = new ArrayList<>();
            for (String part : System.getProperty("java.class.path").split(File.pathSeparator)) {
                try {
                    urls.add(Path.of(part).toUri().toURL());
                } catch (MalformedURLException e) {
                    throw new IllegalStateException(part, e);
                }
            }
            return urls.toArray(URL[]::new);
        }
    }
}
