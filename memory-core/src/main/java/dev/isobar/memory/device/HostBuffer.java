package dev.isobar.memory.device;

import java.lang.foreign.MemorySegment;

/// Host memory for copies.
public interface HostBuffer {

    /// The memory; any thread may use it until the buffer is closed.
    MemorySegment segment();

    /// Gives the memory back.
    ///
    /// @throws IllegalStateException if a native call is using it: nothing happened, try again
    /// @throws DeviceException if the driver fails: it still holds the memory, try again
    void close();
}
