package dev.isobar.memory;

import dev.isobar.memory.contract.MemorySpaceContract;

/// The contract on a real device. PoCL makes one of the processor.
class OpenClSpaceTest extends MemorySpaceContract {

    @Override
    protected MemorySpace newSpace(long capacityBytes) {
        return TestDevices.openCl().open("opencl-test", capacityBytes);
    }
}
