package dev.isobar.pool.store;

import java.util.concurrent.atomic.AtomicLongArray;

/// How many bytes lie under a root, by what they are for. Bytes stay charged until their file is gone.
///
/// *Safe for several threads*; a sum is a snapshot.
final class DiskUse {

    /// What bytes are for.
    enum Part {
        ENTRIES,
        SEGMENTS,
        /// Being written, or left by a write that failed.
        TEMPORARY,
        QUARANTINE,
        /// The store's own files, and what a later version has written.
        OTHER
    }

    private final AtomicLongArray parts = new AtomicLongArray(Part.values().length);

    void add(Part part, long bytes) {
        parts.addAndGet(part.ordinal(), bytes);
    }

    long of(Part part) {
        return parts.get(part.ordinal());
    }

    long total() {
        long total = 0;
        for (Part part : Part.values()) {
            total += of(part);
        }
        return total;
    }
}
