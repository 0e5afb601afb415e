package dev.isobar.pool;

import dev.isobar.pool.Entry.Step;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Books what the steps of entries mean for the ledger, and frees values. Bytes are charged until the
/// closer has returned; a value whose closer throws stays charged, and is tried again.
final class Disposer<K, V> {

    private final ByteLedger ledger;
    private final @Nullable Consumer<V> closer;
    private final Callbacks callbacks;
    private final Queue<Entry<K, V>> failed = new ConcurrentLinkedQueue<>();
    private final AtomicLong failedCount = new AtomicLong();

    Disposer(ByteLedger ledger, @Nullable Consumer<V> closer, Callbacks callbacks) {
        this.ledger = ledger;
        this.closer = closer;
        this.callbacks = callbacks;
    }

    /// Books a step.
    ///
    /// @return the bytes that became free by it
    long book(Entry<K, V> entry, Step step) {
        long bytes = entry.bytes();
        switch (step) {
            case REFUSED, SLOTTED, DONE -> {}
            case FIRST_PIN -> ledger.pin(bytes);
            case LAST_PIN -> ledger.unpin(bytes);
            case DETACHED_HELD -> ledger.detach(bytes);
            case DETACHED_PINNED -> {
                ledger.detach(bytes);
                ledger.unpin(bytes);
            }
            case FREE -> {
                return freeResident(entry, 0);
            }
            case FREE_DETACHED -> {
                return freeDetached(entry);
            }
        }
        return 0;
    }

    /// Frees the value of an entry that has left the pool unused.
    ///
    /// @param reservedBytes how many of its bytes are reserved anew, if they became free
    /// @return the bytes that became free, those included
    long freeResident(Entry<K, V> entry, long reservedBytes) {
        if (tryClose(entry.value)) {
            ledger.free(entry.bytes(), reservedBytes);
            return entry.bytes();
        }
        ledger.detach(entry.bytes());
        keepForRetry(entry);
        return 0;
    }

    /// Frees a value that was never charged.
    void discard(V value) {
        tryClose(value);
    }

    /// Tries again to free the values whose closer threw.
    ///
    /// @return the bytes that became free
    long retryFailed() {
        long freed = 0;
        for (long left = failedCount.get(); left > 0; left--) {
            Entry<K, V> entry = failed.poll();
            if (entry == null) {
                break;
            }
            failedCount.decrementAndGet();
            freed += freeDetached(entry);
        }
        return freed;
    }

    /// How many values wait for another try.
    long failedCount() {
        return failedCount.get();
    }

    private long freeDetached(Entry<K, V> entry) {
        if (!tryClose(entry.value)) {
            keepForRetry(entry);
            return 0;
        }
        if (entry.bypass()) {
            ledger.freeBypassed(entry.bytes());
        } else {
            ledger.freeDetached(entry.bytes());
        }
        return entry.bytes();
    }

    private void keepForRetry(Entry<K, V> entry) {
        failed.add(entry);
        failedCount.incrementAndGet();
    }

    private boolean tryClose(V value) {
        if (closer == null) {
            return true;
        }
        try {
            closer.accept(value);
            return true;
        } catch (Throwable t) {
            callbacks.failed("freeing a value", t);
            return false;
        }
    }
}
