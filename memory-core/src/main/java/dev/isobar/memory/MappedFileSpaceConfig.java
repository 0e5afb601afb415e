package dev.isobar.memory;

import java.nio.file.Path;
import java.util.Objects;

/// How a [MappedFileSpace] is set up.
///
/// *Immutable.*
///
/// @param name what people call the space; not blank
/// @param file where the bytes are; its folder must be there
/// @param capacityBytes how large the blocks may grow together; from 1 to
///     [HostSpaceConfig#MAX_CAPACITY_BYTES]
/// @param stepBytes how much the file grows at a time; a power of two from
///     [HostSpaceConfig#MIN_GROUP_BYTES] to [HostSpaceConfig#MAX_GROUP_BYTES]. Blocks up to an eighth
///     of it share a step
/// @param deleteOnClose whether the file is deleted when the space is closed
public record MappedFileSpaceConfig(
        String name, Path file, long capacityBytes, long stepBytes, boolean deleteOnClose) {

    /// @throws IllegalArgumentException if the name is blank or a size is out of range
    public MappedFileSpaceConfig {
        Objects.requireNonNull(file, "file");
        HostSpaceConfig.requireValid(name, capacityBytes, stepBytes, "stepBytes");
    }

    /// A file that is deleted with the space, and grows by 1 MiB, or by about a 256th of the capacity
    /// where that is less.
    public static MappedFileSpaceConfig temporary(String name, Path file, long capacityBytes) {
        return new MappedFileSpaceConfig(
                name,
                file,
                capacityBytes,
                HostSpaceConfig.of(name, capacityBytes).groupBytes(),
                true);
    }
}
