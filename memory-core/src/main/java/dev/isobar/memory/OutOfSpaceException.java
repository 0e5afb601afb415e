package dev.isobar.memory;

import org.jspecify.annotations.Nullable;

/// A space had no room for a block. Nothing changed.
public final class OutOfSpaceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String space;
    private final long askedBytes;
    private final long alignment;
    private final long usedBytes;
    private final long committedBytes;
    private final long capacityBytes;

    /// @param space the space's name
    /// @param askedBytes what was asked for
    /// @param alignment the alignment that was asked for, in bytes
    /// @param usedBytes what blocks occupied
    /// @param committedBytes what the space had taken from the system
    /// @param capacityBytes what it may take
    /// @param cause the system's own refusal; null if the space itself refused
    public OutOfSpaceException(
            String space,
            long askedBytes,
            long alignment,
            long usedBytes,
            long committedBytes,
            long capacityBytes,
            @Nullable Throwable cause) {
        this(
                space,
                askedBytes,
                alignment,
                usedBytes,
                committedBytes,
                capacityBytes,
                cause == null ? "" : String.valueOf(cause.getMessage()),
                cause);
    }

    /// @param space the space's name
    /// @param askedBytes what was asked for
    /// @param alignment the alignment that was asked for, in bytes
    /// @param usedBytes what blocks occupied
    /// @param committedBytes what the space had taken from the system
    /// @param capacityBytes what it may take
    /// @param reason what the numbers do not say, for the end of the message; may be empty
    /// @param cause the system's own refusal; null if the space itself refused
    public OutOfSpaceException(
            String space,
            long askedBytes,
            long alignment,
            long usedBytes,
            long committedBytes,
            long capacityBytes,
            String reason,
            @Nullable Throwable cause) {
        super(
                "space %s: no %d bytes aligned to %d (used=%d, committed=%d, capacity=%d)%s"
                        .formatted(
                                space,
                                askedBytes,
                                alignment,
                                usedBytes,
                                committedBytes,
                                capacityBytes,
                                reason.isEmpty() ? "" : ": " + reason),
                cause);
        this.space = space;
        this.askedBytes = askedBytes;
        this.alignment = alignment;
        this.usedBytes = usedBytes;
        this.committedBytes = committedBytes;
        this.capacityBytes = capacityBytes;
    }

    /// The name of the space that refused.
    public String space() {
        return space;
    }

    /// What was asked for, in bytes.
    public long askedBytes() {
        return askedBytes;
    }

    /// The alignment that was asked for, in bytes.
    public long alignment() {
        return alignment;
    }

    /// What blocks occupied at that moment, in bytes.
    public long usedBytes() {
        return usedBytes;
    }

    /// What the space had taken from the system at that moment, in bytes.
    public long committedBytes() {
        return committedBytes;
    }

    /// What the space may take from the system, in bytes.
    public long capacityBytes() {
        return capacityBytes;
    }
}
