package dev.isobar.pool.store;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What became of a write. Exhaustive: a `switch` over it needs no `default`. After anything but
/// [Written] and [Unsettled] the store is as it was.
public sealed interface WriteOutcome {

    /// It is stored, as durably as was asked for.
    ///
    /// @param generation its place in the order of all writes to the root
    /// @param bytes what it takes on disk
    record Written(long generation, long bytes) implements WriteOutcome {}

    /// The file system failed after the new value had come in sight: look-ups find it, but a crash of
    /// the machine may bring the old one back.
    ///
    /// @param generation its place in the order of all writes to the root
    /// @param reason what failed
    record Unsettled(long generation, String reason) implements WriteOutcome {
        public Unsettled {
            Objects.requireNonNull(reason, "reason");
        }
    }

    /// A session wrote not long ago, and this is no better; or it has written too much of late.
    record Throttled() implements WriteOutcome {}

    /// Another thread is writing for the session; this offer is written next, unless a better one or
    /// a newer one takes its place.
    record Queued() implements WriteOutcome {}

    /// The session has its final result.
    record Sealed() implements WriteOutcome {}

    /// It is larger than the whole store may be.
    ///
    /// @param bytes what it would take
    /// @param limitBytes the most that an entry may take
    record TooLarge(long bytes, long limitBytes) implements WriteOutcome {}

    /// There is no room for it on the disk, or not within the budget: what is stored cannot be
    /// deleted.
    ///
    /// @param bytes what it would take
    /// @param reason who said so
    record NoSpace(long bytes, String reason) implements WriteOutcome {
        public NoSpace {
            Objects.requireNonNull(reason, "reason");
        }
    }

    /// The store cannot write now.
    ///
    /// @param reason why
    /// @param cause what the file system said, if it was asked
    record Unavailable(String reason, @Nullable Exception cause) implements WriteOutcome {
        public Unavailable {
            Objects.requireNonNull(reason, "reason");
        }
    }

    /// Whether it is stored as durably as was asked for.
    default boolean written() {
        return this instanceof Written;
    }
}
