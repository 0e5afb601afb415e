package dev.isobar.pool.store;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// An entry as it was read: whole, its checksums good.
///
/// *Immutable.*
///
/// @param info what is known of it
/// @param payload what was stored; on the heap, read-only
public record StoredEntry(EntryInfo info, MemorySegment payload) {

    /// Nothing is null.
    public StoredEntry {
        Objects.requireNonNull(info, "info");
        Objects.requireNonNull(payload, "payload");
    }

    /// Whether it is the finished result of a producer whose results are as good as the reader's
    /// own.
    public boolean isFinal() {
        return info.role() == Role.FINAL;
    }
}
