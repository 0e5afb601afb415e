package dev.isobar.lora;

import dev.isobar.broker.Resource;
import dev.isobar.memory.MemorySpace;
import dev.isobar.memory.PageSlabConfig;
import java.util.Objects;

/// One place where adapters may lie: host memory, or a device.
///
/// *Immutable.*
///
/// @param name the tier's name in messages, metrics and snapshots; not blank
/// @param space whose memory it is; the caller closes it, after the pool
/// @param resource what runs out there, for the broker
/// @param pageBytes the size of a page; a multiple of 8. An adapter takes whole pages, as many as its
///     own bytes need
/// @param limitBytes how much adapters may take; at least a page
public record TierConfig(
        String name, MemorySpace space, Resource resource, long pageBytes, long limitBytes) {

    /// The page by default, in bytes: {@value}.
    public static final long DEFAULT_PAGE_BYTES = 64 << 10;

    /// @throws IllegalArgumentException if a number is out of range
    public TierConfig {
        Objects.requireNonNull(space, "space");
        Objects.requireNonNull(resource, "resource");
        PageSlabConfig.of(name, pageBytes, limitBytes); // says what is wrong
    }

    /// Host memory, in pages of the size by default.
    public static TierConfig host(MemorySpace space, long limitBytes) {
        return new TierConfig("lora-host", space, Resource.HOST, DEFAULT_PAGE_BYTES, limitBytes);
    }

    /// A device's memory, in pages of the size by default.
    ///
    /// @param index the device's index, as [Resource#device(int)] wants it
    public static TierConfig device(MemorySpace space, int index, long limitBytes) {
        return new TierConfig(
                "lora-device-" + index,
                space,
                Resource.device(index),
                DEFAULT_PAGE_BYTES,
                limitBytes);
    }
}
