package dev.isobar.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// `./isobar bench [SUITE[.METHOD]] [--quick] [--json]`: runs the suites in rounds, each round in fresh
/// virtual machines, and prints what they reach and how they compare within a round.
/// `./isobar bench files warm|cold|opencl [ROUNDS [MEBIBYTES]]` is for what JMH cannot measure.
public final class Bench {

    private static final int FILE_ROUNDS = 11;
    private static final long FILE_MEBIBYTES = 1024;

    private static final int LABELS_WIDTH = 56;
    private static final int LABELS_INDENT = 20;

    private Bench() {}

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
                        .filter(each ->
                                name.isEmpty() || (name + ".").startsWith(each.label() + "."))
                        .toList();
        if (!words.isEmpty() || suites.isEmpty()) {
            System.err.print(usage());
            System.exit(2);
        }
        int dot = name.indexOf('.');
        Figures figures = new Figures();
        Watch watch = new Watch();
        new Rounds(quick, figures, watch).run(suites, dot < 0 ? "" : name.substring(dot + 1));
        System.err.printf("%s done%n", watch);
        System.out.print(json ? figures.json() + "\n" : text(quick, watch, figures));
    }

    static String usage() {
        return """
        Usage: ./isobar bench [SUITE[.METHODS]] [--quick] [--json]
               ./isobar bench files warm|cold|opencl [ROUNDS [MEBIBYTES]]
        Runs the suites in rounds, and prints what they reach and how they compare.

          SUITE     one of: %s;
                    without it, all of them, which takes about an hour
          METHODS   a regular expression for the methods of the suite
          --quick   one short round, for a first look: all suites in less than
                    three minutes
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

    private static String text(boolean quick, Watch watch, Figures figures) {
        return "JDK %s, %d processors, %s, in %s minutes%n%s"
                .formatted(
                        System.getProperty("java.vm.version"),
                        Runtime.getRuntime().availableProcessors(),
                        quick ? "quick (one round: not for keeping)" : "three rounds",
                        watch,
                        figures.table());
    }
}
