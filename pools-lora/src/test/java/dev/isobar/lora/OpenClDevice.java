package dev.isobar.lora;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.isobar.memory.Devices;
import dev.isobar.memory.MemorySpace;
import dev.isobar.memory.SpaceDescription;
import dev.isobar.memory.SpaceKind;
import java.util.List;

/// The first OpenCL device of the machine. Tests are skipped where there is none, and fail where the
/// build was told that there must be one.
final class OpenClDevice {

    private static final List<SpaceDescription> FOUND = Devices.discover();

    private OpenClDevice() {}

    static MemorySpace open() {
        for (SpaceDescription each : FOUND) {
            if (each instanceof SpaceDescription.Available device
                    && device.kind() == SpaceKind.OPENCL) {
                return device.open("device", 64 << 20);
            }
        }
        return Boolean.getBoolean("isobar.require.opencl")
                ? fail("OpenCL is required here: " + FOUND)
                : abort("no OpenCL device: " + FOUND);
    }
}
