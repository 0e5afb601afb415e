package dev.isobar.pool.store;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// What a store makes of its root once it has looked: its own, somebody else's, or nothing.
interface Root extends AutoCloseable {

    StoreAccess access();

    /// Why it is not the owner's; empty if it is.
    String reason();

    /// The entries of a key, as they are now.
    List<Slot> of(Fingerprint key);

    /// All entries, in no order.
    List<Slot> all();

    /// Reads an entry.
    EntryReader.Reading read(EntryName name);

    /// An entry was found.
    void used(Slot slot);

    /// An entry's bytes are not what was written, or its file is gone.
    void suspect(Slot slot);

    WriteOutcome put(Fingerprint key, EntryWrite what, MemorySegment payload);

    /// Deletes the entries of a key, durably.
    ///
    /// @return whether there was anything
    boolean remove(Fingerprint key);

    LogStorage log(String name);

    @Override
    void close();
}
