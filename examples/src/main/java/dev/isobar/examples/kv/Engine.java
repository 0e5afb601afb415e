package dev.isobar.examples.kv;

import dev.isobar.broker.admission.Admission;
import dev.isobar.broker.admission.AdmissionAnswer;
import dev.isobar.broker.admission.AdmissionConfig;
import dev.isobar.broker.admission.AdmissionRequest;
import dev.isobar.broker.admission.Claim;
import dev.isobar.broker.admission.Grant;
import dev.isobar.broker.admission.Supply;
import dev.isobar.broker.admission.Ticket;
import dev.isobar.kv.KvPool;
import dev.isobar.kv.KvPrompt;
import dev.isobar.kv.KvSequence;
import dev.isobar.kv.Room;
import dev.isobar.kv.RoomPlan;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Runs agents' requests against one pool: admits them, takes what is kept of their prompt, writes the rest
/// and the answer, and reads all of it again.
///
/// *Safe for several threads.*
final class Engine implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final KvPool pool;
    private final Turns turns;
    private final Admission admission;
    private final Supply tokens;
    private final Supply lanes;
    private final PhaseTally tally;
    private final int perBlock;
    private final int tokenBytes;

    /// What a request came to.
    ///
    /// @param promptTokens its prompt
    /// @param cachedTokens how much of that was found
    record Outcome(int promptTokens, int cachedTokens) {}

    /// @param pool stays open
    /// @param laneCount how many requests run at once; at least 1
    Engine(KvPool pool, Turns turns, int laneCount, PhaseTally tally) {
        this.pool = pool;
        this.turns = turns;
        this.tally = tally;
        tokens = pool.tokenSupply();
        lanes = Supply.counted(pool.resource(), "lanes", laneCount);
        admission =
                Admission.builder(AdmissionConfig.builder("agents").maxWait(PATIENCE).build())
                        .supply(tokens)
                        .supply(lanes)
                        .nanoClock(turns::nanos)
                        .executor(Runnable::run)
                        .build();
        perBlock = pool.config().shape().tokensPerBlock();
        tokenBytes = (int) pool.config().shape().bytesPerToken();
    }

    /// How agents take turns.
    Turns turns() {
        return turns;
    }

    /// The pool.
    KvPool pool() {
        return pool;
    }

    /// Who waits, and what was granted so far.
    Admission admission() {
        return admission;
    }

    /// What was counted so far.
    PhaseTally tally() {
        return tally;
    }

    /// Runs a request to its end.
    Outcome request(int agent, int[] prompt, int answer) throws InterruptedException {
        Outcome outcome = request(agent, prompt, answer, Leave.NEVER);
        if (outcome == null) {
            throw new IllegalStateException("a request of agent " + agent + " was given up");
        }
        return outcome;
    }

    /// Runs a request.
    ///
    /// @return what it came to; null if it was given up
    @Nullable Outcome request(int agent, int[] prompt, int answer, Leave leave)
            throws InterruptedException {
        int wanted = Math.ceilDiv(prompt.length + answer, perBlock) * perBlock;
        Outcome outcome = null;
        Grant grant = admit("agent " + agent, wanted, leave);
        if (grant != null) {
            try (grant) {
                outcome = generate(prompt, answer, grant, leave);
            }
            admission.reconsider();
            turns.pass();
        }
        tally.ended(outcome != null);
        return outcome;
    }

    @Override
    public void close() {
        admission.close();
    }

    private @Nullable Grant admit(String holder, int wanted, Leave leave)
            throws InterruptedException {
        var request = AdmissionRequest.of(holder, Claim.of(tokens, wanted).and(lanes, 1));
        while (true) {
            Ticket ticket = admission.submit(request);
            tally.asked(ticket);
            turns.pass();
            if (leave == Leave.WAITING && ticket.cancel()) {
                return null;
            }
            switch (answer(ticket)) {
                case AdmissionAnswer.Granted granted -> {
                    tally.waited(granted.waited().toNanos());
                    return granted.grant();
                }
                case AdmissionAnswer.Overloaded _ -> tally.refused();
                case AdmissionAnswer.Refused refused ->
                        throw new IllegalStateException(refused.message());
            }
        }
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

    private @Nullable Outcome generate(int[] prompt, int answer, Grant grant, Leave leave)
            throws InterruptedException {
        try (KvSequence sequence = pool.open(KvPrompt.of(prompt))) {
            int[] whole = Talk.longer(prompt, answer);
            PhaseTally.Begun request = tally.began(whole);
            turns.pass();
            if (leave == Leave.OPENED) {
                return null;
            }
            if (sequence.join() > 0) {
                turns.passUntil(sequence::settled, () -> sequence.awaitJoined(PATIENCE));
            }
            if (!reserve(sequence, sequence.remainingTokens() + answer)) {
                return null;
            }
            int cached = sequence.cachedTokens();
            grant.used(tokens, (long) sequence.blocks() * perBlock);
            turns.pass();
            boolean done = compute(sequence, prompt.length, whole, leave);
            grant.used(tokens, 0);
            if (!done) {
                return null;
            }
            tally.done(request, prompt.length, cached);
            return new Outcome(prompt.length, cached);
        }
    }

    private boolean reserve(KvSequence sequence, int more) {
        RoomPlan plan = sequence.plan(more);
        Room room = sequence.reserve(more);
        tally.evicted(room.evictedBlocks() - plan.deficit());
        if (room instanceof Room.Short refused) {
            tally.slotFailure(refused.message());
            return false;
        }
        return true;
    }

    /// Whether it was done to its end.
    private boolean compute(KvSequence sequence, int prompt, int[] whole, Leave leave)
            throws InterruptedException {
        var bytes = new TokenBytes(0, perBlock, tokenBytes);
        bytes.follow(whole, 0, whole.length);
        int left = sequence.remainingTokens();
        int first = leave == Leave.RESERVED ? 0 : leave == Leave.COMPUTING ? left / 2 : left;
        bytes.write(sequence, sequence.tokens(), sequence.tokens() + first);
        if (first > 0) {
            sequence.commit(first);
        }
        turns.pass();
        if (leave != Leave.NEVER && leave != Leave.WAITING) {
            return false;
        }
        bytes.write(sequence, prompt, whole.length);
        sequence.commit(Arrays.copyOfRange(whole, prompt, whole.length));
        tally.lost(bytes.wrong(sequence, 0, whole.length));
        return true;
    }
}
