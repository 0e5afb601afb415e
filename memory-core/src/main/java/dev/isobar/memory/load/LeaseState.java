package dev.isobar.memory.load;

/// Where a [MappingLease] is in its life.
public enum LeaseState {
    /// It may be read.
    LIVE,
    /// It is being given back.
    RELEASING,
    /// The system did not take it back: it is still owned, counted, and can be released again.
    RELEASE_FAILED,
    /// It is gone.
    RELEASED
}
