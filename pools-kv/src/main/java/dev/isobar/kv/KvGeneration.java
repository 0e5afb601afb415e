package dev.isobar.kv;

import dev.isobar.broker.admission.AdmissionAnswer;
import dev.isobar.broker.admission.Claim;
import dev.isobar.broker.admission.Grant;
import java.util.concurrent.atomic.AtomicBoolean;

/// A sequence and the grant that it runs under. What the sequence takes never exceeds what was granted: the
/// grant grows first, and the grant and the blocks go back together, once.
///
/// *One thread at a time*, but [#close()] may be called from any, and twice.
public final class KvGeneration implements AutoCloseable {

    private final KvAdmission admission;
    private final KvSequence sequence;
    private final Grant grant;
    private final AtomicBoolean closed = new AtomicBoolean();

    KvGeneration(KvAdmission admission, KvSequence sequence, Grant grant) {
        this.admission = admission;
        this.sequence = sequence;
        this.grant = grant;
        reportUse();
    }

    /// What became of a request for room.
    ///
    /// *Immutable.*
    public sealed interface Step {

        /// There is room, and it is in the sequence.
        ///
        /// @param room what the pool did for it
        record Done(Room.Ready room) implements Step {}

        /// The budget has no more. Nothing was changed: the generation ends with what it has, or is closed
        /// and asks again for the whole.
        ///
        /// @param answer why not
        record NoBudget(AdmissionAnswer.Refused answer) implements Step {}

        /// The budget had it, the pool had not. What the grant grew by was given back.
        ///
        /// @param room why not
        record NoRoom(Room.Short room) implements Step {}
    }

    /// The sequence, to read, write and commit. Reserve and append here, and not there: what it takes by
    /// itself is outside of the budget.
    public KvSequence sequence() {
        return sequence;
    }

    /// How many tokens are granted now.
    public long grantedTokens() {
        return grant.claim().amount(admission.tokens());
    }

    /// Takes the blocks for more tokens, as [KvSequence#reserve(int)] does, after the grant has grown if it
    /// has to. Never waits.
    ///
    /// @param more how many tokens; at least 1
    /// @throws IllegalStateException if the generation is closed
    public Step reserve(int more) {
        long wanted = admission.wholeBlocks((long) sequence.tokens() + more);
        long before = grantedTokens();
        if (wanted > before && grow(wanted - before) instanceof AdmissionAnswer.Refused refused) {
            return new Step.NoBudget(refused);
        }
        boolean done = false;
        try {
            Room room = sequence.reserve(more);
            done = room instanceof Room.Ready;
            return switch (room) {
                case Room.Ready ready -> new Step.Done(ready);
                case Room.Short refused -> new Step.NoRoom(refused);
            };
        } finally {
            if (!done) {
                shrinkTo(before);
            }
            reportUse();
        }
    }

    /// Reserves and commits tokens that were made.
    ///
    /// @param made at least one
    /// @throws IllegalStateException if the generation is closed, or the prompt is not in blocks yet
    public Step append(int... made) {
        Step step = reserve(made.length);
        if (step instanceof Step.Done) {
            sequence.commit(made);
        }
        return step;
    }

    /// By a whole step if there is so much, else by what is missing.
    private AdmissionAnswer grow(long missing) {
        long step = admission.wholeBlocks(Math.max(missing, admission.growTokens()));
        AdmissionAnswer answer = grant.tryGrow(Claim.of(admission.tokens(), step));
        return answer instanceof AdmissionAnswer.Refused && step > missing
                ? grant.tryGrow(Claim.of(admission.tokens(), missing))
                : answer;
    }

    private void shrinkTo(long before) {
        long grown = grantedTokens() - before;
        if (grown > 0) {
            grant.shrink(Claim.of(admission.tokens(), grown));
        }
    }

    private void reportUse() {
        grant.used(admission.tokens(), admission.wholeBlocks(1) * sequence.blocks());
    }

    /// Whether [#close()] was called.
    public boolean closed() {
        return closed.get();
    }

    /// Closes the sequence, gives the grant back, and lets those who wait have it. Once: later calls, from
    /// any thread, do nothing.
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try (grant) {
                grant.used(admission.tokens(), 0);
                sequence.close();
            } finally {
                admission.reconsider();
            }
        }
    }
}
