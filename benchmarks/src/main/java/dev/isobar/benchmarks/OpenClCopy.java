package dev.isobar.benchmarks;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.isobar.memory.SpaceKind;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/// The first OpenCL device.
public class OpenClCopy extends DeviceCopy {

    @Override
    SpaceKind kind() {
        return SpaceKind.OPENCL;
    }

    @Override
    DriverCopy driver(MemorySegment host) {
        return new Driver(host);
    }

    private static final class Driver implements DriverCopy {

        private static final int BLOCKING = 1;
        private static final long ALL_DEVICES = 0xFFFFFFFFL;
        private static final long READ_WRITE = 1;
        private static final MemorySegment NONE = MemorySegment.NULL;

        private final Arena arena = Arena.ofShared();
        private final SymbolLookup library = SymbolLookup.libraryLookup("libOpenCL.so.1", arena);
        private final MethodHandle write = transfer("clEnqueueWriteBuffer");
        private final MethodHandle read = transfer("clEnqueueReadBuffer");
        private final MemorySegment host;
        private final MemorySegment context;
        private final MemorySegment queue;
        private final MemorySegment buffer;

        Driver(MemorySegment host) {
            this.host = host;
            MemorySegment platform = first("clGetPlatformIDs", JAVA_INT, ADDRESS, ADDRESS);
            MemorySegment device = device(platform);
            MemorySegment devices = arena.allocateFrom(ADDRESS, device);
            context =
                    create(
                            "clCreateContext",
                            new MemoryLayout[] {
                                ADDRESS, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS
                            },
                            NONE,
                            1,
                            devices,
                            NONE,
                            NONE);
            queue =
                    create(
                            "clCreateCommandQueue",
                            new MemoryLayout[] {ADDRESS, ADDRESS, JAVA_LONG, ADDRESS},
                            context,
                            device,
                            0L);
            buffer =
                    create(
                            "clCreateBuffer",
                            new MemoryLayout[] {ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS},
                            context,
                            READ_WRITE,
                            host.byteSize(),
                            NONE);
        }

        private MethodHandle transfer(String name) {
            return DriverCopy.function(
                    library, name, ADDRESS, ADDRESS, JAVA_INT, JAVA_LONG, JAVA_LONG, ADDRESS,
                    JAVA_INT, ADDRESS, ADDRESS);
        }

        private MemorySegment first(String name, MemoryLayout... parameters) {
            MemorySegment found = arena.allocate(ADDRESS);
            DriverCopy.call(DriverCopy.function(library, name, parameters), 1, found, NONE);
            return found.get(ADDRESS, 0);
        }

        private MemorySegment device(MemorySegment platform) {
            MemorySegment found = arena.allocate(ADDRESS);
            MethodHandle getDevices =
                    DriverCopy.function(
                            library,
                            "clGetDeviceIDs",
                            ADDRESS,
                            JAVA_LONG,
                            JAVA_INT,
                            ADDRESS,
                            ADDRESS);
            DriverCopy.call(getDevices, platform, ALL_DEVICES, 1, found, NONE);
            return found.get(ADDRESS, 0);
        }

        /// Calls a function that answers an object and takes where to put the error as its last
        /// argument.
        private MemorySegment create(String name, MemoryLayout[] parameters, Object... arguments) {
            MethodHandle function =
                    Linker.nativeLinker()
                            .downcallHandle(
                                    library.findOrThrow(name),
                                    FunctionDescriptor.of(ADDRESS, parameters));
            MemorySegment code = arena.allocate(JAVA_INT);
            Object[] all = Arrays.copyOf(arguments, arguments.length + 1);
            all[arguments.length] = code;
            try {
                MemorySegment created = (MemorySegment) function.invokeWithArguments(all);
                DriverCopy.requireZero(code.get(JAVA_INT, 0));
                return created;
            } catch (Throwable t) {
                throw new IllegalStateException(name, t);
            }
        }

        @Override
        public void in() {
            transfer(write);
        }

        @Override
        public void out() {
            transfer(read);
        }

        private void transfer(MethodHandle copy) {
            try {
                DriverCopy.requireZero(
                        (int)
                                copy.invokeExact(
                                        queue,
                                        buffer,
                                        BLOCKING,
                                        0L,
                                        host.byteSize(),
                                        host,
                                        0,
                                        NONE,
                                        NONE));
            } catch (Throwable t) {
                throw new IllegalStateException(t);
            }
        }

        @Override
        public void close() {
            release("clReleaseMemObject", buffer);
            release("clReleaseCommandQueue", queue);
            release("clReleaseContext", context);
            arena.close();
        }

        private void release(String name, MemorySegment object) {
            DriverCopy.call(DriverCopy.function(library, name, ADDRESS), object);
        }
    }
}
