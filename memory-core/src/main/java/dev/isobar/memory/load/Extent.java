package dev.isobar.memory.load;

import java.util.Objects;

/// A range of a file, at any offset. Whether the file has it is checked when it is used.
///
/// *Immutable.*
///
/// @param source the file
/// @param offset where it begins, in bytes
/// @param bytes how long it is
public record Extent(FileSource source, long offset, long bytes) {

    /// Checks nothing but nulls: a range that no file can have is a [LoadException] when it is used,
    /// so that a batch says which item it was.
    public Extent {
        Objects.requireNonNull(source, "source");
    }

    /// Where it ends, in bytes; exact only after [#requireValid()].
    long end() {
        return offset + bytes;
    }

    void requireValid() {
        source.requireRange(offset, bytes);
    }
}
