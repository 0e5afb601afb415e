package dev.isobar.memory;

import dev.isobar.memory.device.DeviceMemory;
import dev.isobar.memory.device.HostBuffer;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;

/// A few buffers through which bytes go that a device cannot reach: those of the Java heap, and
/// those of other devices. Taken from the system when first needed.
///
/// *Safe for several threads.* Where all buffers are in use, a copy waits.
final class StagingBuffers {

    /// The size of a buffer, and so of the pieces of a copy: {@value}.
    static final int BUFFER_BYTES = 1 << 20;

    private static final int MOST_BUFFERS = 4;

    /// What is done with a buffer.
    interface Use {
        void with(MemorySegment buffer);
    }

    private final DeviceMemory memory;
    private final Semaphore permits = new Semaphore(MOST_BUFFERS);
    private final ConcurrentLinkedDeque<HostBuffer> idle = new ConcurrentLinkedDeque<>();

    StagingBuffers(DeviceMemory memory) {
        this.memory = memory;
    }

    void use(Use use) {
        permits.acquireUninterruptibly();
        try {
            HostBuffer buffer = idle.pollFirst();
            if (buffer == null) {
                buffer = memory.hostBuffer(BUFFER_BYTES);
            }
            try {
                use.with(buffer.segment());
            } finally {
                idle.addFirst(buffer);
            }
        } finally {
            permits.release();
        }
    }

    /// Gives the buffers back. Nobody uses them any more. What fails stays for the next time.
    void close() {
        for (HostBuffer buffer : idle) {
            buffer.close();
            idle.remove(buffer);
        }
    }
}
