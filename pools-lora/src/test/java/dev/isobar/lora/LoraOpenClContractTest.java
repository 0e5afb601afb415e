package dev.isobar.lora;

import dev.isobar.memory.MemorySpace;

/// The same on an OpenCL device.
class LoraOpenClContractTest extends LoraTierContractTest {

    @Override
    MemorySpace space() {
        return OpenClDevice.open();
    }
}
