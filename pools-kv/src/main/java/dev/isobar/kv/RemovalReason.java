package dev.isobar.kv;

/// Why the content of a block left the pool.
public enum RemovalReason {
    /// Room was needed.
    ROOM,
    /// The broker asked for bytes.
    RECLAIM,
    /// The limit was lowered.
    LIMIT,
    /// Another block holds the same.
    DUPLICATE,
    /// It was dropped by name.
    DROPPED,
    /// Everything was dropped.
    RESET
}
