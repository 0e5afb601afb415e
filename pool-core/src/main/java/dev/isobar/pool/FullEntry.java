package dev.isobar.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// An entry that knows all that an [EvictionPriority] may ask for, to the nanosecond and the last bit.
final class FullEntry<K, V> extends Entry<K, V> {

    private static final VarHandle LAST_ACCESS;
    private static final VarHandle INFLATION;

    static {
        try {
            var lookup = MethodHandles.lookup();
            LAST_ACCESS = lookup.findVarHandle(FullEntry.class, "lastAccessNanos", long.class);
            INFLATION = lookup.findVarHandle(FullEntry.class, "inflation", double.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long bytes;
    private final long loadedAtNanos;
    private final long loadCostNanos;

    /// Orders incarnations: the tie-breaker among equal losses.
    private final long sequence;

    private final boolean bypass;

    // Read and written through their handles by every hit, without synchronisation: a lost update
    // costs a little accuracy.
    @SuppressWarnings("UnusedVariable")
    private long lastAccessNanos;

    @SuppressWarnings("UnusedVariable")
    private double inflation;

    /// The loss by which it stands in the order; at first a lower bound of every loss.
    private double orderLoss = Double.NEGATIVE_INFINITY;

    FullEntry(K key, V value, long bytes, Birth birth, int state, boolean bypass) {
        super(key, value, state);
        this.bytes = bytes;
        this.sequence = birth.sequence();
        this.loadedAtNanos = birth.nowNanos();
        this.loadCostNanos = birth.loadCostNanos();
        this.lastAccessNanos = birth.nowNanos();
        this.inflation = birth.inflation();
        this.bypass = bypass;
    }

    /// Notes a use; of its time only what the priority wants to know.
    void touch(double poolInflation) {
        INFLATION.setOpaque(this, poolInflation);
        int hits = uses();
        if (hits != Integer.MAX_VALUE) {
            uses(hits + 1);
        }
    }

    /// Notes when the entry was used.
    void touchedAt(long nowNanos) {
        LAST_ACCESS.setOpaque(this, nowNanos);
    }

    double inflation() {
        return (double) INFLATION.getOpaque(this);
    }

    double orderLoss() {
        return orderLoss;
    }

    boolean isOlderThan(FullEntry<K, V> other) {
        return sequence < other.sequence;
    }

    @Override
    long bytes() {
        return bytes;
    }

    @Override
    long loadCostNanos() {
        return loadCostNanos;
    }

    @Override
    long hits() {
        return uses();
    }

    @Override
    boolean isHot() {
        return uses() >= SlimEntry.MAX_USES;
    }

    long loadedAtNanos() {
        return loadedAtNanos;
    }

    long lastAccessNanos() {
        return (long) LAST_ACCESS.getOpaque(this);
    }

    @Override
    boolean bypass() {
        return bypass;
    }

    @Override
    void place(double loss) {
        orderLoss = loss;
    }

    @Override
    boolean hasRisenTo(double loss) {
        return loss > orderLoss;
    }

    @Override
    boolean before(Entry<K, V> other) {
        FullEntry<K, V> full = (FullEntry<K, V>) other; // an order has entries of one kind
        int byLoss = Double.compare(orderLoss, full.orderLoss);
        return byLoss != 0 ? byLoss < 0 : isOlderThan(full);
    }
}
