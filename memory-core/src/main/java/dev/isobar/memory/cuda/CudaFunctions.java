package dev.isobar.memory.cuda;

import dev.isobar.memory.ffi.Symbol;
import java.lang.foreign.MemorySegment;

/// The functions that are used, with their native signatures: `CUresult`, `CUdevice` and `unsigned`
/// are `int`, `size_t`, device addresses and handles are `long`, what points to something is a
/// segment.
///
/// Those with `_v2` are what the driver's header means by the short name.
interface CudaFunctions {

    @Symbol("cuInit")
    int init(int flags);

    @Symbol("cuGetErrorName")
    int getErrorName(int code, MemorySegment name);

    @Symbol("cuDeviceGetCount")
    int deviceGetCount(MemorySegment count);

    @Symbol("cuDeviceGet")
    int deviceGet(MemorySegment device, int index);

    @Symbol("cuDeviceGetName")
    int deviceGetName(MemorySegment name, int room, int device);

    @Symbol("cuDeviceTotalMem_v2")
    int deviceTotalMem(MemorySegment bytes, int device);

    @Symbol("cuDevicePrimaryCtxRetain")
    int primaryContextRetain(MemorySegment context, int device);

    @Symbol("cuDevicePrimaryCtxRelease_v2")
    int primaryContextRelease(int device);

    @Symbol("cuCtxPushCurrent_v2")
    int contextPush(long context);

    @Symbol("cuCtxPopCurrent_v2")
    int contextPop(MemorySegment context);

    @Symbol("cuMemGetInfo_v2")
    int memGetInfo(MemorySegment freeBytes, MemorySegment totalBytes);

    @Symbol("cuMemAlloc_v2")
    int memAlloc(MemorySegment address, long bytes);

    @Symbol("cuMemFree_v2")
    int memFree(long address);

    @Symbol("cuMemHostAlloc")
    int memHostAlloc(MemorySegment address, long bytes, int flags);

    @Symbol("cuMemFreeHost")
    int memFreeHost(long address);

    @Symbol("cuMemcpyHtoDAsync_v2")
    int copyToDevice(long to, MemorySegment source, long bytes, long stream);

    @Symbol("cuMemcpyDtoHAsync_v2")
    int copyToHost(MemorySegment target, long from, long bytes, long stream);

    @Symbol("cuMemcpyDtoDAsync_v2")
    int copyInDevice(long to, long from, long bytes, long stream);

    @Symbol("cuStreamCreate")
    int streamCreate(MemorySegment stream, int flags);

    @Symbol("cuStreamSynchronize")
    int streamSynchronize(long stream);

    @Symbol("cuStreamDestroy_v2")
    int streamDestroy(long stream);

    @Symbol("cuEventCreate")
    int eventCreate(MemorySegment event, int flags);

    @Symbol("cuEventRecord")
    int eventRecord(long event, long stream);

    @Symbol("cuEventQuery")
    int eventQuery(long event);

    @Symbol("cuEventSynchronize")
    int eventSynchronize(long event);

    @Symbol("cuEventElapsedTime")
    int eventElapsedTime(MemorySegment millis, long start, long end);

    @Symbol("cuEventDestroy_v2")
    int eventDestroy(long event);
}
