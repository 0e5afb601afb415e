package dev.isobar.kv;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/// Traces of our own making, of several shapes, for policies that have to be good on more than one.
///
/// A request has a time and the ids of its blocks, each id standing for its whole prefix.
final class OwnTraces {

    /// A request.
    ///
    /// @param millis when
    /// @param ids its blocks
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Timed(long millis, long[] ids) {}

    private final Random random;
    private final List<Timed> requests = new ArrayList<>();
    private long lastId;

    private OwnTraces(long seed) {
        random = new Random(seed);
    }

    /// Conversations that grow with every turn: people answer after a minute or two.
    ///
    /// @param medianGapMillis how long they take
    /// @param draining whether fewer and fewer begin
    static List<Timed> conversations(
            long seed, int count, double medianGapMillis, boolean draining) {
        var made = new OwnTraces(seed);
        List<Long> root = made.fresh(1);
        double now = 0;
        for (int i = 0; i < count; i++) {
            double fewer = draining ? Math.max(0.05, 1 - (double) i / count) : 1;
            now += made.exponential(600 / fewer);
            made.conversation(now, root, medianGapMillis);
        }
        return made.sorted();
    }

    private void conversation(double start, List<Long> root, double medianGapMillis) {
        var path = new ArrayList<>(root);
        path.addAll(fresh(1 + (int) Math.exp(2.5 + 0.9 * random.nextGaussian())));
        double now = start;
        do {
            ask(now, path, fresh(1));
            path.addAll(fresh(1 + (int) exponential(3)));
            now += medianGapMillis * Math.exp(random.nextGaussian());
        } while (random.nextDouble() < 0.65);
    }

    /// Agents with tools: some long system prompts, and bursts of requests a few seconds apart.
    static List<Timed> agents(long seed, int count) {
        var made = new OwnTraces(seed);
        List<List<Long>> prompts = made.prefixes(100, each -> 4 + made.random.nextInt(26));
        double now = 0;
        for (int i = 0; i < count; i++) {
            now += made.exponential(1_000);
            var path = new ArrayList<>(prompts.get(made.popular(prompts.size())));
            path.addAll(made.fresh(1 + made.random.nextInt(6)));
            double at = now;
            for (int call = 0; call == 0 || made.random.nextInt(5) > 0; call++) {
                made.ask(at, path, made.fresh(1));
                path.addAll(made.fresh(1 + made.random.nextInt(2)));
                at += 1_000 + made.random.nextInt(5_000);
            }
        }
        return made.sorted();
    }

    /// Questions about documents, some of which are asked about more often; over time it may be others.
    static List<Timed> documents(long seed, int count, boolean shifting) {
        var made = new OwnTraces(seed);
        List<List<Long>> documents = made.prefixes(800, each -> 5 + made.random.nextInt(25));
        double now = 0;
        for (int i = 0; i < count; i++) {
            now += made.exponential(300);
            int shift = shifting ? i * documents.size() / count / 2 : 0;
            int which = (made.popular(documents.size()) + shift) % documents.size();
            made.ask(now, documents.get(which), made.fresh(1));
        }
        return made.sorted();
    }

    /// The same prefixes again and again, in the same order.
    static List<Timed> loop(long seed, int count) {
        var made = new OwnTraces(seed);
        List<List<Long>> prefixes = made.prefixes(200, each -> 5 + made.random.nextInt(25));
        for (int i = 0; i < count; i++) {
            made.ask(300.0 * i, prefixes.get(i % prefixes.size()), made.fresh(1));
        }
        return made.sorted();
    }

    private List<List<Long>> prefixes(int count, ToIntFunction<Integer> blocks) {
        return IntStream.range(0, count).mapToObj(i -> fresh(blocks.applyAsInt(i))).toList();
    }

    private void ask(double millis, List<Long> path, List<Long> tail) {
        long[] ids = new long[path.size() + tail.size()];
        for (int at = 0; at < ids.length; at++) {
            ids[at] = at < path.size() ? path.get(at) : tail.get(at - path.size());
        }
        requests.add(new Timed((long) millis, ids));
    }

    private List<Long> fresh(int blocks) {
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < blocks; i++) {
            ids.add(++lastId);
        }
        return ids;
    }

    /// Small numbers more often: roughly Zipf's law.
    private int popular(int count) {
        return (int) (count * Math.pow(random.nextDouble(), 3));
    }

    private double exponential(double mean) {
        return -mean * Math.log(1 - random.nextDouble());
    }

    private List<Timed> sorted() {
        requests.sort(Comparator.comparingLong(Timed::millis));
        return requests;
    }
}
