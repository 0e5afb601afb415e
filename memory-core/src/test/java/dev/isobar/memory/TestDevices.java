package dev.isobar.memory;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.util.List;

/// The devices of this machine, for tests that need one. Looked for once.
final class TestDevices {

    private static final String REQUIRE_OPENCL = "isobar.require.opencl";
    private static final List<SpaceDescription> ALL = Devices.discover();

    private TestDevices() {}

    /// The first OpenCL device. Without one the test is skipped, or fails where one is required.
    static SpaceDescription.Available openCl() {
        return first(SpaceKind.OPENCL, Boolean.getBoolean(REQUIRE_OPENCL));
    }

    /// The first GPU. Without one the test is skipped.
    static SpaceDescription.Available cuda() {
        return first(SpaceKind.CUDA, false);
    }

    private static SpaceDescription.Available first(SpaceKind kind, boolean required) {
        String reason = "none was described";
        for (SpaceDescription description : ALL) {
            if (description.kind() != kind) {
                continue;
            }
            switch (description) {
                case SpaceDescription.Available available -> {
                    return available;
                }
                case SpaceDescription.Unavailable(_, String why) -> reason = why;
            }
        }
        String message = "no " + kind + " device here: " + reason;
        return required
                ? fail(message + " (it is required: -D" + REQUIRE_OPENCL + "=true)")
                : abort(message);
    }
}
