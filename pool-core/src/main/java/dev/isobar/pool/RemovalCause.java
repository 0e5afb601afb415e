package dev.isobar.pool;

/// Why an entry left its pool.
public enum RemovalCause {
    /// Another value needed the room.
    ROOM(true),
    /// The broker, or a caller of `reclaim`, wanted bytes back.
    RECLAIM(true),
    /// The broker wanted bytes back at `CRITICAL`: no tier below is offered the entry.
    EMERGENCY(true),
    /// The pool's limit was lowered.
    LIMIT(true),
    /// A new value was put under the key.
    REPLACED(false),
    /// The key was invalidated.
    INVALIDATED(false),
    /// The pool was cleared.
    CLEARED(false),
    /// The pool was closed.
    CLOSED(false);

    private final boolean evicted;

    RemovalCause(boolean evicted) {
        this.evicted = evicted;
    }

    /// Whether the pool chose this entry because it was worth least.
    public boolean wasEvicted() {
        return evicted;
    }
}
