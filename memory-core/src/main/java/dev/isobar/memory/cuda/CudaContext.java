package dev.isobar.memory.cuda;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.isobar.memory.device.DeviceException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

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
        return context == other.context;
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
        } finally {
            pop();
        }
    }

    /// The answer is not asked for: by CUDA's documentation it may be the error of something that
    /// ran on the device long before, and says nothing of the calls just made. A second try could
    /// take away a context that somebody else made current.
    private void pop() {
        int _ = functions.contextPop(NULL);
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

    /// Releases after a failure, to which one of its own is added.
    void releaseAfter(DeviceException failure) {
        int code = functions.primaryContextRelease(device);
        if (code != CudaDriver.SUCCESS) {
            failure.addSuppressed(driver.exception("cuDevicePrimaryCtxRelease", code));
        }
    }

    /// Takes all steps of an undoing, whatever fails on the way.
    ///
    /// @param before a failure that the steps' own are added to; null if there was none
    /// @param function what all steps call, for messages
    /// @return the first failure; null if there was none
    @Nullable DeviceException runAll(
            @Nullable DeviceException before, String function, List<IntSupplier> steps) {
        int pushed = functions.contextPush(context);
        if (pushed != CudaDriver.SUCCESS) {
            pushed = functions.contextPush(context); // what is to be undone is worth a second try
        }
        if (pushed != CudaDriver.SUCCESS) {
            return worse(before, driver.exception("cuCtxPushCurrent", pushed));
        }
        DeviceException failure = before;
        for (IntSupplier step : steps) {
            int code = step.getAsInt();
            if (code != CudaDriver.SUCCESS) {
                failure = worse(failure, driver.exception(function, code));
            }
        }
        pop();
        return failure;
    }

    private static DeviceException worse(@Nullable DeviceException first, DeviceException next) {
        if (first == null) {
            return next;
        }
        first.addSuppressed(next);
        return first;
    }

    /// A native call that writes a handle.
    @FunctionalInterface
    interface HandleCall {
        int call(MemorySegment handle);
    }
}
