package dev.isobar.benchmarks;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.isobar.memory.CudaSpace;
import dev.isobar.memory.MemorySpace;
import dev.isobar.memory.PinnedMemory;
import dev.isobar.memory.SpaceKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import org.openjdk.jmh.annotations.TearDown;

/// The first NVIDIA GPU, from and to pinned memory.
public class CudaCopy extends DeviceCopy {

    private PinnedMemory pinned;

    @Override
    SpaceKind kind() {
        return SpaceKind.CUDA;
    }

    @Override
    MemorySegment host(MemorySpace space, Arena arena) {
        pinned = ((CudaSpace) space).allocatePinned(bytes);
        return pinned.segment();
    }

    @Override
    DriverCopy driver(MemorySegment host) {
        return new Driver(host);
    }

    @Override
    @TearDown
    public void close() {
        pinned.close();
        super.close();
    }

    private static final class Driver implements DriverCopy {

        private static final int FIRST_DEVICE = 0;

        private final Arena arena = Arena.ofShared();
        private final SymbolLookup library = SymbolLookup.libraryLookup("libcuda.so.1", arena);
        private final MethodHandle write =
                DriverCopy.function(library, "cuMemcpyHtoD_v2", JAVA_LONG, ADDRESS, JAVA_LONG);
        private final MethodHandle read =
                DriverCopy.function(library, "cuMemcpyDtoH_v2", ADDRESS, JAVA_LONG, JAVA_LONG);
        private final MethodHandle makeCurrent =
                DriverCopy.function(library, "cuCtxSetCurrent", ADDRESS);
        private final MemorySegment host;
        private final MemorySegment context;
        private final long buffer;

        Driver(MemorySegment host) {
            this.host = host;
            DriverCopy.call(DriverCopy.function(library, "cuInit", JAVA_INT), 0);
            MemorySegment answer = arena.allocate(JAVA_LONG);
            DriverCopy.call(
                    DriverCopy.function(library, "cuDevicePrimaryCtxRetain", ADDRESS, JAVA_INT),
                    answer,
                    FIRST_DEVICE);
            context = answer.get(ADDRESS, 0);
            DriverCopy.call(makeCurrent, context);
            DriverCopy.call(
                    DriverCopy.function(library, "cuMemAlloc_v2", ADDRESS, JAVA_LONG),
                    answer,
                    host.byteSize());
            buffer = answer.get(JAVA_LONG, 0);
        }

        @Override
        public void in() {
            try {
                DriverCopy.requireZero((int) makeCurrent.invokeExact(context));
                DriverCopy.requireZero((int) write.invokeExact(buffer, host, host.byteSize()));
            } catch (Throwable t) {
                throw new IllegalStateException(t);
            }
        }

        @Override
        public void out() {
            try {
                DriverCopy.requireZero((int) makeCurrent.invokeExact(context));
                DriverCopy.requireZero((int) read.invokeExact(host, buffer, host.byteSize()));
            } catch (Throwable t) {
                throw new IllegalStateException(t);
            }
        }

        @Override
        public void close() {
            DriverCopy.call(makeCurrent, context);
            DriverCopy.call(DriverCopy.function(library, "cuMemFree_v2", JAVA_LONG), buffer);
            DriverCopy.call(makeCurrent, MemorySegment.NULL);
            DriverCopy.call(
                    DriverCopy.function(library, "cuDevicePrimaryCtxRelease_v2", JAVA_INT),
                    FIRST_DEVICE);
            arena.close();
        }
    }
}
