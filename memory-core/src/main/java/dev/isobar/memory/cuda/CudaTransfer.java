package dev.isobar.memory.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.isobar.memory.device.DeviceException;
import dev.isobar.memory.device.Leftovers;
import dev.isobar.memory.device.Transfer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.IntSupplier;

/// Two events around a copy on its stream.
final class CudaTransfer implements Transfer {

    private static final int NOT_READY = 600;
    private static final double NANOS_PER_MILLI = 1e6;

    private final CudaContext context;
    private final CudaFunctions functions;
    private final Leftovers leftovers;
    private final long begin;
    private final long end;

    private CudaTransfer(CudaContext context, Leftovers leftovers, long begin, long end) {
        this.context = context;
        this.functions = context.functions();
        this.leftovers = leftovers;
        this.begin = begin;
        this.end = end;
    }

    /// Makes the events.
    static CudaTransfer create(CudaContext context, Leftovers leftovers) {
        CudaFunctions functions = context.functions();
        long begin = context.handle("cuEventCreate", event -> functions.eventCreate(event, 0));
        try {
            long end = context.handle("cuEventCreate", event -> functions.eventCreate(event, 0));
            return new CudaTransfer(context, leftovers, begin, end);
        } catch (DeviceException e) {
            giveBack(context, leftovers, begin);
            throw e;
        }
    }

    void recordBegin(long stream) {
        context.check("cuEventRecord", functions.eventRecord(begin, stream));
    }

    void recordEnd(long stream) {
        context.check("cuEventRecord", functions.eventRecord(end, stream));
    }

    @Override
    public boolean done() {
        boolean[] running = new boolean[1];
        context.run(() -> {
            int code = functions.eventQuery(end);
            running[0] = code == NOT_READY;
            if (!running[0]) {
                context.check("cuEventQuery", code);
            }
        });
        return !running[0];
    }

    @Override
    public long await() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment millis = arena.allocate(JAVA_FLOAT);
            context.run(() -> {
                context.check("cuEventSynchronize", functions.eventSynchronize(end));
                context.check("cuEventElapsedTime", functions.eventElapsedTime(millis, begin, end));
            });
            return Math.max(0, Math.round(millis.get(JAVA_FLOAT, 0) * NANOS_PER_MILLI));
        }
    }

    @Override
    public void release() {
        giveBack(context, leftovers, begin);
        giveBack(context, leftovers, end);
    }

    private static void giveBack(CudaContext context, Leftovers leftovers, long event) {
        List<IntSupplier> destroying = List.of(() -> context.functions().eventDestroy(event));
        leftovers.giveBack(() -> context.runAll(null, "cuEventDestroy", destroying) == null);
    }
}
