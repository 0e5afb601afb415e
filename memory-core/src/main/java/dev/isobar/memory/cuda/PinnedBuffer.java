package dev.isobar.memory.cuda;

import dev.isobar.memory.device.DeviceException;
import dev.isobar.memory.device.HostBuffer;
import dev.isobar.memory.ffi.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Host memory that the driver took and keeps in place, so that the device copies it by itself.
///
/// *Safe for several threads.*
final class PinnedBuffer implements HostBuffer {

    private final CudaContext context;
    private final long address;
    private final Arena arena;
    private final MemorySegment segment;

    PinnedBuffer(CudaContext context, long address, long bytes) {
        this.context = context;
        this.address = address;
        this.arena = Arena.ofShared();
        this.segment = NativeLibrary.memory(MemorySegment.ofAddress(address), bytes, arena);
    }

    @Override
    public MemorySegment segment() {
        return segment;
    }

    /// First nobody can use the memory any more, then it goes. If the device is lost it goes with
    /// the context.
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
        try {
            context.run(
                    () -> context.check("cuMemFreeHost", context.functions().memFreeHost(address)));
        } catch (DeviceException e) {
            if (e.meaning() != DeviceException.Meaning.LOST) {
                throw e;
            }
        }
    }
}
