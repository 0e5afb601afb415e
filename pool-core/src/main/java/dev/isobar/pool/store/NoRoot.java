package dev.isobar.pool.store;

import java.util.List;
import java.util.Objects;

/// There is no store: everything is a miss, and every write is refused.
///
/// @param reason why
record NoRoot(String reason) implements UnownedRoot {

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
    public LogStorage log(String name) {
        return new LogStorage.None(reason);
    }
}
