package dev.isobar.memory.opencl;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.isobar.memory.device.Leftovers;
import dev.isobar.memory.device.Transfer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// An event.
final class OpenClTransfer implements Transfer {

    private static final int EVENT_COMMAND_EXECUTION_STATUS = 0x11D3;
    private static final int PROFILING_COMMAND_QUEUED = 0x1280;
    private static final int PROFILING_COMMAND_END = 0x1283;
    private static final int STATUS_COMPLETE = 0;

    private final OpenClFunctions functions;
    private final long event;
    private final Leftovers leftovers;

    OpenClTransfer(OpenClFunctions functions, long event, Leftovers leftovers) {
        this.functions = functions;
        this.event = event;
        this.leftovers = leftovers;
    }

    /// A negative status is an error code, and an end too.
    @Override
    public boolean done() {
        return status() <= STATUS_COMPLETE;
    }

    @Override
    public long await() {
        awaitEnd();
        long queued = profile(PROFILING_COMMAND_QUEUED);
        return Math.max(0, profile(PROFILING_COMMAND_END) - queued);
    }

    /// Waits, without asking how long it took. Where the wait fails, the event itself knows better
    /// why.
    void awaitEnd() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment events = arena.allocateFrom(JAVA_LONG, event);
            int code = functions.waitForEvents(1, events);
            if (code == OpenClError.CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST.code()) {
                OpenClError.check("the copy", Math.min(status(), STATUS_COMPLETE));
            }
            OpenClError.check("clWaitForEvents", code);
        }
    }

    @Override
    public void release() {
        leftovers.giveBack(() -> functions.releaseEvent(event) == OpenClError.CL_SUCCESS.code());
    }

    private int status() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            OpenClError.check(
                    "clGetEventInfo",
                    functions.getEventInfo(
                            event, EVENT_COMMAND_EXECUTION_STATUS, Integer.BYTES, value, NULL));
            return value.get(JAVA_INT, 0);
        }
    }

    private long profile(int what) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_LONG);
            OpenClError.check(
                    "clGetEventProfilingInfo",
                    functions.getEventProfilingInfo(event, what, Long.BYTES, value, NULL));
            return value.get(JAVA_LONG, 0);
        }
    }
}
