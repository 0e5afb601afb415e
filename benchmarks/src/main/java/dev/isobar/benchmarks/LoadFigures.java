package dev.isobar.benchmarks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Contestants that load the same bytes, in groups of those that are compared; and how fast each was,
/// round by round.
final class LoadFigures {

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double GIGABYTE = 1e9;
    private static final String PLAIN = "plain";

    /// Something that can be repeated.
    interface Step {
        void run() throws Exception;
    }

    private record Contestant(String group, String name, Step load, List<Double> perRound) {

        double median() {
            return LoadFigures.median(perRound);
        }

        boolean plain() {
            return name.startsWith(PLAIN);
        }
    }

    private final long bytes;
    private final List<Contestant> contestants = new ArrayList<>();

    LoadFigures(long bytes) {
        this.bytes = bytes;
    }

    /// @param name begins with `plain` for those that ours are compared with
    void add(String group, String name, Step load) {
        contestants.add(new Contestant(group, name, load, new ArrayList<>()));
    }

    /// Runs all, the first one of a round being another each time.
    ///
    /// @param warmUps so many rounds before those that count
    /// @param before runs before each load, and is not measured
    void run(int rounds, int warmUps, Step before) throws Exception {
        for (int round = -warmUps; round < rounds; round++) {
            for (int i = 0; i < contestants.size(); i++) {
                Contestant next = contestants.get(Math.floorMod(i + round, contestants.size()));
                before.run();
                long start = System.nanoTime();
                next.load.run();
                double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
                if (round >= 0) {
                    next.perRound.add(bytes / seconds / GIGABYTE);
                }
            }
        }
    }

    /// A table for each group in Markdown. The ratio is to the plain one of the group that has the
    /// best median (or to the first one, where none is plain), of medians and as the median of what it
    /// is in each round.
    String table() {
        StringBuilder out = new StringBuilder();
        groups().forEach((group, members) -> {
            Contestant base =
                    members.stream()
                            .filter(Contestant::plain)
                            .max(Comparator.comparingDouble(Contestant::median))
                            .orElse(members.getFirst());
            out.append(
                    "%n| %s: GB/s | min | median | max | ratio to %s | by round |%n|---|---|---|---|---|---|%n"
                            .formatted(group, base.name));
            members.forEach(each -> out.append(row(each, base)));
        });
        return out.toString();
    }

    private Map<String, List<Contestant>> groups() {
        Map<String, List<Contestant>> groups = new LinkedHashMap<>();
        contestants.forEach(
                each -> groups.computeIfAbsent(each.group, _ -> new ArrayList<>()).add(each));
        return groups;
    }

    private static String row(Contestant which, Contestant base) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < which.perRound.size(); round++) {
            ratios.add(which.perRound.get(round) / base.perRound.get(round));
        }
        List<Double> sorted = which.perRound.stream().sorted().toList();
        return String.format(
                Locale.ROOT,
                "| %s | %.2f | %.2f | %.2f | %.3f | %.3f |%n",
                which.name,
                sorted.getFirst(),
                which.median(),
                sorted.getLast(),
                which.median() / base.median(),
                median(ratios));
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
