package dev.isobar.pool.store;

import java.lang.foreign.MemorySegment;

/// A root that is not this store's to change: it writes nothing, removes nothing, and has nothing to close.
sealed interface UnownedRoot extends Root permits NoRoot, SeenRoot {

    @Override
    default void used(Slot slot) {}

    @Override
    default void suspect(Slot slot) {}

    @Override
    default WriteOutcome put(Fingerprint key, EntryWrite what, MemorySegment payload) {
        return new WriteOutcome.Unavailable(reason(), null);
    }

    @Override
    default boolean remove(Fingerprint key) {
        return false;
    }

    @Override
    default void close() {}
}
