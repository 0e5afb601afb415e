package dev.isobar.pool;

import org.jspecify.annotations.Nullable;

/// Knows which entry is worth least. Entries with leases are left out of it until the last lease
/// ends.
///
/// *Safe for several threads.* Its lock is held for a few array moves at a time, never while the
/// priority is asked.
interface VictimOrder<K, V> {

    /// Adds an entry that has just come in.
    void add(Entry<K, V> entry);

    /// Takes out an entry that has been retired.
    void remove(Entry<K, V> entry);

    /// Takes the entry that is worth least, held for the caller, who retires it or gives it back.
    ///
    /// @param incomingBytes what the room is wanted for; 0 if for nothing in particular
    /// @return null if nothing can be evicted
    @Nullable Entry<K, V> next(long incomingBytes);

    /// Puts an entry back that was taken and not evicted. The caller has ended its hold.
    void giveBack(Entry<K, V> entry);

    /// The last lease or hold on an entry has ended: if it was left out for that, it is put back.
    default void idle(Entry<K, V> entry) {
        if (entry.unpark()) {
            giveBack(entry);
        }
    }
}
