package dev.isobar.memory;

import dev.isobar.memory.device.DeviceMemory;
import dev.isobar.memory.device.HostBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// The memory of an NVIDIA GPU. [Devices#discover()] finds the GPUs and opens spaces on them.
///
/// A block is a plain allocation of the driver, never managed memory. Allocating and freeing take
/// microseconds to milliseconds, and freeing may wait for the GPU, so take large blocks, and pages
/// out of them.
///
/// Copies in, out and across have a stream each and may run at the same time. Host memory that the
/// driver [pinned][#allocatePinned(long)] is copied fastest, and only from and to such memory does
/// an asynchronous copy run all by itself; with other memory, starting one may take as long as the
/// copy. Bytes of the Java heap, and of other GPUs, go by way of a small pinned buffer. What an
/// asynchronous copy reports is the GPU's own measure: from its beginning on the stream to its end.
///
/// The context is the primary one of the GPU, shared with everything else in the process that uses
/// it; the space holds on to it until it is closed, and leaves no context current on any thread.
///
/// *Safe for several threads,* virtual ones included; a native call holds a virtual thread's
/// carrier.
public final class CudaSpace extends DeviceSpace {

    private final Set<PinnedMemory> pinned = ConcurrentHashMap.newKeySet();
    private final AtomicLong pinnedBytes = new AtomicLong();

    CudaSpace(String name, DeviceMemory memory, long capacityBytes) {
        super(name, SpaceKind.CUDA, memory, capacityBytes);
    }

    /// Takes host memory that the driver keeps in place, so that the GPU can copy it by itself. It
    /// takes about a millisecond for each MiB, and memory away from everything else on the machine.
    ///
    /// It is not part of the capacity; [#pinnedBytes()] counts it. Closing the space gives it back.
    ///
    /// @param bytes at least 1
    /// @throws IllegalArgumentException if `bytes` is less
    /// @throws MemorySpaceException if the driver refuses
    /// @throws IllegalStateException if the space is closed
    public PinnedMemory allocatePinned(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("bytes must be at least 1: " + bytes);
        }
        return inside(() -> {
            HostBuffer buffer = memory.hostBuffer(bytes);
            PinnedMemory taken = new PinnedMemory(this, buffer);
            pinned.add(taken);
            pinnedBytes.addAndGet(bytes);
            return taken;
        });
    }

    /// The pinned host memory that is handed out, in bytes. A snapshot.
    public long pinnedBytes() {
        return pinnedBytes.get();
    }

    @Override
    void giveHostMemoryBack() {
        for (PinnedMemory taken : pinned) {
            taken.giveBack();
        }
    }

    /// Called once for each.
    void gaveBack(PinnedMemory taken, long bytes) {
        pinned.remove(taken);
        pinnedBytes.addAndGet(-bytes);
    }
}
