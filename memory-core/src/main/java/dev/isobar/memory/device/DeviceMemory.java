package dev.isobar.memory.device;

import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;

/// The memory of one device, as its driver offers it: no counting, no checking of ranges.
///
/// Every method may throw [DeviceException], and may be called by any thread, virtual ones included
/// (which hold their carrier for the time of the call). Host memory in arguments is native; the
/// blocking calls keep it alive for their time, the `start` methods cannot.
public interface DeviceMemory {

    /// What the driver rounds sizes up to, in bytes; a power of two.
    long granuleBytes();

    /// The alignment that every allocation has, in bytes; a power of two.
    long alignmentBytes();

    /// Whether handles are addresses, so that a larger alignment can be had inside an allocation.
    /// Otherwise nobody sees an address, and any alignment is as good.
    boolean handlesAreAddresses();

    /// The most that one allocation may have, in bytes.
    long largestBytes();

    /// What the driver says is free, in bytes, if it does.
    OptionalLong freeBytes();

    /// Takes memory, or the driver's promise of it.
    ///
    /// @return the driver's handle
    long allocate(long bytes);

    /// Makes the driver keep its promise. If that fails the memory is still to be freed.
    void settle(long handle);

    /// Gives memory back.
    void free(long handle);

    /// Copies from the host and waits.
    void write(long to, long toOffset, MemorySegment source);

    /// Copies to the host and waits.
    void read(long from, long fromOffset, MemorySegment target);

    /// Copies inside the device, between ranges that do not overlap, and waits.
    void copy(long from, long fromOffset, long to, long toOffset, long bytes);

    /// Begins to copy from the host.
    Transfer startWrite(long to, long toOffset, MemorySegment source);

    /// Begins to copy to the host.
    Transfer startRead(long from, long fromOffset, MemorySegment target);

    /// Begins to copy inside the device, between ranges that do not overlap.
    Transfer startCopy(long from, long fromOffset, long to, long toOffset, long bytes);

    /// Whether handles of the other memory are valid in [#copy] here.
    boolean knowsHandlesOf(DeviceMemory other);

    /// Host memory that the device copies fastest from and to.
    HostBuffer hostBuffer(long bytes);

    /// Gives back what the memory itself holds in the driver. Allocations are to be freed before;
    /// what the driver holds on to after the device is lost drops with the context.
    ///
    /// *One thread at a time.* If it fails it can be called again, for what is left.
    void close();
}
