package dev.isobar.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// A pin on one incarnation of an entry, to be given back once.
final class EntryLease<K, V> implements Lease<V> {

    private static final VarHandle CLOSED;

    static {
        try {
            CLOSED =
                    MethodHandles.lookup().findVarHandle(EntryLease.class, "closed", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final EntryTable<K, V> table;
    private final Entry<K, V> entry;
    private final LeakDetector.@Nullable Watch watch;
    private volatile boolean closed;

    /// Takes over a pin that the caller has.
    EntryLease(EntryTable<K, V> table, Entry<K, V> entry, LeakDetector leaks) {
        this.table = table;
        this.entry = entry;
        this.watch = leaks.watch(this, entry.key, entry.bytes());
    }

    @Override
    public V value() {
        if (closed) {
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
        if (CLOSED.compareAndSet(this, false, true)) {
            if (watch != null) {
                watch.end();
            }
            table.unpin(entry);
        }
    }

    @Override
    public String toString() {
        return "Lease["
                + entry.key
                + ", "
                + entry.bytes()
                + " bytes"
                + (closed ? ", closed]" : "]");
    }
}
