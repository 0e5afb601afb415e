package dev.isobar.memory.load;

import java.util.Objects;

/// What is known of a tensor before, and after, its bytes are anywhere.
///
/// *Immutable.*
///
/// @param name what people call it; not blank
/// @param extent where its bytes are in a file
public record TensorRecord(String name, Extent extent) {

    /// @throws IllegalArgumentException if the name is blank
    public TensorRecord {
        Objects.requireNonNull(extent, "extent");
        if (name.isBlank()) {
            throw new IllegalArgumentException("tensor name must not be blank");
        }
    }
}
