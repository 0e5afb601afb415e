package dev.isobar.memory;

import net.jqwik.api.lifecycle.AddLifecycleHook;
import org.junit.jupiter.api.extension.ExtendWith;

/// The contract on a real device. PoCL makes one of the processor.
@ExtendWith(Needed.OpenClDevice.class)
@AddLifecycleHook(Needed.OpenClDevice.class)
class OpenClSpaceTest extends DeviceSpaceContract {

    @Override
    protected MemorySpace newSpace(long capacityBytes) {
        return Needed.openCl().open("opencl-test", capacityBytes);
    }
}
