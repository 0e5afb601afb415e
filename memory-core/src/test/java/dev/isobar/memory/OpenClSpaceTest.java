package dev.isobar.memory;

import net.jqwik.api.lifecycle.AddLifecycleHook;
import org.junit.jupiter.api.BeforeAll;

/// The contract on a real device. PoCL makes one of the processor.
@AddLifecycleHook(Needed.OpenClDevice.class)
class OpenClSpaceTest extends DeviceSpaceContract {

    @BeforeAll
    static void orSkip() {
        new Needed.OpenClDevice().orSkip();
    }

    @Override
    protected MemorySpace newSpace(long capacityBytes) {
        return Needed.openCl().open("opencl-test", capacityBytes);
    }
}
