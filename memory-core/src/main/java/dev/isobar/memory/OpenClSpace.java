package dev.isobar.memory;

import dev.isobar.memory.device.DeviceMemory;

/// The memory of an OpenCL device. [Devices#discover()] finds the devices and opens spaces on them.
///
/// A block is a buffer of its own, taken from the device when it is allocated and not at its first
/// use. The capacity is this space's own: a driver may promise more than the device has. A block
/// is no larger than [#largestBlockBytes()]. Its alignment counts from the beginning of its buffer,
/// which is where kernels count from too; where a driver puts a buffer nobody is told, beyond the
/// base alignment of the device, usually 128 bytes. Allocating and freeing take some ten
/// microseconds, so take large blocks, and pages out of them.
///
/// Copies are made by the device's driver; in, out and across may run at the same time. Bytes of the
/// Java heap, and of other devices, go by way of a staging buffer.
///
/// *Safe for several threads,* virtual ones included; a native call holds a virtual thread's
/// carrier.
public final class OpenClSpace extends DeviceSpace {

    OpenClSpace(String name, DeviceMemory memory, long capacityBytes) {
        super(name, SpaceKind.OPENCL, memory, capacityBytes);
    }
}
