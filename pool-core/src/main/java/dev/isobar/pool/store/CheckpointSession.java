package dev.isobar.pool.store;

import dev.isobar.pool.store.WriteOutcome.Queued;
import dev.isobar.pool.store.WriteOutcome.Sealed;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A run that stores checkpoints of itself under one key: the best and the last apart, and the final
/// one in the end.
///
/// *Safe for several threads.* One write is under way at a time; no lock is held meanwhile. Whoever
/// offers something better then leaves it to the thread that writes.
public final class CheckpointSession {

    private final WarmStore store;
    private final Fingerprint key;
    private final SessionConfig settings;

    private final Object lock = new Object();

    // All that follows is guarded by the lock.
    private final TokenBucket bucket;
    private OptionalDouble best = OptionalDouble.empty();
    private OptionalLong writtenNanos = OptionalLong.empty();
    private boolean writing;
    private @Nullable Offer waiting;
    private OptionalDouble underWay = OptionalDouble.empty();
    private boolean sealed;
    private @Nullable StoredEntry seed;

    /// A checkpoint to be written.
    private record Offer(
            Role role, OptionalDouble score, OptionalLong iteration, MemorySegment payload) {}

    CheckpointSession(WarmStore store, Fingerprint key, SessionConfig settings) {
        this.store = store;
        this.key = key;
        this.settings = settings;
        this.bucket = new TokenBucket(settings.bytesPerSecond(), store.config().nanoClock());
    }

    /// The key under which it stores.
    public Fingerprint key() {
        return key;
    }

    /// The settings.
    public SessionConfig settings() {
        return settings;
    }

    /// Offers a checkpoint with a score: [#offer(OptionalDouble, OptionalLong, Supplier)].
    public WriteOutcome offer(double score, Supplier<MemorySegment> payload) {
        return offer(OptionalDouble.of(score), OptionalLong.empty(), payload);
    }

    /// Offers a checkpoint. One that is better than all before is written as the best, any other as
    /// the last, and that only if the last write is some time ago. Writes and waits, unless another
    /// thread is writing.
    ///
    /// @param score how good it is; one that is not finite counts as none, and is never better
    /// @param iteration how far the run is
    /// @param payload makes the bytes; called by this thread, and only if they are to be written
    /// @throws IllegalStateException if the store is closed
    public WriteOutcome offer(
            OptionalDouble score, OptionalLong iteration, Supplier<MemorySegment> payload) {
        Objects.requireNonNull(iteration, "iteration");
        Objects.requireNonNull(payload, "payload");
        OptionalDouble finite = finite(score);
        boolean improves;
        synchronized (lock) {
            improves = improves(finite);
            WriteOutcome refusal = refusal(improves);
            if (refusal != null) {
                return refusal;
            }
        }
        MemorySegment made = Objects.requireNonNull(payload.get(), "made");
        Offer offer;
        synchronized (lock) { // a better one may have come meanwhile
            improves = improves(finite);
            WriteOutcome refusal = refusal(improves);
            if (refusal != null) {
                return refusal;
            }
            offer = new Offer(improves ? Role.BEST : Role.LAST, finite, iteration, made);
            if (writing) {
                return queue(offer);
            }
            begin(offer);
        }
        return writeAll(offer);
    }

    /// Stores the final result. Nothing limits it, and nothing is stored after it.
    ///
    /// @throws IllegalStateException if the store is closed
    public WriteOutcome seal(OptionalDouble score, OptionalLong iteration, MemorySegment payload) {
        Objects.requireNonNull(payload, "payload");
        synchronized (lock) {
            if (sealed) {
                return new Sealed();
            }
            sealed = true;
            waiting = null;
        }
        boolean stored = false;
        try {
            WriteOutcome outcome = write(new Offer(Role.FINAL, finite(score), iteration, payload));
            stored = outcome.written() || outcome instanceof WriteOutcome.Unsettled;
            return outcome;
        } finally {
            if (!stored) {
                synchronized (lock) {
                    sealed = false;
                }
            }
        }
    }

