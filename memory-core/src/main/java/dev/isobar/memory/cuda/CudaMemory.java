package dev.isobar.memory.cuda;

import dev.isobar.memory.device.DeviceException;
import dev.isobar.memory.device.DeviceMemory;
import dev.isobar.memory.device.HostBuffer;
import dev.isobar.memory.device.Leftovers;
import dev.isobar.memory.device.Transfer;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// Memory of one NVIDIA device, with a stream for each direction so that they can run at once.
///
/// The streams do not wait for the legacy default stream, nor it for them. A blocking copy is put on
/// its stream and the stream waited for: the synchronous copies of CUDA may return while the last
/// bytes are still on their way.
///
/// *Safe for several threads,* as the driver is.
final class CudaMemory implements DeviceMemory {

    private static final int STREAM_NON_BLOCKING = 1;
    private static final int HOST_ALLOC_PORTABLE = 1;
    private static final long GRANULE_BYTES = 512;
    private static final long ALIGNMENT_BYTES = 256;

    private final CudaContext context;
    private final CudaFunctions functions;
    private final long totalBytes;
    private final long inStream;
    private final long outStream;
    private final long acrossStream;
    private final List<Long> openStreams;
    private final Leftovers leftovers = new Leftovers();

    private CudaMemory(CudaContext context, long totalBytes, List<Long> streams) {
        this.context = context;
        this.functions = context.functions();
        this.totalBytes = totalBytes;
        this.inStream = streams.get(0);
        this.outStream = streams.get(1);
        this.acrossStream = streams.get(2);
        this.openStreams = streams;
    }

    /// Takes over the context: releases it if this fails.
    static CudaMemory open(CudaContext context, long totalBytes) {
        CudaFunctions functions = context.functions();
        List<Long> streams = new ArrayList<>();
        try {
            for (int stream = 0; stream < 3; stream++) {
                streams.add(
                        context.handle(
                                "cuStreamCreate",
                                handle -> functions.streamCreate(handle, STREAM_NON_BLOCKING)));
            }
            return new CudaMemory(context, totalBytes, streams);
        } catch (DeviceException e) {
            destroy(context, streams, e);
            context.releaseAfter(e);
            throw e;
        }
    }

    @Override
    public long granuleBytes() {
        return GRANULE_BYTES;
    }

    @Override
    public long alignmentBytes() {
        return ALIGNMENT_BYTES;
    }

    @Override
    public boolean handlesAreAddresses() {
        return true;
    }

    @Override
    public long largestBytes() {
        return totalBytes;
    }

    @Override
    public OptionalLong freeBytes() {
        return OptionalLong.of(context.freeBytes());
    }

    @Override
    public long allocate(long bytes) {
        return context.handle("cuMemAlloc", address -> functions.memAlloc(address, bytes));
    }

    /// The driver promises nothing.
    @Override
    public void settle(long handle) {}

    @Override
    public void free(long handle) {
        context.run(() -> context.check("cuMemFree", functions.memFree(handle)));
    }

    @Override
    public void write(long to, long toOffset, MemorySegment source) {
        copyAndWait("cuMemcpyHtoDAsync", inStream, writing(to + toOffset, source, inStream));
    }

    @Override
    public void read(long from, long fromOffset, MemorySegment target) {
        copyAndWait("cuMemcpyDtoHAsync", outStream, reading(from + fromOffset, target, outStream));
    }

    @Override
    public void copy(long from, long fromOffset, long to, long toOffset, long bytes) {
        copyAndWait(
                "cuMemcpyDtoDAsync", acrossStream, moving(from + fromOffset, to + toOffset, bytes));
    }

    @Override
    public Transfer startWrite(long to, long toOffset, MemorySegment source) {
        return start("cuMemcpyHtoDAsync", inStream, writing(to + toOffset, source, inStream));
    }

    @Override
    public Transfer startRead(long from, long fromOffset, MemorySegment target) {
        return start("cuMemcpyDtoHAsync", outStream, reading(from + fromOffset, target, outStream));
    }

    @Override
    public Transfer startCopy(long from, long fromOffset, long to, long toOffset, long bytes) {
        return start(
                "cuMemcpyDtoDAsync", acrossStream, moving(from + fromOffset, to + toOffset, bytes));
    }

    /// All spaces of a device share its primary context, and with it all addresses.
    @Override
    public boolean knowsHandlesOf(DeviceMemory other) {
        return other instanceof CudaMemory cuda && context.sameAs(cuda.context);
    }

    @Override
    public HostBuffer hostBuffer(long bytes) {
        long address =
                context.handle(
                        "cuMemHostAlloc",
                        handle -> functions.memHostAlloc(handle, bytes, HOST_ALLOC_PORTABLE));
        return new PinnedBuffer(context, address, bytes);
    }

    @Override
    public void close() {
        leftovers.retry();
        DeviceException failure = destroy(context, openStreams, null);
        if (failure != null && failure.meaning() != DeviceException.Meaning.LOST) {
            throw failure;
        }
        context.release(); // what was lost goes with it
    }

    private IntSupplier writing(long to, MemorySegment source, long stream) {
        return () -> functions.copyToDevice(to, source, source.byteSize(), stream);
    }

    private IntSupplier reading(long from, MemorySegment target, long stream) {
        return () -> functions.copyToHost(target, from, target.byteSize(), stream);
    }

    private IntSupplier moving(long from, long to, long bytes) {
        return () -> functions.copyInDevice(to, from, bytes, acrossStream);
    }

    private void copyAndWait(String function, long stream, IntSupplier copy) {
        context.run(() -> {
            context.check(function, copy.getAsInt());
            context.check("cuStreamSynchronize", functions.streamSynchronize(stream));
        });
    }

    private Transfer start(String function, long stream, IntSupplier copy) {
        CudaTransfer transfer = CudaTransfer.create(context, leftovers);
        try {
            context.run(() -> {
                transfer.recordBegin(stream);
                context.check(function, copy.getAsInt());
                transfer.recordEnd(stream);
            });
        } catch (DeviceException e) {
            // The copy may be running, and nobody else would know when it ends.
            context.runAll(
                    e, "cuStreamSynchronize", List.of(() -> functions.streamSynchronize(stream)));
            transfer.release();
            throw e;
        }
        return transfer;
    }

    /// Destroys streams and takes them off the list, whatever fails on the way.
    private static @Nullable DeviceException destroy(
            CudaContext context, List<Long> streams, @Nullable DeviceException before) {
        List<IntSupplier> steps = new ArrayList<>();
        for (long stream : List.copyOf(streams)) {
            steps.add(() -> {
                int code = context.functions().streamDestroy(stream);
                if (code == CudaDriver.SUCCESS) {
                    streams.remove(stream);
                }
                return code;
            });
        }
        return context.runAll(before, "cuStreamDestroy", steps);
    }
}
