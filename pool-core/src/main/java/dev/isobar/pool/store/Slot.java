package dev.isobar.pool.store;

import dev.isobar.pool.EntryView;
import java.util.concurrent.atomic.AtomicInteger;

/// An entry in the index: what its file says, and how it is used.
///
/// *Safe for several threads.*
final class Slot {

    private final EntryName name;
    private final EntryInfo info;
    private final long loadedAtNanos;
    private final AtomicInteger hits = new AtomicInteger();
    private volatile long usedAtNanos;

    /// @param usedAtNanos when it was last used, by the monotonic clock; may lie before its start
    Slot(EntryName name, EntryInfo info, long usedAtNanos) {
        this.name = name;
        this.info = info;
        this.loadedAtNanos = usedAtNanos;
        this.usedAtNanos = usedAtNanos;
    }

    EntryName name() {
        return name;
    }

    /// As it was written, whoever reads it.
    EntryInfo info() {
        return info;
    }

    long usedAtNanos() {
        return usedAtNanos;
    }

    void use(long nowNanos) {
        usedAtNanos = nowNanos;
        hits.incrementAndGet();
    }

    /// As an eviction priority sees it; times count from `startNanos`.
    EntryView view(long startNanos, long nowNanos) {
        return new EntryView(
                info.diskBytes(),
                nowNanos - startNanos,
                loadedAtNanos - startNanos,
                usedAtNanos - startNanos,
                hits.get(),
                0,
                0,
                0);
    }
}
