package dev.isobar.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.openjdk.jmh.runner.CompilerHints;

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
        static final Plan QUICKEST = new Plan(20, 3, 60);

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
                .run(Contestant.all(args[2], quick ? suite.quickParams() : Map.of()), Turn::print);
    }

    /// What a virtual machine is told in which the benchmarks of a suite take turns.
    static List<String> flags(Suite suite) {
        List<String> flags = new ArrayList<>(suite.inTurn() ? KeptThreads.flags() : List.of());
        flags.add("-Djmh.ignoreLock=true");
        CompilerHints.addCompilerHints(flags); // as JMH does it for the machines that it forks
        return flags;
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
}
