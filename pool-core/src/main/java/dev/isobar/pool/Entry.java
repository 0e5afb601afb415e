package dev.isobar.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One incarnation of a key's value, with its pins; also a node of the [EntryMap].
///
/// Its life is in one word: how many leases are open, whether the entry is *retired* (it has left the
/// pool and gives no new leases), and whether an evictor *holds* it (looks at its value, without
/// counting as a lease). A value may be freed when the word says `RETIRED` and nothing else: no
/// leases, not held. The thread whose atomic step makes it so frees it, so it is freed once. (The mark
/// *parked* is in the same word to save one, and says nothing about this.)
///
/// A hot entry may be *slotted*: then there may be pins of it in [PinSlots] which the word does not count,
/// and it can be neither held nor retired before they are moved into the word.
///
/// What is known about its uses depends on the pool's priority: a [SlimEntry] knows what the adaptive
/// one asks for, in few bytes; a [FullEntry] what any priority may ask for.
abstract sealed class Entry<K, V> permits FullEntry, SlimEntry {

    /// What a step did, for the bookkeeping of the thread that made it.
    enum Step {
        /// Refused: the entry is retired already.
        REFUSED,
        /// Refused: the entry is slotted.
        SLOTTED,
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

    /// The order index of an entry that is in no order.
    static final int NOWHERE = -1;

    private static final int RETIRED = 1 << 31;
    private static final int HELD = 1 << 30;
    private static final int PARKED = 1 << 29;
    private static final int SLOTTED = 1 << 28;
    private static final int PINS = SLOTTED - 1;

    private static final VarHandle STATE;
    private static final VarHandle USES;
    private static final VarHandle ERA;
    private static final VarHandle NEXT;

