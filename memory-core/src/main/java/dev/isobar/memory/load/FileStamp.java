package dev.isobar.memory.load;

import java.nio.file.attribute.FileTime;
import java.util.Objects;

/// By what a file is known again.
///
/// *Immutable.*
///
/// @param bytes how long it is; at least 0
/// @param modified when it was last written to
/// @param key what the system knows it by (device and inode), or its path where there is no such
///     thing
public record FileStamp(long bytes, FileTime modified, String key) {

    /// Checks nothing but nulls: the numbers come from the system.
    public FileStamp {
        Objects.requireNonNull(modified, "modified");
        Objects.requireNonNull(key, "key");
    }
}
