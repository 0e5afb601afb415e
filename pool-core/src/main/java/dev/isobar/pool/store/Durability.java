package dev.isobar.pool.store;

/// What an acknowledged write survives.
public enum Durability {
    /// The end of the process; not that of the machine. For what was only pushed out of memory.
    NONE,
    /// That of the machine, but the entry may be back at its previous value. In a log, one
    /// synchronisation serves all records that wait for it, and an acknowledged record stays.
    DATA,
    /// That of the machine: the entry reads this value or one written later. For checkpoints.
    FULL
}
