package dev.isobar.memory.cuda;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.isobar.memory.device.DeviceException;
import dev.isobar.memory.device.DeviceException.Meaning;
import dev.isobar.memory.device.DeviceInfo;
import dev.isobar.memory.device.DeviceMemory;
import dev.isobar.memory.ffi.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// The NVIDIA driver of this machine and its devices.
///
/// *Immutable.*
public final class CudaDriver {

    /// Where the driver's library is looked for: first where the system's linker looks, then where
    /// containers and WSL put it.
    public static final List<String> LIBRARY_NAMES =
            List.of(
                    "libcuda.so.1",
                    "/usr/local/nvidia/lib64/libcuda.so.1",
                    "/usr/lib/wsl/lib/libcuda.so.1");

    static final int SUCCESS = 0;
    private static final int OUT_OF_MEMORY = 2;
    private static final int NO_DEVICE = 100;
    private static final int NAME_ROOM_BYTES = 256;

    private final CudaFunctions functions;

    private CudaDriver(CudaFunctions functions) {
        this.functions = functions;
    }

    /// Loads the driver and starts it.
    ///
    /// @throws dev.isobar.memory.ffi.LibraryUnavailableException if it is not there or too old
    /// @throws DeviceException if it does not start
    public static CudaDriver load(List<String> libraryNames) {
        CudaFunctions functions = NativeLibrary.load(libraryNames).bind(CudaFunctions.class);
        CudaDriver driver = new CudaDriver(functions);
        int code = functions.init(0);
        if (code != NO_DEVICE) {
            driver.check("cuInit", code);
        }
        return driver;
    }

    /// All devices. Asking how much is free makes a context on each, which may take a second.
    ///
    /// @throws DeviceException if the driver fails
    public List<DeviceInfo> devices() {
        int count = deviceCount();
        List<DeviceInfo> devices = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            devices.add(describe(index));
        }
        return List.copyOf(devices);
    }

    /// Retains the primary context of a device, the one that all users in the process share.
    ///
    /// @param index the device's place in [#devices()]
    /// @throws DeviceException if the driver fails
    public DeviceMemory open(int index) {
        int device = device(index);
        long totalBytes = totalBytes(device);
        return CudaMemory.open(CudaContext.retain(this, functions, device), totalBytes);
    }

    /// @throws DeviceException unless the code says success
    void check(String function, int code) {
        if (code != SUCCESS) {
            throw exception(function, code);
        }
    }

    DeviceException exception(String function, int code) {
        return new DeviceException(function, nameOf(code), code, meaning(code));
    }

    private int deviceCount() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(JAVA_INT);
            int code = functions.deviceGetCount(count);
            if (code == NO_DEVICE) {
                return 0;
            }
            check("cuDeviceGetCount", code);
            return count.get(JAVA_INT, 0);
        }
    }

    private int device(int index) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment device = arena.allocate(JAVA_INT);
            check("cuDeviceGet", functions.deviceGet(device, index));
            return device.get(JAVA_INT, 0);
        }
    }

    private DeviceInfo describe(int index) {
        int device = device(index);
        long totalBytes = totalBytes(device);
        String name = name(device);
        CudaContext context = CudaContext.retain(this, functions, device);
        long freeBytes;
        try {
            freeBytes = context.freeBytes();
        } catch (DeviceException e) {
            context.releaseAfter(e);
            throw e;
        }
        context.release();
        return new DeviceInfo(index, name, totalBytes, OptionalLong.of(freeBytes), totalBytes);
    }

    private String name(int device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(NAME_ROOM_BYTES);
            check("cuDeviceGetName", functions.deviceGetName(name, NAME_ROOM_BYTES - 1, device));
            return name.getString(0).strip();
        }
    }

    private long totalBytes(int device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(JAVA_LONG);
            check("cuDeviceTotalMem", functions.deviceTotalMem(bytes, device));
            return bytes.get(JAVA_LONG, 0);
        }
    }

    private String nameOf(int code) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(ADDRESS);
            boolean known = functions.getErrorName(code, name) == SUCCESS;
            MemorySegment text = name.get(ADDRESS, 0);
            return known && !text.equals(NULL) ? NativeLibrary.string(text) : "CUDA error " + code;
        }
    }

    /// The codes after which CUDA's documentation says that the process cannot use the device, or
    /// the context, any more.
    private static Meaning meaning(int code) {
        return switch (code) {
            case OUT_OF_MEMORY -> Meaning.NO_ROOM;
            case 4, // CUDA_ERROR_DEINITIALIZED
                    46, // CUDA_ERROR_DEVICE_UNAVAILABLE
                    201, // CUDA_ERROR_INVALID_CONTEXT
                    214, // CUDA_ERROR_ECC_UNCORRECTABLE
                    220, // CUDA_ERROR_NVLINK_UNCORRECTABLE
                    700, // CUDA_ERROR_ILLEGAL_ADDRESS
                    702, // CUDA_ERROR_LAUNCH_TIMEOUT
                    709, // CUDA_ERROR_CONTEXT_IS_DESTROYED
                    710, // CUDA_ERROR_ASSERT
                    714, // CUDA_ERROR_HARDWARE_STACK_ERROR
                    715, // CUDA_ERROR_ILLEGAL_INSTRUCTION
                    716, // CUDA_ERROR_MISALIGNED_ADDRESS
                    717, // CUDA_ERROR_INVALID_ADDRESS_SPACE
                    718, // CUDA_ERROR_INVALID_PC
                    719 -> // CUDA_ERROR_LAUNCH_FAILED
                    Meaning.LOST;
            default -> Meaning.OTHER;
        };
    }
}
