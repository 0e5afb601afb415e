package dev.isobar.examples.kv;

import dev.isobar.broker.admission.Admission;
import dev.isobar.broker.admission.AdmissionAnswer;
import dev.isobar.broker.admission.AdmissionConfig;
import dev.isobar.broker.admission.AdmissionRequest;
import dev.isobar.broker.admission.AdmissionSnapshot;
import dev.isobar.broker.admission.Claim;
import dev.isobar.broker.admission.Grant;
import dev.isobar.broker.admission.Supply;
import dev.isobar.broker.admission.Ticket;
import dev.isobar.kv.KvPolicy;
import dev.isobar.kv.KvPool;
import dev.isobar.kv.KvPrompt;
import dev.isobar.kv.KvSequence;
import dev.isobar.kv.PrefixReplay;
import dev.isobar.kv.Room;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/// Agents that call tools, against one pool: each attempt is a conversation that grows, with a call of a
/// tool, an answer, some turns, a second call and a last answer. Requests with tools begin differently from
/// those without. Every token's bytes are written and, at the end of its request, read again.
///
/// *One use.*
public final class ToolLoop {

    private static final int QUESTION_TOKENS = 30;
    private static final int SMALL_ANSWER = 64;
    private static final int TOOL_ANSWER = 128;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int WITHOUT_TOOLS = 1 << 24;

    private final ToolLoopPlan plan;
    private final KvPool pool;
    private final Turns turns;
    private final Admission admission;
    private final Supply tokens;
    private final Supply lanes;
    private final int perBlock;
    private final int tokenBytes;
    private final List<int[]> begun = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger admitted = new AtomicInteger();
    private final LongAdder requests = new LongAdder();
    private final LongAdder refusals = new LongAdder();
    private final LongAdder slotFailures = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final LongAdder promptTokens = new LongAdder();
    private final LongAdder cachedTokens = new LongAdder();
    private final LongAccumulator slowest = new LongAccumulator(Math::max, 0);
    private final LongAccumulator mostPassed = new LongAccumulator(Math::max, 0);

    /// @param pool of the plan's budget; stays open
    public ToolLoop(ToolLoopPlan plan, KvPool pool) {
        this.plan = plan;
        this.pool = pool;
        turns =
                plan.seed().isPresent()
                        ? new SeededTurns(plan.seed().getAsLong())
                        : new FreeTurns();
        tokens = pool.tokenSupply();
        lanes = Supply.counted(pool.resource(), "lanes", plan.lanes());
        admission =
                Admission.builder(AdmissionConfig.builder("tool-loop").maxWait(PATIENCE).build())
                        .supply(tokens)
                        .supply(lanes)
                        .nanoClock(turns::nanos)
                        .executor(Runnable::run)
                        .build();
        perBlock = pool.config().shape().tokensPerBlock();
        tokenBytes = (int) pool.config().shape().bytesPerToken();
    }

    /// Runs all agents to their end.
    ///
    /// @throws ExecutionException if one of them failed
    public ToolLoopReport run() throws InterruptedException, ExecutionException {
        try (admission) {
            turns.run(
                    IntStream.range(0, plan.agents())
                            .<Callable<Void>>mapToObj(agent -> () -> work(agent))
                            .toList());
        }
        AdmissionSnapshot.Totals totals = admission.snapshot().totals();
        return new ToolLoopReport(
                requests.intValue(),
                Math.toIntExact(totals.waits()),
                refusals.intValue(),
                slotFailures.intValue(),
                lost.sum(),
                promptTokens.sum(),
                cachedTokens.sum(),
                patientLruTokens(),
                pool.stats().evictedForRoom(),
                totals.bypasses(),
                slowest.get(),
                mostPassed.intValue());
    }

    /// How many tokens an LRU would have found that runs one request at a time, in the order in which they
    /// began here, with the whole pool to itself.
    private long patientLruTokens() {
        PrefixReplay lru = PrefixReplay.of(KvPolicy.LRU, pool.config().capacityBlocks());
        begun.forEach(each -> lru.request(prefixIds(each), 0));
        return lru.hits() * perBlock;
    }

    /// A number for each full block, that stands for all tokens up to its end.
    private long[] prefixIds(int[] tokens) {
        long[] ids = new long[tokens.length / perBlock];
        long hash = 1;
        for (int at = 0; at < ids.length * perBlock; at++) {
            hash = (hash ^ tokens[at]) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 29;
            ids[at / perBlock] = hash;
        }
        return ids;
    }

