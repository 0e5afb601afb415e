package dev.isobar.pool;

import dev.isobar.broker.ResourceRefusedException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// Another pool as the tier below: on the host, say, for what leaves a device. It takes a value only
/// where there is room, and evicts nothing for it. What it does not have, its own chain may.
///
/// *Safe for several threads.*
///
/// @param <K> the type of keys
/// @param <V> the type of the values of the pool above
/// @param <W> the type of the values here
public final class PoolTier<K, V, W> implements Tier<K, V> {

    private final PagedResourcePool<K, W> pool;
    private final TierChain<K, W> below;
    private final Codec<V, W> codec;

    /// How values change their space.
    ///
    /// @param bytes what the copy of a value will take
    /// @param down copies a value into this tier
    /// @param up copies it back; the result is the caller's
    /// @param <V> the type of values above
    /// @param <W> the type of values here
    public record Codec<V, W>(ToLongFunction<V> bytes, Function<V, W> down, Function<W, V> up) {

        public Codec {
            Objects.requireNonNull(bytes, "bytes");
            Objects.requireNonNull(down, "down");
            Objects.requireNonNull(up, "up");
        }
    }

    /// @param pool stays the caller's to close
    /// @param below the tiers below that pool
    public PoolTier(PagedResourcePool<K, W> pool, TierChain<K, W> below, Codec<V, W> codec) {
        this.pool = Objects.requireNonNull(pool, "pool");
        this.below = Objects.requireNonNull(below, "below");
        this.codec = Objects.requireNonNull(codec, "codec");
    }

    @Override
    public String name() {
        return pool.name();
    }

    @Override
    public boolean holds(K key) {
        return !pool.closed() && pool.contains(key);
    }

    @Override
    public boolean offer(K key, V value) {
        return offer(key, value, () -> true);
    }

    /// Asked when the flight is registered: a later [#forget] keeps its value out of the pool.
    @Override
    public boolean offer(K key, V value, BooleanSupplier wanted) {
        if (!wanted.getAsBoolean()) {
            return false;
        }
        try {
            return pool.joinIfFree(key, codec.bytes.applyAsLong(value))
                    .filter(turn -> taken(turn, value, wanted))
                    .isPresent();
        } catch (PoolClosedException _) {
            return false;
        }
    }

    private boolean taken(Turn<W> turn, V value, BooleanSupplier wanted) {
        switch (turn) {
            case Turn.Hit<W>(Lease<W> lease) -> lease.close();
            case Turn.Wait<W>(PendingLoad<W> pending) -> pending.close();
            case Turn.Lead<W>(LoadTicket<W> ticket) -> {
                try (ticket) {
                    if (!wanted.getAsBoolean()) {
                        return false;
                    }
                    ticket.publish(codec.down.apply(value)).close();
                } catch (ResourceRefusedException _) {
                    return false; // it was larger than was said
                }
            }
        }
        return true;
    }

    @Override
    public @Nullable V fetch(K key) {
        try {
            Optional<Lease<W>> here = pool.acquire(key);
            if (here.isPresent()) {
                try (Lease<W> lease = here.get()) {
                    return codec.up.apply(lease.value());
                }
            }
            return passedOn(key);
        } catch (PoolClosedException _) {
            return null;
        }
    }

    /// Copies up what is further below, and keeps it here if there is room.
    private @Nullable V passedOn(K key) {
        Lease<W> found = pool.bring(key, () -> below.promote(key)).orElse(null);
        if (found == null) {
            return null;
        }
        try (found) {
            return codec.up.apply(found.value());
        }
    }

    @Override
    public void forget(K key) {
        pool.invalidate(key, () -> below.forget(key));
    }
}
