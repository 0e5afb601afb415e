package dev.isobar.memory;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The device or the system behind a space failed. What the space has counted stays right; after a
/// failed copy the range that was to be written holds nobody knows what.
///
/// For lack of room see [OutOfSpaceException].
public final class MemorySpaceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String space;
    private final String operation;
    private final String codeName;
    private final long code;

    /// @param space the space's name
    /// @param operation what was tried, as people say it: `copy in`
    /// @param codeName the name that the device's or system's documentation has for the error
    /// @param code its number there
    /// @param cause what the device or system said; null if there is no more than the code
    public MemorySpaceException(
            String space,
            String operation,
            String codeName,
            long code,
            @Nullable Throwable cause) {
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

    /// The name of the space.
    public String space() {
        return space;
    }

    /// What was tried.
    public String operation() {
        return operation;
    }

    /// The error's name in the device's or system's documentation: `CUDA_ERROR_ILLEGAL_ADDRESS`.
    public String codeName() {
        return codeName;
    }

    /// The error's number in the device's or system's documentation.
    public long code() {
        return code;
    }
}
