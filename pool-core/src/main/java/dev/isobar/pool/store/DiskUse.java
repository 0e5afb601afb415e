package dev.isobar.pool.store;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

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

    private final Map<Part, AtomicLong> parts = new EnumMap<>(Part.class);

    DiskUse() {
        for (Part part : Part.values()) {
            parts.put(part, new AtomicLong());
        }
    }

    void add(Part part, long bytes) {
        counter(part).addAndGet(bytes);
    }

    long of(Part part) {
        return counter(part).get();
    }

    long total() {
        long total = 0;
        for (Part part : Part.values()) {
            total += of(part);
        }
        return total;
    }

    private AtomicLong counter(Part part) {
        return Objects.requireNonNull(parts.get(part));
    }
}
