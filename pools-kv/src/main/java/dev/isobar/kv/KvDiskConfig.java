package dev.isobar.kv;

import dev.isobar.broker.PressureTier;
import dev.isobar.pool.store.WarmStore;
import java.util.Objects;
import java.util.function.Supplier;

/// Where the blocks of a [KvPool] outlive eviction and restart.
///
/// *Immutable.*
///
/// @param store stays the caller's to close, after the pool. If it has no root, there is no disk, and nothing
///     is ever touched. No two pools over one store may share a name
/// @param pressure how bad it is where copies are made, on the host usually; asked often. At `HIGH` only what
///     leaves the pool is copied, at `CRITICAL` nothing
/// @param stagingBytes how many bytes may wait on the heap to be written; at least 0. What does not fit is not
///     written now. At 0 nothing ever is
public record KvDiskConfig(WarmStore store, Supplier<PressureTier> pressure, long stagingBytes) {

    /// How many bytes may wait by default: 64 MiB.
    public static final long DEFAULT_STAGING_BYTES = 64L << 20;

    /// @throws IllegalArgumentException if `stagingBytes` is negative
    public KvDiskConfig {
        Objects.requireNonNull(store, "store");
        Objects.requireNonNull(pressure, "pressure");
        if (stagingBytes < 0) {
            throw new IllegalArgumentException("stagingBytes must be at least 0: " + stagingBytes);
        }
    }

    /// A store with the staging by default.
    public static KvDiskConfig over(WarmStore store, Supplier<PressureTier> pressure) {
        return new KvDiskConfig(store, pressure, DEFAULT_STAGING_BYTES);
    }

    /// The same with room for more or fewer bytes that wait.
    public KvDiskConfig withStagingBytes(long bytes) {
        return new KvDiskConfig(store, pressure, bytes);
    }
}
