package dev.isobar.embedding;

import dev.isobar.broker.ResourceRefusedException;
import dev.isobar.pool.Lease;
import dev.isobar.pool.LoadFailedException;
import dev.isobar.pool.LoadTicket;
import dev.isobar.pool.PendingLoad;
import dev.isobar.pool.Turn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One call of [EmbeddingPool#embedAll]: what it found, what it loads itself, what it waits for.
///
/// Texts are claimed one after the other; as soon as a batch of them is to be loaded by this call,
/// it is loaded and published. Only when nothing of its own is left does the call wait for what
/// others load: so no two calls wait for each other.
///
/// *One thread only.*
final class EmbeddingRun<T> {

    /// One text: at the end it has a vector.
    private final class Slot {
        final EmbeddingKey key;
        final T input;
        @Nullable LoadTicket<CachedVector> ticket;
        @Nullable PendingLoad<CachedVector> pending;
        float @Nullable [] vector;
        boolean handedOut;

        Slot(EmbeddingKey key, T input) {
            this.key = key;
            this.input = input;
        }

        /// The vector, in an array that nobody else has.
        float[] handOut() {
            float[] mine = Objects.requireNonNull(vector);
            if (handedOut) {
                return mine.clone();
            }
            handedOut = true;
            return mine;
        }
    }

    private final EmbeddingPool pool;
    private final LookupCounters counters;
    private final EmbeddingProfile profile;
    private final BatchEmbedder<T> delegate;
    private final Map<EmbeddingKey, Slot> slots = new LinkedHashMap<>();
    private final List<Slot> toLoad = new ArrayList<>();
    private final List<Slot> toAwait = new ArrayList<>();
    private int hits;
    private int recalled;
    private int shared;
    private int embedded;
    private int uncached;

    EmbeddingRun(EmbeddingPool pool, EmbeddingProfile profile, BatchEmbedder<T> delegate) {
        this.pool = pool;
        this.counters = pool.counters();
        this.profile = Objects.requireNonNull(profile, "profile");
        this.delegate = Objects.requireNonNull(delegate, "delegate");
    }

    EmbeddedBatch embed(List<T> inputs, Function<? super T, String> text)
            throws InterruptedException {
        List<Slot> order = slotsOf(inputs, text);
        try {
            for (Slot slot : slots.values()) {
                join(slot);
                if (toLoad.size() == pool.batchSize()) {
                    load();
                }
            }
            load();
            awaitOthers();
            load();
        } finally {
            abandon();
        }
        List<float[]> vectors = order.stream().map(Slot::handOut).toList();
        return new EmbeddedBatch(vectors, hits, recalled, shared, embedded, uncached);
    }

    /// One slot for each input; the same one for equal texts.
    private List<Slot> slotsOf(List<T> inputs, Function<? super T, String> text) {
        KeyDigest keys = new KeyDigest(profile);
        List<Slot> order = new ArrayList<>(inputs.size());
        for (T input : inputs) {
            EmbeddingKey key = keys.key(text.apply(input));
            order.add(slots.computeIfAbsent(key, _ -> new Slot(key, input)));
        }
        return order;
    }

    private void join(Slot slot) {
        try {
            switch (pool.join(slot.key, profile.dimensions())) {
                case Turn.Hit<CachedVector>(Lease<CachedVector> lease) -> hit(slot, lease);
                case Turn.Lead<CachedVector>(LoadTicket<CachedVector> ticket) -> lead(slot, ticket);
                case Turn.Wait<CachedVector>(PendingLoad<CachedVector> pending) -> {
                    slot.pending = pending;
                    toAwait.add(slot);
                }
            }
        } catch (ResourceRefusedException _) {
            miss(slot, null); // no room: embedded all the same, and not cached
        }
    }

    private void hit(Slot slot, Lease<CachedVector> lease) {
        try (lease) {
            slot.vector = lease.value().copy();
        }
        hits++;
        counters.hits.increment();
    }

    /// What is not in the pool may be on the disk.
    private void lead(Slot slot, LoadTicket<CachedVector> ticket) {
        CachedVector found;
        try {
            found = pool.recall(slot.key);
        } catch (Throwable t) {
            ticket.fail(t);
            throw t;
        }
        if (found == null) {
            miss(slot, ticket);
            return;
        }
        try (Lease<CachedVector> lease = ticket.publish(found)) {
            slot.vector = lease.value().copy();
        }
        recalled++;
        counters.recalled.increment();
    }

    private void miss(Slot slot, @Nullable LoadTicket<CachedVector> ticket) {
        slot.ticket = ticket;
        toLoad.add(slot);
        counters.misses.increment();
    }

    private void load() {
        if (toLoad.isEmpty()) {
            return;
        }
        List<float[]> vectors;
        try {
            vectors = callDelegate();
        } catch (Throwable t) {
            fail(t);
            throw t;
        }
        for (int index = 0; index < vectors.size(); index++) {
            Slot slot = toLoad.get(index);
            slot.vector = vectors.get(index);
            keep(slot, slot.vector);
        }
        toLoad.clear();
    }

    private List<float[]> callDelegate() {
        counters.delegateCalls.increment();
        List<T> inputs = toLoad.stream().map(slot -> slot.input).toList();
        List<float[]> vectors = delegate.embed(inputs);
        AnswerCheck.require(profile, inputs.size(), vectors);
        counters.embedded.add(vectors.size());
        return vectors;
    }

    private void fail(Throwable cause) {
        for (Slot slot : toLoad) {
            if (slot.ticket != null) {
                slot.ticket.fail(cause);
            }
        }
    }

    private void keep(Slot slot, float[] vector) {
        if (tryKeep(slot.key, slot.ticket, vector)) {
            embedded++;
        } else {
            uncached++;
            counters.uncached.increment();
        }
    }

    private boolean tryKeep(
            EmbeddingKey key, @Nullable LoadTicket<CachedVector> ticket, float[] vector) {
        if (ticket == null) {
            return false;
        }
        CachedVector written = pool.writer().tryWrite(vector);
        if (written == null) {
            ticket.fail(new NoRoomException(vector));
            return false;
        }
        try (Lease<CachedVector> lease = ticket.publish(written)) {
            pool.loaded(key, lease.value());
            return true;
        } catch (ResourceRefusedException _) {
            return false;
        }
    }

    private void awaitOthers() throws InterruptedException {
        for (Slot slot : toAwait) {
            try (Lease<CachedVector> lease = Objects.requireNonNull(slot.pending).await()) {
                share(slot, lease.value().copy());
            } catch (ResourceRefusedException _) {
                miss(slot, null);
            } catch (LoadFailedException e) {
                share(slot, vectorWithoutRoom(e));
            }
        }
    }

    private void share(Slot slot, float[] vector) {
        slot.vector = vector;
        shared++;
        counters.shared.increment();
    }

    /// Another caller's call of the model failed. All get the model's own exception, as if each had
    /// called it.
    private static float[] vectorWithoutRoom(LoadFailedException e) {
        if (e.getCause() instanceof NoRoomException noRoom) {
            return noRoom.vector();
        }
        if (e.getCause() instanceof RuntimeException ofTheModel) {
            throw ofTheModel;
        }
        throw e;
    }

    /// Leaves nothing behind, however the call ended: used-up tickets and claims do not mind.
    private void abandon() {
        for (Slot slot : toLoad) {
            if (slot.ticket != null) {
                slot.ticket.close();
            }
        }
        for (Slot slot : toAwait) {
            if (slot.pending != null) {
                slot.pending.close();
            }
        }
    }
}