    /// Gives the session something similar to start from; it takes the place of an earlier one. It
    /// never changes where the session writes.
    public void preload(StoredEntry similar) {
        synchronized (lock) {
            seed = Objects.requireNonNull(similar, "similar");
        }
    }

    /// What there is to start from: the seed if there is one, else the best under the key.
    public Optional<WarmStart> peek() {
        return start(false);
    }

    /// The same; a seed is used up by it.
    public Optional<WarmStart> take() {
        return start(true);
    }

    private Optional<WarmStart> start(boolean use) {
        StoredEntry similar;
        synchronized (lock) {
            similar = seed;
            if (use) {
                seed = null;
            }
        }
        return similar != null
                ? Optional.of(new WarmStart(similar, WarmStart.Source.SEED))
                : store.best(key, settings.order())
                        .map(found -> new WarmStart(found, WarmStart.Source.EXACT));
    }

    /// With the lock held.
    private @Nullable WriteOutcome refusal(boolean improves) {
        if (sealed) {
            return new Sealed();
        }
        if (!improves && (writing || tooSoon())) {
            return store.throttled();
        }
        return bucket.permits() ? null : store.throttled();
    }

    /// With the lock held.
    private boolean tooSoon() {
        return writtenNanos.isPresent()
                && nanos() - writtenNanos.getAsLong() < settings.interval().toNanos();
    }

    /// Compared with the best that was written, is being written or waits to be. With the lock held.
    private boolean improves(OptionalDouble score) {
        return score.isPresent()
                && beats(score, best)
                && beats(score, underWay)
                && beats(score, waiting == null ? OptionalDouble.empty() : waiting.score);
    }

    private boolean beats(OptionalDouble score, OptionalDouble other) {
        return other.isEmpty()
                || settings.order()
                        .improves(score.getAsDouble(), other.getAsDouble(), settings.minGain());
    }

    /// With the lock held.
    private WriteOutcome queue(Offer offer) {
        if (offer.role != Role.BEST || !improves(offer.score)) {
            return store.throttled();
        }
        waiting = offer;
        return new Queued();
    }

    /// With the lock held.
    private void begin(Offer offer) {
        writing = true;
        underWay = offer.score;
        bucket.take(offer.payload.byteSize());
    }

    /// Writes an offer, and whatever is left for this thread meanwhile.
    private WriteOutcome writeAll(Offer first) {
        WriteOutcome outcome = null;
        Offer next = first;
        try {
            while (next != null) {
                WriteOutcome written = write(next);
                outcome = outcome == null ? written : outcome;
                next = settle(next, written);
            }
            return Objects.requireNonNull(outcome);
        } finally {
            if (next != null) {
                synchronized (lock) {
                    writing = false;
                    underWay = OptionalDouble.empty();
                    waiting = null;
                }
            }
        }
    }

    /// @return what has to be written next
    private @Nullable Offer settle(Offer offer, WriteOutcome outcome) {
        synchronized (lock) {
            if (outcome.written() || outcome instanceof WriteOutcome.Unsettled) {
                writtenNanos = OptionalLong.of(nanos());
                best = offer.role == Role.BEST ? offer.score : best;
            }
            Offer next = waiting;
            waiting = null;
            writing = false;
            underWay = OptionalDouble.empty();
            if (next != null) {
                begin(next);
            }
            return next;
        }
    }

    private WriteOutcome write(Offer offer) {
        return store.put(
                key,
                new EntryWrite(
                        settings.run(),
                        offer.role,
                        offer.score,
                        offer.iteration,
                        settings.schema(),
                        settings.durability()),
                offer.payload);
    }

    private long nanos() {
        return store.config().nanoClock().getAsLong();
    }

    private static OptionalDouble finite(OptionalDouble score) {
        return score.isPresent() && Double.isFinite(score.getAsDouble())
                ? score
                : OptionalDouble.empty();
    }
}
