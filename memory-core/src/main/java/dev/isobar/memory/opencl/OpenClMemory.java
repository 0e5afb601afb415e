package dev.isobar.memory.opencl;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.isobar.memory.device.DeviceException;
import dev.isobar.memory.device.DeviceMemory;
import dev.isobar.memory.device.HostBuffer;
import dev.isobar.memory.device.Leftovers;
import dev.isobar.memory.device.PlainBuffer;
import dev.isobar.memory.device.Transfer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One context on one device, with a queue for each direction so that they can run at once.
///
/// *Safe for several threads,* as OpenCL itself is.
final class OpenClMemory implements DeviceMemory {

    private static final long QUEUE_PROFILING_ENABLE = 2;
    private static final long MEM_READ_WRITE = 1;
    private static final long MIGRATE_CONTENT_UNDEFINED = 2;
    private static final int BLOCKING = 1;
    private static final int NON_BLOCKING = 0;

    private final OpenClFunctions functions;
    private final long granuleBytes;
    private final long largestBytes;
    private final Supplier<OptionalLong> freeBytes;
    private final long context;
    private final long inQueue;
    private final long outQueue;
    private final long acrossQueue;
    private final List<Long> openQueues;
    private final Leftovers leftovers = new Leftovers();

    private OpenClMemory(
            OpenClFunctions functions,
            long granuleBytes,
            long largestBytes,
            Supplier<OptionalLong> freeBytes,
            long context,
            List<Long> queues) {
        this.functions = functions;
        this.granuleBytes = granuleBytes;
        this.largestBytes = largestBytes;
        this.freeBytes = freeBytes;
        this.context = context;
        this.inQueue = queues.get(0);
        this.outQueue = queues.get(1);
        this.acrossQueue = queues.get(2);
        this.openQueues = queues;
    }

    static OpenClMemory open(
            OpenClFunctions functions,
            long device,
            long granuleBytes,
            long largestBytes,
            Supplier<OptionalLong> freeBytes) {
        long context = createContext(functions, device);
        List<Long> queues = new ArrayList<>();
        try {
            for (int queue = 0; queue < 3; queue++) {
                queues.add(createQueue(functions, context, device));
            }
            return new OpenClMemory(
                    functions, granuleBytes, largestBytes, freeBytes, context, queues);
        } catch (DeviceException e) {
            release(functions, queues, e);
            add(e, "clReleaseContext", functions.releaseContext(context));
            throw e;
        }
    }

    @Override
    public long granuleBytes() {
        return granuleBytes;
    }

    @Override
    public long alignmentBytes() {
        return granuleBytes;
    }

    @Override
    public boolean handlesAreAddresses() {
        return false;
    }

    @Override
    public long largestBytes() {
        return largestBytes;
    }

    @Override
    public OptionalLong freeBytes() {
        return freeBytes.get();
    }