    static {
        try {
            var lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(Entry.class, "state", int.class);
            USES = lookup.findVarHandle(Entry.class, "uses", int.class);
            ERA = lookup.findVarHandle(Entry.class, "era", int.class);
            NEXT = lookup.findVarHandle(Entry.class, "next", Entry.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    // The fields are laid out in this order, those without references first: what a look-up needs
    // is
    // close together, mostly in one cache line.

    private volatile int state;

    /// Place in the victim order. Written under the order's lock.
    int orderIndex = NOWHERE;

    /// The key's hash, as [#hashOf] makes it.
    final int hash;

    /// For the kinds of entries: how often it was used. Written without synchronisation by every hit
    /// that changes it: a lost update costs a little accuracy. So is the next one.
    @SuppressWarnings("UnusedVariable") // through its handle
    private int uses;

    /// For slim entries: the era of the last use.
    @SuppressWarnings("UnusedVariable") // through its handle
    private int era;

    final K key;
    final V value;

    @SuppressWarnings("UnusedVariable") // through its handle
    private @Nullable Entry<K, V> next;

    Entry(K key, V value, int state) {
        this.key = key;
        this.value = value;
        this.hash = hashOf(key);
        this.state = state;
    }

    /// The circumstances in which an entry comes in.
    record Birth(long sequence, long nowNanos, long loadCostNanos, double inflation) {}

    /// An entry for the pool, with no pins.
    static <K, V> FullEntry<K, V> resident(K key, V value, long bytes, Birth birth) {
        return new FullEntry<>(key, value, bytes, birth, 0, false);
    }

    /// An entry for the pool, with one pin.
    static <K, V> FullEntry<K, V> pinned(K key, V value, long bytes, Birth birth) {
        return new FullEntry<>(key, value, bytes, birth, 1, false);
    }

    /// An entry that never enters the pool, with one pin: it lives as long as its leases.
    static <K, V> FullEntry<K, V> detached(
            K key, V value, long bytes, Birth birth, boolean bypass) {
        return new FullEntry<>(key, value, bytes, birth, RETIRED | 1, bypass);
    }

    /// A hash of a key of which all 32 bits depend on all of the key's own.
    static int hashOf(Object key) {
        int h = Objects.requireNonNull(key, "key").hashCode();
        h = (h ^ (h >>> 16)) * 0x7FEB352D;
        h = (h ^ (h >>> 15)) * 0x846CA68B;
        return h ^ (h >>> 16);
    }

    /// What the entry is charged.
    abstract long bytes();

    /// What the value cost to load; 0 if unknown.
    abstract long loadCostNanos();

    /// How often the entry was found.
    abstract long hits();

    /// Whether it is used so often that several threads may want to pin it at once.
    abstract boolean isHot();

    /// Whether the value is too large for the pool, and so is charged apart.
    boolean bypass() {
        return false;
    }

    // What a heap wants, under the order's lock or by whoever has taken the entry out of the order.

    /// Sets the loss by which the entry stands in the order.
    abstract void place(double loss);

    /// Whether a loss is above the one by which the entry stands in the order.
    abstract boolean hasRisenTo(double loss);

    /// Whether the entry goes before another of the same order.
    abstract boolean before(Entry<K, V> other);

    final int uses() {
        return (int) USES.getOpaque(this);
    }

    final void uses(int count) {
        USES.setOpaque(this, count);
    }

    final int era() {
        return (int) ERA.getOpaque(this);
    }

    final void era(int number) {
        ERA.setOpaque(this, number);
    }

    /// The next entry of the same bucket.
    @SuppressWarnings("unchecked")
    @Nullable Entry<K, V> next() {
        return (Entry<K, V>) NEXT.getVolatile(this);
    }

    void next(@Nullable Entry<K, V> entry) {
        NEXT.setVolatile(this, entry);
    }

    /// Takes a pin: `FIRST_PIN`, `DONE`, or `REFUSED`. Those of a hot entry may be in slots from now on.
    Step tryPin() {
        while (true) {
            int s = state;
            if ((s & RETIRED) != 0) {
                return Step.REFUSED;
            }
            int mark = (s & HELD) == 0 && isHot() ? SLOTTED : 0;
            if (STATE.compareAndSet(this, s, (s + 1) | mark)) {
                return (s & PINS) == 0 ? Step.FIRST_PIN : Step.DONE;
            }
        }
    }

    /// Whether there may be pins in slots. If so, it is in the pool.
    boolean isSlotted() {
        return (state & SLOTTED) != 0;
    }

    /// Begins to move pins from slots into the word: holds the entry, and no new ones go to slots.
    ///
    /// @return false if it is not slotted
    boolean tryUnslot() {
        int s = state;
        while ((s & SLOTTED) != 0) {
            if (STATE.compareAndSet(this, s, s ^ SLOTTED ^ HELD)) {
                return true;
            }
            s = state;
        }
        return false;
    }

    /// Counts a pin that was in a slot, of an entry that is held: `FIRST_PIN` or `DONE`.
    Step addPin() {
        int s = (int) STATE.getAndAdd(this, 1);
        return (s & (PINS | RETIRED)) == 0 ? Step.FIRST_PIN : Step.DONE;
    }

    /// Takes a pin beside others: false if there is none, or the entry is retired.
    boolean trySharePin() {
        int s = state;
        while ((s & PINS) != 0 && (s & RETIRED) == 0) {
            if (STATE.compareAndSet(this, s, s + 1)) {
                return true;
            }
            s = state;
        }
        return false;
    }

    /// Takes more pins for others, while the caller has one itself.
    void addPins(int pins) {
        STATE.getAndAdd(this, pins);
    }

    /// Gives a pin back: `LAST_PIN`, `FREE_DETACHED` or `DONE`.
    Step unpin() {
        int s = (int) STATE.getAndAdd(this, -1) - 1;
        if (isFree(s)) {
            return Step.FREE_DETACHED;
        }
        return (s & (PINS | RETIRED)) == 0 ? Step.LAST_PIN : Step.DONE;
    }

    /// Takes the entry out of use: `FREE`, `DETACHED_PINNED`, `DETACHED_HELD`, `REFUSED` or `SLOTTED`.
    Step retire() {
        while (true) {
            int s = state;
            if ((s & RETIRED) != 0) {
                return Step.REFUSED;
            }
            if ((s & SLOTTED) != 0) {
                return Step.SLOTTED;
            }
            if (STATE.compareAndSet(this, s, s | RETIRED)) {
                if ((s & PINS) != 0) {
                    return Step.DETACHED_PINNED;
                }
                return isFree(s | RETIRED) ? Step.FREE : Step.DETACHED_HELD;
            }
        }
    }

    /// Holds the entry for an evictor, if it is in the pool and nobody uses it.
    boolean tryHold() {
        int s = state;
        while ((s & ~PARKED) == 0) {
            if (STATE.compareAndSet(this, s, s | HELD)) {
                return true;
            }
            s = state;
        }
        return false;
    }

    /// Ends a hold without eviction: `FREE_DETACHED` if the entry was retired meanwhile, else `DONE`.
    Step unhold() {
        int s = (int) STATE.getAndBitwiseAnd(this, ~HELD) & ~HELD;
        return isFree(s) ? Step.FREE_DETACHED : Step.DONE;
    }

    /// Ends a hold with eviction, unless somebody took a pin or retired the entry meanwhile. Then the
    /// value is the caller's to free.
    boolean tryRetireHeld() {
        int s = state;
        while ((s & ~PARKED) == HELD) {
            if (STATE.compareAndSet(this, s, s ^ HELD ^ RETIRED)) {
                return true;
            }
            s = state;
        }
        return false;
    }

    /// Whether the entry is in the pool, and nobody uses or holds it, so far as its word says.
    boolean isIdle() {
        return (state & ~(PARKED | SLOTTED)) == 0;
    }

    boolean isRetired() {
        return (state & RETIRED) != 0;
    }

    int pins() {
        return state & PINS;
    }

    /// Marks an entry as left out of the victim order because it was pinned.
    void park() {
        STATE.getAndBitwiseOr(this, PARKED);
    }

    /// Takes the mark away. Only one caller gets true for one mark: it puts the entry back.
    boolean unpark() {
        return (state & PARKED) != 0 && ((int) STATE.getAndBitwiseAnd(this, ~PARKED) & PARKED) != 0;
    }

    private static boolean isFree(int state) {
        return (state & ~PARKED) == RETIRED;
    }
}
