package dev.isobar.pool.store;

/// What an entry is to its run. A run keeps at most one of each.
public enum Role {
    /// The checkpoint with the best score so far.
    BEST,
    /// The newest checkpoint, however good.
    LAST,
    /// The finished result.
    FINAL
}