    @Override
    public long allocate(long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment error = arena.allocate(JAVA_INT);
            long buffer = functions.createBuffer(context, MEM_READ_WRITE, bytes, NULL, error);
            OpenClError.check("clCreateBuffer", error.get(JAVA_INT, 0));
            return buffer;
        }
    }

    /// Drivers put off taking the memory until a buffer is used. Moving the buffer to the device
    /// makes them take it now, so that a lack of room is found here and not in some later copy.
    @Override
    public void settle(long handle) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffers = arena.allocateFrom(JAVA_LONG, handle);
            MemorySegment event = arena.allocate(JAVA_LONG);
            OpenClError.check(
                    "clEnqueueMigrateMemObjects",
                    functions.enqueueMigrate(
                            acrossQueue, 1, buffers, MIGRATE_CONTENT_UNDEFINED, 0, NULL, event));
            awaitOnce(event);
        }
    }

    @Override
    public void free(long handle) {
        OpenClError.check("clReleaseMemObject", functions.releaseMemObject(handle));
    }

    @Override
    public void write(long to, long toOffset, MemorySegment source) {
        OpenClError.check(
                "clEnqueueWriteBuffer",
                functions.enqueueWrite(
                        inQueue, to, BLOCKING, toOffset, source.byteSize(), source, 0, NULL, NULL));
    }

    @Override
    public void read(long from, long fromOffset, MemorySegment target) {
        OpenClError.check(
                "clEnqueueReadBuffer",
                functions.enqueueRead(
                        outQueue,
                        from,
                        BLOCKING,
                        fromOffset,
                        target.byteSize(),
                        target,
                        0,
                        NULL,
                        NULL));
    }

    @Override
    public void copy(long from, long fromOffset, long to, long toOffset, long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(JAVA_LONG);
            enqueueCopy(from, fromOffset, to, toOffset, bytes, event);
            awaitOnce(event);
        }
    }

    @Override
    public Transfer startWrite(long to, long toOffset, MemorySegment source) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(JAVA_LONG);
            OpenClError.check(
                    "clEnqueueWriteBuffer",
                    functions.enqueueWrite(
                            inQueue,
                            to,
                            NON_BLOCKING,
                            toOffset,
                            source.byteSize(),
                            source,
                            0,
                            NULL,
                            event));
            return started(event, inQueue);
        }
    }

    @Override
    public Transfer startRead(long from, long fromOffset, MemorySegment target) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(JAVA_LONG);
            OpenClError.check(
                    "clEnqueueReadBuffer",
                    functions.enqueueRead(
                            outQueue,
                            from,
                            NON_BLOCKING,
                            fromOffset,
                            target.byteSize(),
                            target,
                            0,
                            NULL,
                            event));
            return started(event, outQueue);
        }
    }

    @Override
    public Transfer startCopy(long from, long fromOffset, long to, long toOffset, long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(JAVA_LONG);
            enqueueCopy(from, fromOffset, to, toOffset, bytes, event);
            return started(event, acrossQueue);
        }
    }

    /// Buffers belong to a context, and every space has its own.
    @Override
    public boolean knowsHandlesOf(DeviceMemory other) {
        return other == this;
    }

    @Override
    public HostBuffer hostBuffer(long bytes) {
        return PlainBuffer.of(bytes);
    }

    @Override
    public void close() {
        leftovers.retry();
        DeviceException failure = release(functions, openQueues, null);
        if (failure != null && failure.meaning() != DeviceException.Meaning.LOST) {
            throw failure;
        }
        OpenClError.check("clReleaseContext", functions.releaseContext(context));
    }

    private void enqueueCopy(
            long from, long fromOffset, long to, long toOffset, long bytes, MemorySegment event) {
        OpenClError.check(
                "clEnqueueCopyBuffer",
                functions.enqueueCopy(
                        acrossQueue, from, to, fromOffset, toOffset, bytes, 0, NULL, event));
    }

    private void awaitOnce(MemorySegment event) {
        OpenClTransfer transfer = transfer(event);
        try {
            transfer.awaitEnd();
        } finally {
            transfer.release();
        }
    }

    /// Hands the command to the device. Where that fails the copy is waited for, because nobody else
    /// knows that it may still run.
    private Transfer started(MemorySegment event, long queue) {
        OpenClTransfer transfer = transfer(event);
        int code = functions.flush(queue);
        if (code == OpenClError.CL_SUCCESS.code()) {
            return transfer;
        }
        DeviceException failure = OpenClError.exception("clFlush", code);
        add(failure, "clFinish", functions.finish(queue));
        transfer.release();
        throw failure;
    }

    private OpenClTransfer transfer(MemorySegment event) {
        return new OpenClTransfer(functions, event.get(JAVA_LONG, 0), leftovers);
    }

    private static long createContext(OpenClFunctions functions, long device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment error = arena.allocate(JAVA_INT);
            MemorySegment devices = arena.allocateFrom(JAVA_LONG, device);
            long context = functions.createContext(NULL, 1, devices, NULL, NULL, error);
            OpenClError.check("clCreateContext", error.get(JAVA_INT, 0));
            return context;
        }
    }

    private static long createQueue(OpenClFunctions functions, long context, long device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment error = arena.allocate(JAVA_INT);
            long queue =
                    functions.createCommandQueue(context, device, QUEUE_PROFILING_ENABLE, error);
            OpenClError.check("clCreateCommandQueue", error.get(JAVA_INT, 0));
            return queue;
        }
    }

    /// Releases queues and takes them off the list, whatever fails on the way.
    ///
    /// @param before a failure that the releases' own are added to; null if there was none
    /// @return the first failure; null if there was none
    private static @Nullable DeviceException release(
            OpenClFunctions functions, List<Long> queues, @Nullable DeviceException before) {
        DeviceException failure = before;
        for (long queue : List.copyOf(queues)) {
            int code = functions.releaseCommandQueue(queue);
            if (code == OpenClError.CL_SUCCESS.code()) {
                queues.remove(queue);
            }
            failure = add(failure, "clReleaseCommandQueue", code);
        }
        return failure;
    }

    private static @Nullable DeviceException add(
            @Nullable DeviceException failure, String function, int code) {
        if (code == OpenClError.CL_SUCCESS.code()) {
            return failure;
        }
        DeviceException next = OpenClError.exception(function, code);
        if (failure == null) {
            return next;
        }
        failure.addSuppressed(next);
        return failure;
    }
}
