package dev.isobar.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// One incarnation of a key's value, with its pins.
///
/// Its life is in one word: how many leases are open, whether the entry is *retired* (it has left the
/// pool and gives no new leases), and whether an evictor *holds* it (looks at its value, without
/// counting as a lease). A value may be freed when the word is exactly `RETIRED`: no leases, not
/// held. The thread whose compare-and-set makes it so frees it, so it is freed once.
final class Entry<K, V> {

    /// What a step did, for the bookkeeping of the thread that made it.
    enum Step {
        /// Refused: the entry is retired already.
        REFUSED,
        /// Done, nothing to book.
        DONE,
        /// The entry is pinned now, and was not.
        FIRST_PIN,
        /// The entry is not pinned any more; it is still in the pool.
        LAST_PIN,
        /// The entry left the pool unused: its value is to be freed.
        FREE,
        /// The entry left the pool while it was pinned.
        DETACHED_PINNED,
        /// The entry left the pool while an evictor held it.
        DETACHED_HELD,
        /// The last user of a detached entry is gone: its value is to be freed.
        FREE_DETACHED
    }

    private static final int RETIRED = 1 << 31;
    private static final int HELD = 1 << 30;
    private static final int PINS = HELD - 1;

    private static final VarHandle STATE;
    private static final VarHandle PARKED;
    private static final VarHandle LAST_ACCESS;
    private static final VarHandle INFLATION;
    private static final VarHandle HITS;

