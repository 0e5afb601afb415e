package dev.isobar.pool;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// A pool's bytes, to the byte.
///
/// `cached` is what counts against the limit: entries, detached values and reservations. It is raised
/// by compare-and-set only. It exceeds the limit if the limit was lowered, if an overdraft was granted,
/// and while victims are on their way out in whose place a newcomer's bytes are reserved already. `bypassed` is what values too large for the pool take while
/// they are leased; it pushes nobody out. The others are parts of `cached`.
///
/// At any quiet moment: sum of entries + detached + reserved = cached.
final class ByteLedger {

    private final AtomicLong cached = new AtomicLong();
    private final AtomicLong reserved = new AtomicLong();
    private final AtomicLong detached = new AtomicLong();
    private final AtomicLong bypassed = new AtomicLong();
    private final LongAdder pinned = new LongAdder();
    private final LongAdder pinnedEntries = new LongAdder();

    private volatile long limitBytes;

    ByteLedger(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    long limitBytes() {
        return limitBytes;
    }

    void limitBytes(long bytes) {
        limitBytes = bytes;
    }

    /// Reserves bytes if they fit the limit and an overdraft.
    boolean tryReserve(long bytes, long overdraftBytes) {
        while (true) {
            long now = cached.get();
            if (bytes > limitBytes + overdraftBytes - now) {
                return false;
            }
            if (cached.compareAndSet(now, now + bytes)) {
                reserved.addAndGet(bytes);
                return true;
            }
        }
    }

    /// Reserved bytes are not needed.
    void unreserve(long bytes) {
        reserved.addAndGet(-bytes);
        cached.addAndGet(-bytes);
    }

    /// Reserved bytes belong to an entry from now on.
    void settle(long bytes) {
        reserved.addAndGet(-bytes);
    }

    /// Reserved bytes belong to a value outside the pool from now on.
    void settleDetached(long bytes) {
        detached.addAndGet(bytes);
        reserved.addAndGet(-bytes);
    }

    /// An entry's bytes are free.
    void free(long bytes) {
        cached.addAndGet(-bytes);
    }

    /// A detached value's bytes are free.
    void freeDetached(long bytes) {
        detached.addAndGet(-bytes);
        cached.addAndGet(-bytes);
    }

    /// An entry left the pool, its bytes are still in use.
    void detach(long bytes) {
        detached.addAndGet(bytes);
    }

    void bypass(long bytes) {
        bypassed.addAndGet(bytes);
    }

    void freeBypassed(long bytes) {
        bypassed.addAndGet(-bytes);
    }

    void pin(long bytes) {
        pinned.add(bytes);
        pinnedEntries.increment();
    }

    void unpin(long bytes) {
        pinned.add(-bytes);
        pinnedEntries.decrement();
    }

    /// By how much `bytes` more would exceed a ceiling; not positive if they fit.
    long excess(long bytes, long ceilingBytes) {
        return Math.addExact(cached.get(), bytes) - ceilingBytes;
    }

    long usedBytes() {
        return cached.get() + bypassed.get();
    }

    long reservedBytes() {
        return reserved.get();
    }

    long detachedBytes() {
        return detached.get();
    }

    long bypassedBytes() {
        return bypassed.get();
    }

    long pinnedBytes() {
        return Math.max(0, pinned.sum());
    }

    long pinnedEntries() {
        return Math.max(0, pinnedEntries.sum());
    }

    /// Bytes of entries without leases: the most that eviction could free.
    long idleBytes() {
        return Math.max(0, cached.get() - reserved.get() - detached.get() - pinnedBytes());
    }
}
