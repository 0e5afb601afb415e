package dev.isobar.memory.cuda;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.isobar.memory.device.DeviceException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/// The primary context of a device, retained once and to be released once.
///
/// A context is current to a thread of the system, and a virtual thread changes that when it waits.
/// So it is made current for each call anew and taken away after it, and nothing in between waits in
/// Java: native calls hold a virtual thread to its carrier, and the rest of [#run] is straight code.
///
/// *Safe for several threads.*
final class CudaContext {

    private final CudaDriver driver;
    private final CudaFunctions functions;
    private final int device;
    private final long context;

    private CudaContext(CudaDriver driver, CudaFunctions functions, int device, long context) {
        this.driver = driver;
        this.functions = functions;
        this.device = device;
        this.context = context;
    }

    static CudaContext retain(CudaDriver driver, CudaFunctions functions, int device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment context = arena.allocate(JAVA_LONG);
            driver.check(
                    "cuDevicePrimaryCtxRetain", functions.primaryContextRetain(context, device));
            return new CudaContext(driver, functions, device, context.get(JAVA_LONG, 0));
        }
    }

    CudaFunctions functions() {
        return functions;
    }

    /// Whether two are the same context, retained twice.
    boolean sameAs(CudaContext other) {
        return functions == other.functions && context == other.context;
    }

    /// @throws DeviceException unless the code says success
    void check(String function, int code) {
        driver.check(function, code);
    }

    /// Does something with the context current. Memory for results is to be taken before.
    void run(Runnable calls) {
        driver.check("cuCtxPushCurrent", functions.contextPush(context));
        try {
            calls.run();
        } catch (Throwable t) {
            int code = functions.contextPop(NULL);
            if (code != CudaDriver.SUCCESS) {
                t.addSuppressed(driver.exception("cuCtxPopCurrent", code));
            }
            throw t;
        }
        driver.check("cuCtxPopCurrent", functions.contextPop(NULL));
    }

    /// Asks for one handle or address, with the context current.
    ///
    /// @param function its name, for messages
    /// @param call answers a code, and writes the handle where it is told
    long handle(String function, HandleCall call) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment handle = arena.allocate(JAVA_LONG);
            run(() -> check(function, call.call(handle)));
            return handle.get(JAVA_LONG, 0);
        }
    }

    /// What the driver says is free on the device, in bytes.
    long freeBytes() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment free = arena.allocate(JAVA_LONG);
            MemorySegment total = arena.allocate(JAVA_LONG);
            run(() -> check("cuMemGetInfo", functions.memGetInfo(free, total)));
            return free.get(JAVA_LONG, 0);
        }
    }

    void release() {
        check("cuDevicePrimaryCtxRelease", functions.primaryContextRelease(device));
    }

    /// Undoes something after a failure, to which its own failure is added.
    void undo(DeviceException failure, Supplier<Undo> undo) {
        Undo step = undo.get();
        if (step.code() != CudaDriver.SUCCESS) {
            failure.addSuppressed(driver.exception(step.function(), step.code()));
        }
    }

    void releaseAfter(DeviceException failure) {
        undo(
                failure,
                () ->
                        new Undo(
                                "cuDevicePrimaryCtxRelease",
                                functions.primaryContextRelease(device)));
    }

    /// What a step back answered.
    record Undo(String function, int code) {}

    /// A native call that writes a handle.
    @FunctionalInterface
    interface HandleCall {
        int call(MemorySegment handle);
    }
}
