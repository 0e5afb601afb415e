package dev.isobar.memory;

import java.util.Objects;

/// What became of a wish about memory pages that the system is free to refuse.
///
/// *Immutable.*
///
/// @param asked whether it was wished for
/// @param bytes for how many bytes the system granted it; at least 0
/// @param refusedBytes for how many it did not; at least 0
/// @param detail why not: the system call and its error, or that this system does not know it; empty
///     if nothing was refused
public record PageAdvice(boolean asked, long bytes, long refusedBytes, String detail) {

    /// @throws IllegalArgumentException if a number is negative
    public PageAdvice {
        Objects.requireNonNull(detail, "detail");
        if (bytes < 0 || refusedBytes < 0) {
            throw new IllegalArgumentException(
                    "an advice cannot be negative: bytes=%d, refusedBytes=%d"
                            .formatted(bytes, refusedBytes));
        }
    }

    static PageAdvice notAsked() {
        return new PageAdvice(false, 0, 0, "");
    }

    /// Whether it was granted for some bytes, and refused for none.
    public boolean inForce() {
        return bytes > 0 && refusedBytes == 0;
    }
}
