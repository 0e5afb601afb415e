package dev.isobar.memory;

/// Where a [MemorySpace] keeps its bytes.
public enum SpaceKind {
    /// Memory of the host, outside the Java heap.
    HOST,
    /// A file of the host, mapped into memory.
    MAPPED_FILE,
    /// The memory of an OpenCL device.
    OPENCL,
    /// The memory of an NVIDIA GPU.
    CUDA
}
