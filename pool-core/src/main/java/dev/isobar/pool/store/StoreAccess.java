package dev.isobar.pool.store;

/// What a store may do with its root.
public enum StoreAccess {
    /// It owns the root: nobody else writes there until it is closed.
    OWNER,
    /// Somebody else owns the root, or it cannot be written to: look-ups only.
    READER,
    /// There is no root, or it cannot be used: every look-up is a miss, every write is refused.
    NONE
}
