package dev.isobar.kv;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.isobar.memory.Devices;
import dev.isobar.memory.MappedFileSpace;
import dev.isobar.memory.MappedFileSpaceConfig;
import dev.isobar.memory.MemorySpace;
import dev.isobar.memory.SpaceDescription;
import dev.isobar.memory.SpaceKind;
import java.nio.file.Path;
import java.util.List;

/// The kinds of space that a pool and its tiers may be in.
enum Spaces {
    HOST,
    FILE,
    OPENCL;

    private static final long BYTES = 16L << 20;

    /// A space of this kind. Without an OpenCL device the test is skipped, or fails where the build was told
    /// that there is one.
    MemorySpace open(String name, Path folder) {
        return switch (this) {
            case HOST -> Pools.space();
            case FILE ->
                    new MappedFileSpace(
                            MappedFileSpaceConfig.temporary(
                                    name, folder.resolve(name + ".bytes"), BYTES));
            case OPENCL -> openCl().open(name, BYTES);
        };
    }

    private static SpaceDescription.Available openCl() {
        List<SpaceDescription> found = Devices.discover();
        for (SpaceDescription each : found) {
            if (each instanceof SpaceDescription.Available device
                    && device.kind() == SpaceKind.OPENCL) {
                return device;
            }
        }
        return Boolean.getBoolean("isobar.require.opencl")
                ? fail("OpenCL is required here. Found: " + found)
                : abort("no OpenCL device: " + found);
    }
}