    static {
        try {
            var lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(Entry.class, "state", int.class);
            PARKED = lookup.findVarHandle(Entry.class, "parked", boolean.class);
            LAST_ACCESS = lookup.findVarHandle(Entry.class, "lastAccessNanos", long.class);
            INFLATION = lookup.findVarHandle(Entry.class, "inflation", double.class);
            HITS = lookup.findVarHandle(Entry.class, "hits", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final K key;
    final V value;
    final long bytes;
    final long loadedAtNanos;
    final long loadCostNanos;

    /// Orders incarnations: the tie-breaker among equal losses.
    final long sequence;

    /// Whether the value is too large for the pool, and so is charged apart.
    final boolean bypass;

    private volatile int state;
    private volatile boolean parked;

    // Read and written through their handles by every hit, without synchronisation: a lost update
    // costs a little accuracy.
    @SuppressWarnings("UnusedVariable")
    private long lastAccessNanos;

    @SuppressWarnings("UnusedVariable")
    private double inflation;

    @SuppressWarnings("UnusedVariable")
    private int hits;

    /// Place in the victim order, -1 if it is not in it, and the loss by which it was put there: at
    /// first a lower bound of every loss. Written under the order's lock; the loss is also read by
    /// whoever has taken the entry out of the order.
    int orderIndex = -1;

    double orderLoss = Double.NEGATIVE_INFINITY;

    /// For the adaptive order, guarded by its lock: whether the entry has passed the window, and the
    /// hits it had when its place was last set.
    boolean proven;

    int orderHits;

    private Entry(K key, V value, long bytes, Birth birth, int state, boolean bypass) {
        this.key = key;
        this.value = value;
        this.bytes = bytes;
        this.sequence = birth.sequence();
        this.loadedAtNanos = birth.nowNanos();
        this.loadCostNanos = birth.loadCostNanos();
        this.lastAccessNanos = birth.nowNanos();
        this.inflation = birth.inflation();
        this.state = state;
        this.bypass = bypass;
    }

    /// The circumstances in which an entry comes in.
    record Birth(long sequence, long nowNanos, long loadCostNanos, double inflation) {}

    /// An entry for the pool, with no pins.
    static <K, V> Entry<K, V> resident(K key, V value, long bytes, Birth birth) {
        return new Entry<>(key, value, bytes, birth, 0, false);
    }

    /// An entry for the pool, with one pin.
    static <K, V> Entry<K, V> pinned(K key, V value, long bytes, Birth birth) {
        return new Entry<>(key, value, bytes, birth, 1, false);
    }

    /// An entry that never enters the pool, with one pin: it lives as long as its leases.
    static <K, V> Entry<K, V> detached(K key, V value, long bytes, Birth birth, boolean bypass) {
        return new Entry<>(key, value, bytes, birth, RETIRED | 1, bypass);
    }

    /// Takes a pin: `FIRST_PIN`, `DONE`, or `REFUSED`.
    Step tryPin() {
        while (true) {
            int s = state;
            if ((s & RETIRED) != 0) {
                return Step.REFUSED;
            }
            if (STATE.compareAndSet(this, s, s + 1)) {
                return (s & PINS) == 0 ? Step.FIRST_PIN : Step.DONE;
            }
        }
    }

    /// Takes more pins for others, while the caller has one itself.
    void addPins(int pins) {
        STATE.getAndAdd(this, pins);
    }

    /// Gives a pin back: `LAST_PIN`, `FREE_DETACHED` or `DONE`.
    Step unpin() {
        int s = (int) STATE.getAndAdd(this, -1) - 1;
        if (s == RETIRED) {
            return Step.FREE_DETACHED;
        }
        return (s & (PINS | RETIRED)) == 0 ? Step.LAST_PIN : Step.DONE;
    }

    /// Takes the entry out of use: `FREE`, `DETACHED_PINNED`, `DETACHED_HELD` or `REFUSED`.
    Step retire() {
        while (true) {
            int s = state;
            if ((s & RETIRED) != 0) {
                return Step.REFUSED;
            }
            if (STATE.compareAndSet(this, s, s | RETIRED)) {
                if ((s & PINS) != 0) {
                    return Step.DETACHED_PINNED;
                }
                return s == 0 ? Step.FREE : Step.DETACHED_HELD;
            }
        }
    }

    /// Holds the entry for an evictor, if it is in the pool and nobody uses it.
    boolean tryHold() {
        return STATE.compareAndSet(this, 0, HELD);
    }

    /// Ends a hold without eviction: `FREE_DETACHED` if the entry was retired meanwhile, else `DONE`.
    Step unhold() {
        int s = (int) STATE.getAndBitwiseAnd(this, ~HELD) & ~HELD;
        return s == RETIRED ? Step.FREE_DETACHED : Step.DONE;
    }

    /// Ends a hold with eviction, unless somebody took a pin or retired the entry meanwhile. Then the
    /// value is the caller's to free.
    boolean tryRetireHeld() {
        return STATE.compareAndSet(this, HELD, RETIRED);
    }

    /// Whether the entry is in the pool, and nobody uses or holds it.
    boolean isIdle() {
        return state == 0;
    }

    boolean isRetired() {
        return (state & RETIRED) != 0;
    }

    int pins() {
        return state & PINS;
    }

    /// Notes a use.
    void touch(long nowNanos, double poolInflation) {
        LAST_ACCESS.setOpaque(this, nowNanos);
        INFLATION.setOpaque(this, poolInflation);
        int h = (int) HITS.getOpaque(this);
        if (h != Integer.MAX_VALUE) {
            HITS.setOpaque(this, h + 1);
        }
    }

    /// What a priority sees of this entry.
    EntryView view(long nowNanos, int frequency) {
        return new EntryView(
                bytes,
                nowNanos,
                loadedAtNanos,
                lastAccessNanos(),
                hits(),
                frequency,
                loadCostNanos,
                inflation());
    }

    double inflation() {
        return (double) INFLATION.getOpaque(this);
    }

    long lastAccessNanos() {
        return (long) LAST_ACCESS.getOpaque(this);
    }

    int hits() {
        return (int) HITS.getOpaque(this);
    }

    /// Marks an entry as left out of the victim order because it was pinned.
    void park() {
        parked = true;
    }

    /// Takes the mark away. Only one caller gets true for one mark: it puts the entry back.
    boolean unpark() {
        return parked && PARKED.compareAndSet(this, true, false);
    }
}
