package dev.isobar.memory.load;

/// Why a load, a mapping or a piece of advice did not happen: one code for each cause.
///
/// [ReferenceNames] says what the reference system would have called it.
public enum LoadError {
    /// A range of no bytes, or a negative one.
    EMPTY_RANGE,
    /// The path is empty, too long, or holds a NUL.
    BAD_PATH,
    /// The range is longer than the limit of the registry.
    TOO_LARGE,
    /// Offset and length together are more than a file can have.
    RANGE_OVERFLOW,
    /// The range ends behind the end of the file.
    BEYOND_EOF,
    /// The block has no room for the bytes at that place.
    TARGET_TOO_SMALL,
    /// The block was freed, or its space closed.
    TARGET_FREED,
    /// There is nothing in the batch.
    EMPTY_BATCH,
    /// There is more in the batch than the registry allows.
    TOO_MANY_ITEMS,
    /// The strategy cannot be used with this file or on this system.
    UNSUPPORTED_STRATEGY,
    /// All mapping slots are taken.
    NO_SLOT,
    /// There is no such file.
    NOT_FOUND,
    /// The system does not allow the file to be read.
    ACCESS_DENIED,
    /// It is a directory, a pipe or a device.
    NOT_A_FILE,
    /// The system did not open the file, for another reason.
    OPEN_FAILED,
    /// The system did not say how long the file is.
    SIZE_FAILED,
    /// The system did not map the file.
    MAP_FAILED,
    /// The system did not take the mapping back: the lease is still owned, and can be released
    /// again.
    UNMAP_FAILED,
    /// The system reported a failure when the file was closed. It is closed nevertheless.
    CLOSE_FAILED,
    /// The system failed a read.
    READ_FAILED,
    /// The system delivered fewer bytes than the file should have, though the file is as long as
    /// before.
    SHORT_READ,
    /// The file is not the one that was registered: replaced, written to, or gone.
    SOURCE_CHANGED,
    /// The file is shorter than when it was registered.
    SOURCE_TRUNCATED,
    /// The file's bytes are not those that were expected.
    DIGEST_MISMATCH,
    /// The source was closed, or is another registry's.
    SOURCE_CLOSED,
    /// There is no memory for staging buffers.
    NO_STAGING,
    /// The target's space has no room.
    NO_ROOM,
    /// The target's space failed to copy.
    COPY_FAILED,
    /// The slot of that lease has been given to another lease since.
    STALE_LEASE,
    /// The lease was released before.
    ALREADY_RELEASED,
    /// Somebody else holds the lease.
    NOT_OWNER,
    /// The advice is for bytes outside the lease, or for none.
    BAD_ADVICE_RANGE,
    /// The system refused the advice.
    ADVISE_FAILED,
    /// The caller cancelled.
    CANCELLED,
    /// The caller's deadline passed.
    DEADLINE_PASSED;

    /// Whether another strategy might do better: only then is a fallback tried.
    boolean strategySpecific() {
        return switch (this) {
            case UNSUPPORTED_STRATEGY, NO_SLOT, OPEN_FAILED, MAP_FAILED, READ_FAILED -> true;
            case SHORT_READ, NO_STAGING -> true;
            default -> false;
        };
    }
}
