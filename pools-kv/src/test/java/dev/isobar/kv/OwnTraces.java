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

    /// Sessions of many tenants, each below the tenant's own system prompt and one that all share; who
    /// is busy changes over time.
    static List<Timed> tenants(long seed, int count) {
        var made = new OwnTraces(seed);
        List<Long> root = made.fresh(4);
        List<List<Long>> prompts = made.prefixes(60, _ -> 2 + made.random.nextInt(12));
        double now = 0;
        for (int i = 0; i < count; i++) {
            now += made.exponential(900);
            int busiest = i * prompts.size() / count;
            int which = (made.popular(prompts.size()) + busiest) % prompts.size();
            var path = new ArrayList<>(root);
            path.addAll(prompts.get(which));
            made.session(now, path, 20_000 + 3_000.0 * (which % 20));
        }
        return made.sorted();
    }

    private void session(double start, List<Long> path, double medianGapMillis) {
        double now = start;
        do {
            path.addAll(fresh(1 + (int) exponential(2)));
            ask(now, path, fresh(1));
            now += medianGapMillis * Math.exp(0.8 * random.nextGaussian());
        } while (random.nextDouble() < 0.75);
    }

    /// Agents whose context grows by every call of a tool, some of them to hundreds of blocks; now and
    /// then the context is cut back to where it was some calls ago.
    static List<Timed> longAgents(long seed, int count) {
        var made = new OwnTraces(seed);
        List<List<Long>> prompts = made.prefixes(5, _ -> 20 + made.random.nextInt(20));
        double now = 0;
        for (int i = 0; i < count; i++) {
            now += made.exponential(12_000);
            var path = new ArrayList<>(prompts.get(made.popular(prompts.size())));
            int begin = path.size();
            double at = now;
            for (int call = 0; call == 0 || made.random.nextInt(30) > 0; call++) {
                path.addAll(made.fresh(1 + made.random.nextInt(4)));
                made.ask(at, path, made.fresh(1));
                at += made.exponential(6_000);
                if (made.random.nextInt(12) == 0) {
                    path = new ArrayList<>(path.subList(0, Math.max(begin, path.size() / 2)));
                }
            }
        }
        return made.sorted();
    }

    /// A system prompt with short questions, among long prompts of which nothing comes twice.
    static List<Timed> scans(long seed, int count) {
        var made = new OwnTraces(seed);
        List<List<Long>> prompts = made.prefixes(40, _ -> 6 + made.random.nextInt(20));
        double now = 0;
        for (int i = 0; i < count; i++) {
            now += made.exponential(400);
            boolean scan = made.random.nextInt(3) == 0;
            if (scan) {
                made.ask(now, List.of(), made.fresh(20 + made.random.nextInt(80)));
            } else {
                List<Long> prompt = prompts.get(made.popular(prompts.size()));
                made.ask(now, prompt, made.fresh(1 + made.random.nextInt(4)));
            }
        }
        return made.sorted();
    }

    /// Jobs that come again every few minutes with the same prompt and something new behind it, among
    /// conversations.
    static List<Timed> periodic(long seed, int jobs, int conversations) {
        var made = new OwnTraces(seed);
        double end = 700.0 * conversations;
        for (int job = 0; job < jobs; job++) {
            List<Long> prompt = made.fresh(5 + made.random.nextInt(25));
            double period = 60_000 * (1 + made.random.nextInt(8));
            double now = made.random.nextDouble() * period;
            for (; now < end; now += period * (0.98 + 0.04 * made.random.nextDouble())) {
                made.ask(now, prompt, made.fresh(1 + made.random.nextInt(3)));
            }
        }
        List<Long> root = made.fresh(1);
        double now = 0;
        for (int i = 0; i < conversations; i++) {
            now += made.exponential(700);
            made.conversation(now, root, 30_000);
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
