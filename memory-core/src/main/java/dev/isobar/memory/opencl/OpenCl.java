package dev.isobar.memory.opencl;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.isobar.memory.device.DeviceException;
import dev.isobar.memory.device.DeviceInfo;
import dev.isobar.memory.device.DeviceMemory;
import dev.isobar.memory.ffi.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// The OpenCL library of this machine and the devices of all its platforms.
///
/// *Immutable.*
public final class OpenCl {

    /// Where the library is looked for.
    public static final List<String> LIBRARY_NAMES = List.of("libOpenCL.so.1", "libOpenCL.so");

    private static final int PLATFORM_NOT_FOUND = OpenClError.CL_PLATFORM_NOT_FOUND_KHR.code();
    private static final int DEVICE_NOT_FOUND = OpenClError.CL_DEVICE_NOT_FOUND.code();
    private static final long ALL_DEVICE_TYPES = 0xFFFFFFFFL;

    private static final int DEVICE_MAX_MEM_ALLOC_SIZE = 0x1010;
    private static final int DEVICE_MEM_BASE_ADDR_ALIGN = 0x1019;
    private static final int DEVICE_GLOBAL_MEM_SIZE = 0x101F;
    private static final int DEVICE_NAME = 0x102B;
    private static final int DEVICE_FREE_MEMORY_AMD = 0x4039;
    private static final int AMD_FREE_MEMORY_UNIT_BYTES = 1024;

    private final OpenClFunctions functions;

    private OpenCl(OpenClFunctions functions) {
        this.functions = functions;
    }

    /// Loads the library.
    ///
    /// @throws dev.isobar.memory.ffi.LibraryUnavailableException if it is not there or too old
    public static OpenCl load(List<String> libraryNames) {
        return new OpenCl(NativeLibrary.load(libraryNames).bind(OpenClFunctions.class));
    }

    /// All devices of all platforms; none is an ordinary answer.
    ///
    /// @throws DeviceException if a driver fails
    public List<DeviceInfo> devices() {
        List<Long> handles = deviceHandles();
        List<DeviceInfo> devices = new ArrayList<>();
        for (int index = 0; index < handles.size(); index++) {
            devices.add(describe(index, handles.get(index)));
        }
        return List.copyOf(devices);
    }

    /// Makes a context on a device.
    ///
    /// @param index the device's place in [#devices()]
    /// @throws DeviceException if the driver fails
    public DeviceMemory open(int index) {
        long device = deviceHandles().get(index);
        long alignmentBits = number(device, DEVICE_MEM_BASE_ADDR_ALIGN, Integer.BYTES);
        long granule = Math.max(16, Long.highestOneBit(alignmentBits / Byte.SIZE));
        long largest = number(device, DEVICE_MAX_MEM_ALLOC_SIZE, Long.BYTES);
        return OpenClMemory.open(functions, device, granule, largest, () -> freeBytes(device));
    }

    private List<Long> deviceHandles() {
        List<Long> devices = new ArrayList<>();
        for (long platform : handles("clGetPlatformIDs", PLATFORM_NOT_FOUND, this::platforms)) {
            devices.addAll(
                    handles(
                            "clGetDeviceIDs",
                            DEVICE_NOT_FOUND,
                            (room, found, count) ->
                                    functions.getDeviceIds(
                                            platform, ALL_DEVICE_TYPES, room, found, count)));
        }
        return devices;
    }

    private int platforms(int room, MemorySegment found, MemorySegment count) {
        return functions.getPlatformIds(room, found, count);
    }

    /// Asks a driver for a list in the usual two steps: how many, then which.
    private static List<Long> handles(String function, int codeForNone, ListFunction list) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(JAVA_INT);
            int code = list.get(0, NULL, count);
            if (code == codeForNone) {
                return List.of();
            }
            OpenClError.check(function, code);
            int room = count.get(JAVA_INT, 0);
            if (room == 0) {
                return List.of();
            }
            MemorySegment found = arena.allocate(JAVA_LONG, room);
            OpenClError.check(function, list.get(room, found, NULL));
            List<Long> handles = new ArrayList<>();
            for (int index = 0; index < room; index++) {
                handles.add(found.getAtIndex(JAVA_LONG, index));
            }
            return handles;
        }
    }

    private DeviceInfo describe(int index, long device) {
        return new DeviceInfo(
                index,
                text(device, DEVICE_NAME),
                number(device, DEVICE_GLOBAL_MEM_SIZE, Long.BYTES),
                freeBytes(device),
                number(device, DEVICE_MAX_MEM_ALLOC_SIZE, Long.BYTES));
    }

    /// OpenCL has no question for this; AMD's drivers answer one of their own.
    private OptionalLong freeBytes(long device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(2 * Long.BYTES, Long.BYTES);
            int code =
                    functions.getDeviceInfo(
                            device, DEVICE_FREE_MEMORY_AMD, value.byteSize(), value, NULL);
            long free = value.get(JAVA_LONG, 0);
            return code == OpenClError.CL_SUCCESS.code() && free > 0
                    ? OptionalLong.of(Math.multiplyExact(free, AMD_FREE_MEMORY_UNIT_BYTES))
                    : OptionalLong.empty();
        }
    }

    private long number(long device, int what, int bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_LONG);
            OpenClError.check(
                    "clGetDeviceInfo", functions.getDeviceInfo(device, what, bytes, value, NULL));
            return bytes == Integer.BYTES ? value.get(JAVA_INT, 0) : value.get(JAVA_LONG, 0);
        }
    }

    private String text(long device, int what) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(JAVA_LONG);
            OpenClError.check(
                    "clGetDeviceInfo", functions.getDeviceInfo(device, what, 0, NULL, bytes));
            MemorySegment value = arena.allocate(bytes.get(JAVA_LONG, 0) + 1);
            OpenClError.check(
                    "clGetDeviceInfo",
                    functions.getDeviceInfo(device, what, bytes.get(JAVA_LONG, 0), value, NULL));
            return value.getString(0).strip();
        }
    }

    @FunctionalInterface
    private interface ListFunction {
        int get(int room, MemorySegment found, MemorySegment count);
    }
}
