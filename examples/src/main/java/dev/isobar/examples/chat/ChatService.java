package dev.isobar.examples.chat;

import dev.isobar.broker.admission.Admission;
import dev.isobar.broker.admission.AdmissionAnswer.Cancelled;
import dev.isobar.broker.admission.AdmissionAnswer.Closed;
import dev.isobar.broker.admission.AdmissionAnswer.Granted;
import dev.isobar.broker.admission.AdmissionAnswer.Impossible;
import dev.isobar.broker.admission.AdmissionAnswer.Overloaded;
import dev.isobar.broker.admission.Grant;
import dev.isobar.examples.kv.TokenBytes;
import dev.isobar.kv.KvContext;
import dev.isobar.kv.KvPool;
import dev.isobar.kv.KvPrompt;
import dev.isobar.kv.KvSequence;
import dev.isobar.kv.Room;
import dev.isobar.lora.Activation;
import dev.isobar.lora.AdapterClaim;
import dev.isobar.lora.LoraPool;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// Answers turns of conversations the way an engine does, but for the model: admits a request when its
/// adapter, its tokens and a lane are there, leases the adapter, takes what is kept of the prompt, writes
/// the rest, makes the answer token by token, and leaves the blocks to be found by the next turn. Before it
/// lets go, it reads every byte and compares.
///
/// *Safe for several threads.*
public final class ChatService {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final KvPool kv;
    private final LoraPool lora;
    private final ChatClaims claims;
    private final Admission admission;
    private final long laneNanosPerToken;
    private final int perBlock;
    private final int tokenBytes;
    private final LongAdder answered = new LongAdder();
    private final LongAdder tooLong = new LongAdder();
    private final LongAdder overloaded = new LongAdder();
    private final LongAdder written = new LongAdder();
    private final LongAdder compared = new LongAdder();
    private final LongAdder wrong = new LongAdder();

    /// @param claims what requests need of the two pools
    /// @param laneNanosPerToken how long a model would take for a token of the answer; at least 0
    public ChatService(KvPool kv, LoraPool lora, ChatClaims claims, long laneNanosPerToken) {
        this.kv = Objects.requireNonNull(kv, "kv");
        this.lora = Objects.requireNonNull(lora, "lora");
        this.claims = Objects.requireNonNull(claims, "claims");
        this.admission = claims.admission();
        this.laneNanosPerToken = laneNanosPerToken;
        perBlock = kv.config().shape().tokensPerBlock();
        tokenBytes = (int) kv.config().shape().bytesPerToken();
    }

    /// Answers a request, or refuses it.
    ///
    /// @throws InterruptedException if the thread is interrupted; then nothing is held any more
    /// @throws IllegalStateException if an admitted request found no room, which should not be
    public void answer(ChatRequest request) throws InterruptedException {
        try (AdapterClaim adapter = lora.claim(request.adapter())) {
            switch (adapter.admit(admission, claims.of(request))) {
                case Granted(Grant grant, _) -> work(request, adapter, grant);
                case Impossible _ -> tooLong.increment();
                case Overloaded _ -> overloaded.increment();
                case Cancelled _, Closed _ ->
                        throw new InterruptedException("the service is closed");
            }
        }
    }

    /// What it has done so far.
    public ChatFigures figures() {
        return new ChatFigures(
                answered.sum(),
                tooLong.sum(),
                overloaded.sum(),
                written.sum(),
                compared.sum(),
                wrong.sum(),
                admission.snapshot());
    }

    private void work(ChatRequest request, AdapterClaim adapter, Grant grant)
            throws InterruptedException {
        try (grant) {
            switch (adapter.activate(grant)) {
                case Activation.Active active -> {
                    try (active) {
                        generate(request, grant);
                    }
                }
                case Activation.Refused refused ->
                        throw new IllegalStateException(refused.message());
                case Activation.Unknown unknown ->
                        throw new IllegalStateException("no adapter " + unknown.name());
            }
        }
        admission.reconsider();
        answered.increment();
    }

    private void generate(ChatRequest request, Grant grant) throws InterruptedException {
        int[] prompt = Arrays.copyOf(request.tokens(), request.promptTokens());
        var context = KvContext.NONE.withAdapter(request.adapter());
        try (KvSequence sequence = kv.open(KvPrompt.of(prompt).in(context))) {
            if (sequence.join() > 0) {
                sequence.awaitJoined(PATIENCE);
            }
            Room room = sequence.reserve(sequence.remainingTokens() + request.answerTokens());
            if (room instanceof Room.Short refused) {
                throw new IllegalStateException(refused.message());
            }
            claims.taken(grant, (long) sequence.blocks() * perBlock);
            fill(sequence, request);
            claims.taken(grant, 0);
        }
    }

    private void fill(KvSequence sequence, ChatRequest request) throws InterruptedException {
        int[] tokens = request.tokens();
        int prompt = request.promptTokens();
        var bytes = new TokenBytes(request.adapter().hashCode(), perBlock, tokenBytes);
        bytes.follow(tokens, 0, tokens.length);
        written.add(bytes.write(sequence, sequence.tokens(), prompt));
        sequence.commit(prompt - sequence.tokens());
        TimeUnit.NANOSECONDS.sleep(laneNanosPerToken * request.answerTokens());
        written.add(bytes.write(sequence, prompt, tokens.length));
        sequence.commit(Arrays.copyOfRange(tokens, prompt, tokens.length));
        wrong.add(bytes.wrong(sequence, 0, tokens.length));
        compared.add((long) tokens.length * tokenBytes);
    }
}
