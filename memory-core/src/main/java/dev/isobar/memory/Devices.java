package dev.isobar.memory;

import dev.isobar.memory.cuda.CudaDriver;
import dev.isobar.memory.device.DeviceException;
import dev.isobar.memory.device.DeviceInfo;
import dev.isobar.memory.device.DeviceMemory;
import dev.isobar.memory.ffi.LibraryUnavailableException;
import dev.isobar.memory.opencl.OpenCl;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/// The devices of this machine that have memory of their own.
///
/// Looking for them loads the vendors' libraries, `libOpenCL.so.1` and `libcuda.so.1`, if they are
/// there. That needs native access: `--enable-native-access=dev.isobar.memory` on the command line,
/// or Java prints a warning. Whoever does not call this class needs none of it.
public final class Devices {

    private static final String OPENCL_HINT =
            "install the OpenCL loader and a driver for your device"
                    + " (for the processor: apt install ocl-icd-libopencl1 pocl-opencl-icd)";
    private static final String CUDA_HINT = "a GPU and NVIDIA's driver are needed";

    private Devices() {}

    /// Looks at every OpenCL and CUDA device. The first call in a process starts the drivers, and
    /// asking a GPU how much is free makes a context on it: up to some seconds in all.
    ///
    /// @return at least one entry for each kind: its devices, or why there are none; OpenCL first,
    ///     each in its driver's order
    public static List<SpaceDescription> discover() {
        List<SpaceDescription> found = new ArrayList<>();
        found.addAll(openCl(OpenCl.LIBRARY_NAMES));
        found.addAll(cuda(CudaDriver.LIBRARY_NAMES));
        return List.copyOf(found);
    }

    /// @param libraryNames where to look for the library
    static List<SpaceDescription> openCl(List<String> libraryNames) {
        return describe(
                SpaceKind.OPENCL,
                OPENCL_HINT,
                () -> {
                    OpenCl openCl = OpenCl.load(libraryNames);
                    return new Found(openCl.devices(), openCl::open);
                });
    }

    /// @param libraryNames where to look for the library
    static List<SpaceDescription> cuda(List<String> libraryNames) {
        return describe(
                SpaceKind.CUDA,
                CUDA_HINT,
                () -> {
                    CudaDriver driver = CudaDriver.load(libraryNames);
                    return new Found(driver.devices(), driver::open);
                });
    }

    private static List<SpaceDescription> describe(
            SpaceKind kind, String hint, Supplier<Found> look) {
        try {
            Found found = look.get();
            if (found.devices.isEmpty()) {
                return unavailable(kind, "the library is there, but no device; " + hint);
            }
            List<SpaceDescription> descriptions = new ArrayList<>();
            for (DeviceInfo device : found.devices) {
                descriptions.add(available(kind, device, found.open));
            }
            return descriptions;
        } catch (LibraryUnavailableException e) {
            return unavailable(kind, e.getMessage() + "; " + hint);
        } catch (DeviceException e) {
            return unavailable(kind, "the driver failed: " + e.getMessage());
        }
    }

    private static List<SpaceDescription> unavailable(SpaceKind kind, String reason) {
        return List.of(new SpaceDescription.Unavailable(kind, reason));
    }

    private static SpaceDescription available(
            SpaceKind kind, DeviceInfo device, IntFunction<DeviceMemory> open) {
        String id = kind.name().toLowerCase(Locale.ROOT) + "-" + device.index();
        return new SpaceDescription.Available(
                kind,
                id,
                device.name(),
                device.capacityBytes(),
                device.freeBytes(),
                device.largestBytes(),
                (name, capacityBytes) ->
                        open(kind, name, capacityBytes, () -> open.apply(device.index())));
    }

    private static MemorySpace open(
            SpaceKind kind, String name, long capacityBytes, Supplier<DeviceMemory> open) {
        DeviceSpace.requireValid(name, capacityBytes);
        DeviceMemory memory;
        try {
            memory = open.get();
        } catch (DeviceException e) {
            throw new MemorySpaceException(name, e.function(), e.codeName(), e.code(), e);
        }
        return kind == SpaceKind.CUDA
                ? new CudaSpace(name, memory, capacityBytes)
                : new OpenClSpace(name, memory, capacityBytes);
    }

    private record Found(List<DeviceInfo> devices, IntFunction<DeviceMemory> open) {}
}
