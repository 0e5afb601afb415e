package dev.isobar.memory;

import dev.isobar.memory.device.HostBuffer;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/// Host memory that a GPU copies by itself. From [CudaSpace#allocatePinned(long)].
///
/// *Safe for several threads.* Giving it back is done under `returning`, this memory's own lock, so
/// that the driver is told once.
public final class PinnedMemory implements AutoCloseable {

    private final CudaSpace space;
    private final HostBuffer buffer;
    private final long bytes;
    private final AtomicBoolean returned = new AtomicBoolean();
    private final ReentrantLock returning = new ReentrantLock();

    PinnedMemory(CudaSpace space, HostBuffer buffer) {
        this.space = space;
        this.buffer = buffer;
        this.bytes = buffer.segment().byteSize();
    }

    /// The memory, for any thread, until this or the space is closed.
    public MemorySegment segment() {
        return buffer.segment();
    }

    /// Gives the memory back. Closing twice does nothing. Copies from and to it must have ended.
    ///
    /// @throws IllegalStateException if a native call is using the memory: try again after it
    /// @throws MemorySpaceException if the driver fails: the memory stays counted, try again
    @Override
    public void close() {
        if (!returned.get() && !space.closed()) {
            space.inside(() -> {
                giveBack();
                return this;
            });
        }
    }

    void giveBack() {
        returning.lock();
        try {
            if (!returned.get()) {
                buffer.close();
                returned.set(true);
                space.gaveBack(this, bytes);
            }
        } finally {
            returning.unlock();
        }
    }
}
