package dev.isobar.memory;

import java.util.Objects;

/// What was still handed out when a space was closed.
///
/// *Immutable.*
///
/// @param space the space's name
/// @param blocks blocks that were never freed; at least 0
/// @param bytes bytes that these blocks occupied; at least 0
public record SpaceLeak(String space, long blocks, long bytes) {

    /// @throws IllegalArgumentException if a number is negative
    public SpaceLeak {
        Objects.requireNonNull(space, "space");
        if (blocks < 0 || bytes < 0) {
            throw new IllegalArgumentException(
                    "a leak cannot be negative: blocks=" + blocks + ", bytes=" + bytes);
        }
    }

    /// Whether nothing leaked.
    public boolean none() {
        return blocks == 0;
    }
}
