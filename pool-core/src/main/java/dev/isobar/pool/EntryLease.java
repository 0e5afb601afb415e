package dev.isobar.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// A pin on one incarnation of an entry, to be given back once. The pin is in a slot of [PinSlots], or
/// counted in the entry's word; one in a slot may become counted.
final class EntryLease<K, V> implements Lease<V> {

    /// The places of a lease that is in no slot: its pin is counted, or given back.
    private static final int COUNTED = -1;

    private static final int CLOSED = -2;

    private static final VarHandle PLACE;

    static {
        try {
            PLACE = MethodHandles.lookup().findVarHandle(EntryLease.class, "place", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Entry<K, V> entry;
    private final EntryTable<K, V> table;
    private final LeakDetector.@Nullable Watch watch;

    /// In one of these it is, or has been; null if it was counted from the beginning.
    private final @Nullable EntryLease<?, ?> @Nullable [] slots;

    private volatile int place;

    /// Takes over a pin that the caller has.
    EntryLease(EntryTable<K, V> table, Entry<K, V> entry, LeakDetector leaks) {
        this(table, entry, leaks, leaks.isDue());
    }

    /// The same.
    ///
    /// @param watched whether it is this one's turn to be watched
    EntryLease(EntryTable<K, V> table, Entry<K, V> entry, LeakDetector leaks, boolean watched) {
        this.table = table;
        this.entry = entry;
        this.watch = watched ? leaks.watch(this, entry.key, entry.bytes()) : null;
        this.slots = null;
        this.place = COUNTED;
    }

    /// A pin by a slot, which the caller fills with this lease.
    EntryLease(
            EntryTable<K, V> table,
            Entry<K, V> entry,
            @Nullable EntryLease<?, ?>[] slots,
            int slot) {
        this.table = table;
        this.entry = entry;
        this.watch = null;
        this.slots = slots;
        PLACE.setOpaque(this, slot);
    }

    @Override
    public V value() {
        if (place == CLOSED) {
            throw new IllegalStateException("the lease on " + entry.key + " is closed");
        }
        return entry.value;
    }

    @Override
    public long bytes() {
        return entry.bytes();
    }

    @Override
    public void close() {
        int at = place;
        if (at >= 0) {
            at = leaveSlot(at, CLOSED);
        }
        if (at == COUNTED && PLACE.compareAndSet(this, COUNTED, CLOSED)) {
            if (watch != null) {
                watch.end();
            }
            table.unpin(entry);
        }
    }

    /// Makes the pin a counted one, if it is in a slot. The caller holds the entry.
    void count() {
        int at = place;
        if (at >= 0) {
            table.addPin(entry);
            if (leaveSlot(at, COUNTED) != at) {
                table.unpin(entry); // it was closed at this moment
            }
        }
    }

    /// @return the slot, if it was this call that took it out; else where it is
    private int leaveSlot(int slot, int to) {
        int at = (int) PLACE.compareAndExchange(this, slot, to);
        if (at == slot && slots != null) {
            PinSlots.empty(slots, slot);
        }
        return at;
    }

    @Override
    public String toString() {
        return "Lease["
                + entry.key
                + ", "
                + entry.bytes()
                + " bytes"
                + (place == CLOSED ? ", closed]" : "]");
    }
}
