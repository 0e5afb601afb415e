package dev.isobar.pool;

import java.util.concurrent.atomic.AtomicLong;

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
    private final StripedCounter reserved = new StripedCounter();
    private final AtomicLong detached = new AtomicLong();
    private final AtomicLong bypassed = new AtomicLong();

    /// Bytes, and with them entries.
    private final StripedCounter pinned = new StripedCounter();

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
                reserved.add(bytes);
                return true;
            }
        }
    }

    /// Reserved bytes are not needed.
    void unreserve(long bytes) {
        reserved.add(-bytes);
        cached.addAndGet(-bytes);
    }

    /// Reserved bytes belong to an entry from now on.
    void settle(long bytes) {
        reserved.add(-bytes);
    }

    /// Reserved bytes belong to a value outside the pool from now on.
    void settleDetached(long bytes) {
        detached.addAndGet(bytes);
        reserved.add(-bytes);
    }

    /// An entry's bytes are free.
    void free(long bytes) {
        free(bytes, 0);
    }

    /// An entry's bytes are free, and so many of them reserved anew.
    void free(long bytes, long reservedBytes) {
        if (reservedBytes != 0) {
            reserved.add(reservedBytes);
        }
        if (bytes != reservedBytes) {
            cached.addAndGet(reservedBytes - bytes);
        }
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
        pinned.add(bytes, 1);
    }

    void unpin(long bytes) {
        pinned.add(-bytes, -1);
    }

    /// By how much `bytes` more would exceed a ceiling; not positive if they fit.
    long excess(long bytes, long ceilingBytes) {
        return Math.addExact(cached.get(), bytes) - ceilingBytes;
    }

    long usedBytes() {
        return cached.get() + bypassed.get();
    }

    long reservedBytes() {
        return reserved.sum();
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
        return Math.max(0, pinned.secondSum());
    }

    /// Bytes of entries without leases: the most that eviction could free.
    long idleBytes() {
        return Math.max(0, cached.get() - reserved.sum() - detached.get() - pinnedBytes());
    }
}