    private Void work(int agent) throws InterruptedException {
        for (int attempt = 0; attempt < plan.attempts(); attempt++) {
            int[] history = {1_000_000 + agent * 1_000 + attempt};
            history = request(agent, history, true, TOOL_ANSWER);
            history = request(agent, history, false, TOOL_ANSWER);
            for (int turn = 0; turn < plan.turns(); turn++) {
                history = request(agent, history, false, SMALL_ANSWER);
            }
            history = request(agent, history, true, TOOL_ANSWER);
            request(agent, history, false, TOOL_ANSWER);
        }
        return null;
    }

    /// One request, admitted and run; the history with question and answer.
    private int[] request(int agent, int[] history, boolean tools, int answer)
            throws InterruptedException {
        int[] asked = longer(history, QUESTION_TOKENS);
        int[] prompt = prompt(asked, tools);
        int wanted = Math.ceilDiv(prompt.length + answer, perBlock) * perBlock;
        try (Grant grant = admit("agent " + agent, wanted)) {
            generate(prompt, answer, grant);
        }
        admission.reconsider();
        turns.pass();
        requests.increment();
        return longer(asked, answer);
    }

    private Grant admit(String holder, int wanted) throws InterruptedException {
        var request = AdmissionRequest.of(holder, Claim.of(tokens, wanted).and(lanes, 1));
        while (true) {
            Ticket ticket = admission.submit(request);
            countPassed(ticket);
            switch (answer(ticket)) {
                case AdmissionAnswer.Granted granted -> {
                    slowest.accumulate(granted.waited().toNanos());
                    return granted.grant();
                }
                case AdmissionAnswer.Overloaded _ -> refusals.increment();
                case AdmissionAnswer.Refused refused ->
                        throw new IllegalStateException(refused.message());
            }
        }
    }

    /// Counts how many were admitted from now until this one is.
    private void countPassed(Ticket ticket) {
        int before = admitted.get();
        var _ =
                ticket.answer()
                        .thenAccept(answer -> {
                            if (answer instanceof AdmissionAnswer.Granted) {
                                mostPassed.accumulate(admitted.getAndIncrement() - before);
                            }
                        });
    }

    /// The answer, when it is this agent's turn again.
    private AdmissionAnswer answer(Ticket ticket) throws InterruptedException {
        try {
            turns.passUntil(() -> ticket.now().isPresent(), ticket::await);
        } catch (InterruptedException e) {
            ticket.close();
            throw e;
        }
        return ticket.await();
    }

    private void generate(int[] prompt, int answer, Grant grant) throws InterruptedException {
        try (KvSequence sequence = pool.open(KvPrompt.of(prompt))) {
            begun.add(longer(prompt, answer));
            promptTokens.add(prompt.length);
            turns.pass();
            if (sequence.join() > 0) {
                turns.passUntil(sequence::settled, () -> sequence.awaitJoined(PATIENCE));
            }
            cachedTokens.add(sequence.cachedTokens());
            int left = sequence.remainingTokens();
            if (!(sequence.reserve(left + answer) instanceof Room.Ready)) {
                slotFailures.increment();
                return;
            }
            grant.used(tokens, (long) sequence.blocks() * perBlock);
            turns.pass();
            int[] whole = longer(prompt, answer);
            var bytes = new TokenBytes(0, perBlock, tokenBytes);
            bytes.follow(whole, 0, whole.length);
            bytes.write(sequence, sequence.tokens(), prompt.length);
            sequence.commit(left);
            turns.pass();
            bytes.write(sequence, prompt.length, whole.length);
            sequence.commit(Arrays.copyOfRange(whole, prompt.length, whole.length));
            lost.add(bytes.wrong(sequence, 0, whole.length));
            grant.used(tokens, 0);
        }
    }

    private int[] prompt(int[] history, boolean tools) {
        int first = tools ? 0 : WITHOUT_TOOLS;
        return IntStream.concat(
                        IntStream.range(first, first + plan.prefixTokens()), Arrays.stream(history))
                .toArray();
    }

    /// The same tokens and some that follow from the last one.
    private static int[] longer(int[] tokens, int more) {
        int[] longer = Arrays.copyOf(tokens, tokens.length + more);
        for (int at = tokens.length; at < longer.length; at++) {
            longer[at] = longer[at - 1] * 31 + at;
        }
        return longer;
    }
}
