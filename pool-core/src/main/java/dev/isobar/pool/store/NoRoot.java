package dev.isobar.pool.store;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;

/// There is no store: everything is a miss, and every write is refused.
///
/// @param reason why
record NoRoot(String reason) implements Root {

    NoRoot {
        Objects.requireNonNull(reason, "reason");
    }

    @Override
    public StoreAccess access() {
        return StoreAccess.NONE;
    }

    @Override
    public List<Slot> of(Fingerprint key) {
        return List.of();
    }

    @Override
    public List<Slot> all() {
        return List.of();
    }

    @Override
    public EntryReader.Reading read(EntryName name) {
        return new EntryReader.Reading.Gone();
    }

    @Override
    public void used(Slot slot) {}

    @Override
    public void suspect(Slot slot) {}

    @Override
    public WriteOutcome put(Fingerprint key, EntryWrite what, MemorySegment payload) {
        return new WriteOutcome.Unavailable(reason, null);
    }

    @Override
    public boolean remove(Fingerprint key) {
        return false;
    }

    @Override
    public LogStorage log(String name) {
        return new LogStorage.None(reason);
    }

    @Override
    public void close() {}
}
