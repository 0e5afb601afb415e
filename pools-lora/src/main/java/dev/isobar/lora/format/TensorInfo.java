package dev.isobar.lora.format;

import java.util.List;
import java.util.Objects;

/// One tensor of a file: what it is, and where its bytes are.
///
/// *Immutable.*
///
/// @param name its name in the file
/// @param type what its elements are
/// @param shape its dimensions, the slowest first (rows, then columns), in both formats; empty for a
///     single number
/// @param offset where its bytes begin, counted from the beginning of the file
/// @param bytes how many they are; at least 0
public record TensorInfo(String name, TensorType type, List<Long> shape, long offset, long bytes) {

    /// Copies the shape.
    public TensorInfo {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        shape = List.copyOf(shape);
    }

    /// Where its bytes end, counted from the beginning of the file.
    public long end() {
        return offset + bytes;
    }
}
