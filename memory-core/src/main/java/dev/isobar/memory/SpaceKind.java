package dev.isobar.memory;

/// What the bytes of a [MemorySpace] are made of.
public enum SpaceKind {
    /// Memory of the host, outside the Java heap.
    HOST,
    /// A file of the host, mapped into memory.
    MAPPED_FILE,
    /// Memory of an OpenCL device.
    OPENCL,
    /// Memory of an NVIDIA GPU.
    CUDA
}
