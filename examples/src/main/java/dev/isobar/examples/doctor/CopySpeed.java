package dev.isobar.examples.doctor;

import dev.isobar.memory.CudaSpace;
import dev.isobar.memory.MemoryBlock;
import dev.isobar.memory.MemorySpace;
import dev.isobar.memory.PinnedMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/// Measures how fast bytes get into a space and out of it.
///
/// One copy each way is made first and not counted: it pays for memory that nobody had touched.
///
/// *Immutable.*
///
/// @param copyBytes the size of each copy, in bytes
/// @param time how long to copy each way; one copy is made in any case
record CopySpeed(long copyBytes, Duration time) {

    private static final double NANOS_PER_SECOND = 1e9;

    /// From and to memory that a GPU can reach by itself, where the space offers such.
    SpaceCheck.Speed of(MemorySpace space) {
        if (space instanceof CudaSpace cuda) {
            try (PinnedMemory pinned = cuda.allocatePinned(copyBytes)) {
                return of(space, pinned.segment());
            }
        }
        try (Arena arena = Arena.ofShared()) {
            return of(space, arena.allocate(copyBytes));
        }
    }

    private SpaceCheck.Speed of(MemorySpace space, MemorySegment host) {
        MemoryBlock block = space.allocate(copyBytes);
        try {
            double in = bytesPerSecond(() -> space.copyIn(host, block, 0));
            double out = bytesPerSecond(() -> space.copyOut(block, 0, host));
            return new SpaceCheck.Speed(in, out, copyBytes);
        } finally {
            space.free(block);
        }
    }

    private double bytesPerSecond(Runnable copy) {
        copy.run();
        long start = System.nanoTime();
        long copies = 0;
        long nanos;
        do {
            copy.run();
            copies++;
            nanos = System.nanoTime() - start;
        } while (nanos < time.toNanos());
        return copies * copyBytes * NANOS_PER_SECOND / nanos;
    }
}
