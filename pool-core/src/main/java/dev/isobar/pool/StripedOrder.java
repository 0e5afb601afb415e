package dev.isobar.pool;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// Stands in front of an [AdaptiveOrder], so that many threads can insert: a thread goes to the order
/// once in 16 inserts, hands in the newcomers of its *stripe*, and takes as many victims with it. Most
/// inserts touch only what their own thread has touched before. (Batches of hits are known from
/// BP-wrapper, X. Ding and others, ICDE 2009; here it is inserts and victims.)
///
/// A victim in a stripe is still in the pool, and found like any other. When its turn comes it is
/// looked at again: if it was used, leased or removed meanwhile, it does not go. When the order has
/// nothing left, all stripes are emptied into it before that is said. Together they hold no more than
/// a 32nd of the pool's entries: small pools work without them.
///
/// *Safe for several threads.* A stripe's lock may be held while the order's is taken, not the other
/// way round; nothing foreign is called under either.
final class StripedOrder<K, V> implements VictimOrder<K, V> {

    private static final int MOST_STRIPES = 32;
    private static final int MOST_BATCHED = 16;
    private static final int SHARE = 64;

    private final AdaptiveOrder<K, V> order;
    private final IntSupplier entries;
    private final Stripe<K, V>[] stripes;

    /// Whether the stripes have ever been used.
    private volatile boolean striped;

    /// @param entries about how many there are in the pool
    @SuppressWarnings({"unchecked", "rawtypes"})
    StripedOrder(AdaptiveOrder<K, V> order, IntSupplier entries) {
        this.order = order;
        this.entries = entries;
        int wanted = 2 * Runtime.getRuntime().availableProcessors();
        stripes = new Stripe[Math.min(MOST_STRIPES, Integer.highestOneBit(2 * wanted - 1))];
        for (int i = 0; i < stripes.length; i++) {
            stripes[i] = new Stripe<>();
        }
    }

    /// What some threads have brought and taken; its own lock.
    private static final class Stripe<K, V> extends ReentrantLock {
        private static final long serialVersionUID = 1;

        private final transient Queue<SlimEntry<K, V>> newcomers = new ArrayDeque<>(MOST_BATCHED);
        private final transient Queue<SlimEntry<K, V>> victims = new ArrayDeque<>(MOST_BATCHED);
        private transient boolean fresh;
    }

    @Override
    public void add(Entry<K, V> entry) {
        int batch = batch();
        Stripe<K, V> stripe = own();
        if (batch <= 1 || !stripe.tryLock()) {
            order.add(entry);
            return;
        }
        try {
            SlimEntry<K, V> slim = (SlimEntry<K, V>) entry; // as Losses makes them for this order
            stripe.newcomers.add(slim);
            if (stripe.newcomers.size() >= batch) {
                order.exchange(stripe.newcomers, stripe.victims, 0, 0);
            }
        } finally {
            stripe.unlock();
        }
        order.cameIn(entry);
    }

    @Override
    public @Nullable Entry<K, V> next(long incomingBytes) {
        int batch = batch();
        if (batch > 1) {
            striped = true;
            Entry<K, V> victim = nextOfStripe(batch, incomingBytes);
            if (victim != null) {
                return victim;
            }
        }
        Entry<K, V> victim = order.next(incomingBytes);
        return victim == null && emptyStripes() ? order.next(incomingBytes) : victim;
    }

    /// @return null if there is none, or another thread is at this stripe
    private @Nullable Entry<K, V> nextOfStripe(int batch, long incomingBytes) {
        Stripe<K, V> stripe = own();
        while (stripe.tryLock()) {
            SlimEntry<K, V> victim;
            boolean fresh = false;
            try {
                victim = stripe.victims.poll();
                if (victim == null) {
                    order.exchange(stripe.newcomers, stripe.victims, batch, incomingBytes);
                    victim = stripe.victims.poll();
                    fresh = true;
                }
            } finally {
                stripe.unlock();
            }
            if (victim == null || order.claim(victim, fresh)) {
                return victim;
            }
        }
        return null;
    }

    /// Lets the order have what is in the stripes.
    ///
    /// @return whether there may have been anything
    private boolean emptyStripes() {
        if (!striped) {
            return false;
        }
        for (Stripe<K, V> stripe : stripes) {
            stripe.lock();
            try {
                order.exchange(stripe.newcomers, stripe.victims, 0, 0);
                for (var taken = stripe.victims.poll(); taken != null; ) {
                    order.renounce(taken);
                    taken = stripe.victims.poll();
                }
            } finally {
                stripe.unlock();
            }
        }
        return true;
    }

    @Override
    public void remove(Entry<K, V> entry) {
        order.remove(entry);
    }

    @Override
    public void giveBack(Entry<K, V> entry) {
        order.giveBack(entry);
    }

    private Stripe<K, V> own() {
        return stripes[(int) Thread.currentThread().threadId() & (stripes.length - 1)];
    }

    /// How many at a time; 1: no stripes.
    private int batch() {
        return Math.clamp(entries.getAsInt() / (stripes.length * SHARE), 1, MOST_BATCHED);
    }
}
