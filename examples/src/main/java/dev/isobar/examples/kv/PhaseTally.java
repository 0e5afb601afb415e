package dev.isobar.examples.kv;

import dev.isobar.broker.admission.AdmissionAnswer;
import dev.isobar.broker.admission.AdmissionSnapshot;
import dev.isobar.broker.admission.Ticket;
import dev.isobar.kv.KvPolicy;
import dev.isobar.kv.KvPool;
import dev.isobar.kv.PrefixReplay;
import java.util.ArrayList;
import java.util.List;

/// What is counted in a phase.
///
/// *Safe for several threads.*
final class PhaseTally {

    private static final int MANY = 10;

    private final Runnable ended;
    private final List<Begun> begun = new ArrayList<>();
    private final List<Long> waits = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private int admitted;
    private int mostPassed;
    private int requests;
    private int abandoned;
    private int refusals;
    private int slotFailures;
    private long lostTokens;
    private long promptTokens;
    private long cachedTokens;
    private long unneededBlocks;

    /// @param ended called when a request is over
    PhaseTally(Runnable ended) {
        this.ended = ended;
    }

    /// Somebody asks to be admitted: counts how many are admitted from now until he is.
    void asked(Ticket ticket) {
        int before = admitted();
        var _ =
                ticket.answer()
                        .thenAccept(answer -> {
                            if (answer instanceof AdmissionAnswer.Granted) {
                                admitted(before);
                            }
                        });
    }

    private synchronized int admitted() {
        return admitted;
    }

    private synchronized void admitted(int before) {
        mostPassed = Math.max(mostPassed, admitted++ - before);
    }

    synchronized void waited(long nanos) {
        waits.add(nanos);
    }

    synchronized void refused() {
        refusals++;
    }

    /// A request begins.
    ///
    /// @param whole its prompt and its answer
    /// @return to be told when it is done
    synchronized Begun began(int[] whole) {
        var request = new Begun(whole);
        begun.add(request);
        return request;
    }

    /// A request was done to its end.
    synchronized void done(Begun request, int prompt, int cached) {
        request.done = true;
        promptTokens += prompt;
        cachedTokens += cached;
    }

    /// Blocks were evicted beyond what was missing, if that is more than 0.
    synchronized void evicted(int beyond) {
        unneededBlocks += Math.max(0, beyond);
    }

    synchronized long unneededBlocks() {
        return unneededBlocks;
    }

    synchronized void slotFailure(String message) {
        slotFailures++;
        problem("admitted without room: " + message);
    }

    synchronized void lost(int tokens) {
        lostTokens += tokens;
        if (tokens > 0) {
            problem(tokens + " tokens do not read as they were written");
        }
    }

    /// Notes what is not as it should be; the first few.
    synchronized void problem(String message) {
        if (problems.size() < MANY) {
            problems.add(message);
        }
    }

    /// A request is over.
    void ended(boolean done) {
        synchronized (this) {
            requests += done ? 1 : 0;
            abandoned += done ? 0 : 1;
            notifyAll();
        }
        ended.run();
    }

    /// How many requests are over.
    synchronized long endedRequests() {
        return (long) requests + abandoned;
    }

    /// Waits until more of them are over.
    synchronized void awaitEnded(long before) throws InterruptedException {
        while (endedRequests() == before) {
            wait();
        }
    }

    /// All of it.
    synchronized PhaseReport report(String phase, KvPool pool, AdmissionSnapshot.Totals totals) {
        waits.sort(null);
        return new PhaseReport(
                phase,
                requests,
                abandoned,
                Math.toIntExact(totals.waits()),
                refusals,
                slotFailures,
                lostTokens,
                promptTokens,
                cachedTokens,
                patientLruTokens(pool),
                pool.stats().evictedForRoom(),
                unneededBlocks,
                totals.bypasses(),
                quantile(0.50),
                quantile(0.99),
                quantile(1),
                mostPassed,
                problems);
    }

    private long quantile(double share) {
        int rank = (int) Math.ceil(share * waits.size());
        return waits.isEmpty() ? 0 : waits.get(Math.max(0, rank - 1));
    }

    /// How many tokens an LRU would have found that runs one request at a time, in the order in which they
    /// began here, with the whole pool to itself.
    private long patientLruTokens(KvPool pool) {
        int perBlock = pool.config().shape().tokensPerBlock();
        PrefixReplay lru = PrefixReplay.of(KvPolicy.LRU, pool.config().capacityBlocks());
        begun.stream()
                .filter(request -> request.done)
                .forEach(request -> lru.request(prefixIds(request.whole, perBlock), 0));
        return lru.hits() * perBlock;
    }

    /// A number for each full block, that stands for all tokens up to its end.
    private static long[] prefixIds(int[] tokens, int perBlock) {
        long[] ids = new long[tokens.length / perBlock];
        long hash = 1;
        for (int at = 0; at < ids.length * perBlock; at++) {
            hash = (hash ^ tokens[at]) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 29;
            ids[at / perBlock] = hash;
        }
        return ids;
    }

    /// A request that began. Its place among the others is that of its beginning.
    static final class Begun {

        private final int[] whole;
        private boolean done;

        private Begun(int[] whole) {
            this.whole = whole;
        }
    }
}
