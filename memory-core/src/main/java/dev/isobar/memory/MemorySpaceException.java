package dev.isobar.memory;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The system or the device under a space refused an operation, and not for lack of room: that is
/// an [OutOfSpaceException].
public final class MemorySpaceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String space;
    private final String operation;
    private final String codeName;
    private final int code;

    /// @param space the space's name
    /// @param operation what was tried, in the words of the system: `madvise`, `clEnqueueReadBuffer`
    /// @param codeName the name of the error, as the system's documentation has it: `EINVAL`
    /// @param code its number
    public MemorySpaceException(String space, String operation, String codeName, int code) {
        this(space, operation, codeName, code, null);
    }

    /// @param space the space's name
    /// @param operation what was tried, in the words of the system
    /// @param codeName the name of the error, as the system's documentation has it
    /// @param code its number
    /// @param cause what the system said, where that is an exception too
    public MemorySpaceException(
            String space, String operation, String codeName, int code, @Nullable Throwable cause) {
        super(
                "space %s: %s failed with %s (%d)%s"
                        .formatted(
                                space,
                                operation,
                                codeName,
                                code,
                                cause == null ? "" : ": " + cause.getMessage()),
                cause);
        this.space = Objects.requireNonNull(space, "space");
        this.operation = Objects.requireNonNull(operation, "operation");
        this.codeName = Objects.requireNonNull(codeName, "codeName");
        this.code = code;
    }

    /// The name of the space that failed.
    public String space() {
        return space;
    }

    /// What was tried, in the words of the system.
    public String operation() {
        return operation;
    }

    /// The name of the error, as the system's documentation has it.
    public String codeName() {
        return codeName;
    }

    /// The number of the error.
    public int code() {
        return code;
    }
}
