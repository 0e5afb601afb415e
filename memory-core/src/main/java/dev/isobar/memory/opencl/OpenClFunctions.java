package dev.isobar.memory.opencl;

import dev.isobar.memory.ffi.Symbol;
import java.lang.foreign.MemorySegment;

/// The functions that are used, with their native signatures: `cl_uint` and `cl_int` are `int`,
/// `size_t`, bit fields and handles are `long`, what points to something is a segment.
interface OpenClFunctions {

    @Symbol("clGetPlatformIDs")
    int getPlatformIds(int room, MemorySegment platforms, MemorySegment count);

    @Symbol("clGetPlatformInfo")
    int getPlatformInfo(
            long platform, int what, long room, MemorySegment value, MemorySegment valueBytes);

    @Symbol("clGetDeviceIDs")
    int getDeviceIds(
            long platform, long types, int room, MemorySegment devices, MemorySegment count);

    @Symbol("clGetDeviceInfo")
    int getDeviceInfo(
            long device, int what, long room, MemorySegment value, MemorySegment valueBytes);

    @Symbol("clCreateContext")
    long createContext(
            MemorySegment properties,
            int deviceCount,
            MemorySegment devices,
            MemorySegment callback,
            MemorySegment callbackData,
            MemorySegment error);

    @Symbol("clReleaseContext")
    int releaseContext(long context);

    @Symbol("clCreateCommandQueue")
    long createCommandQueue(long context, long device, long properties, MemorySegment error);

    @Symbol("clReleaseCommandQueue")
    int releaseCommandQueue(long queue);

    @Symbol("clCreateBuffer")
    long createBuffer(
            long context, long flags, long bytes, MemorySegment host, MemorySegment error);

    @Symbol("clReleaseMemObject")
    int releaseMemObject(long buffer);

    @Symbol("clEnqueueMigrateMemObjects")
    int enqueueMigrate(
            long queue,
            int bufferCount,
            MemorySegment buffers,
            long flags,
            int waitCount,
            MemorySegment waits,
            MemorySegment event);

    @Symbol("clEnqueueWriteBuffer")
    int enqueueWrite(
            long queue,
            long buffer,
            int blocking,
            long offset,
            long bytes,
            MemorySegment source,
            int waitCount,
            MemorySegment waits,
            MemorySegment event);

    @Symbol("clEnqueueReadBuffer")
    int enqueueRead(
            long queue,
            long buffer,
            int blocking,
            long offset,
            long bytes,
            MemorySegment target,
            int waitCount,
            MemorySegment waits,
            MemorySegment event);

    @Symbol("clEnqueueCopyBuffer")
    int enqueueCopy(
            long queue,
            long from,
            long to,
            long fromOffset,
            long toOffset,
            long bytes,
            int waitCount,
            MemorySegment waits,
            MemorySegment event);

    @Symbol("clFlush")
    int flush(long queue);

    @Symbol("clFinish")
    int finish(long queue);

    @Symbol("clWaitForEvents")
    int waitForEvents(int count, MemorySegment events);

    @Symbol("clGetEventInfo")
    int getEventInfo(
            long event, int what, long room, MemorySegment value, MemorySegment valueBytes);

    @Symbol("clGetEventProfilingInfo")
    int getEventProfilingInfo(
            long event, int what, long room, MemorySegment value, MemorySegment valueBytes);

    @Symbol("clReleaseEvent")
    int releaseEvent(long event);
}
