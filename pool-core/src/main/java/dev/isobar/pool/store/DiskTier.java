package dev.isobar.pool.store;

import dev.isobar.broker.PressureSource;
import dev.isobar.broker.ReclaimRequest;
import dev.isobar.broker.ReclaimResult;
import dev.isobar.broker.Resource;
import dev.isobar.broker.Usage;
import java.nio.file.Path;
import java.util.Objects;

/// A [WarmStore] as a source of its disk: the broker takes bytes back from it when its budget is used
/// up, or when the disk runs full, whoever fills it.
///
/// The capacity is the budget, but never more than what the store could use while the disk keeps
/// [#floorBytes()] free. So the pressure is 1 where the budget ends, or where that floor is reached. A
/// disk that is full although the store is empty is no pressure of the store's: it has nothing to give.
///
/// It never opens the store: until somebody has, it holds nothing.
///
/// *Safe for several threads.* A look asks the system how much space is left; a reclaim deletes in
/// steps, on the store's thread, and stops when the request has expired.
public final class DiskTier implements PressureSource {

    /// How much of the disk stays free by default: 256 MiB.
    public static final long DEFAULT_FLOOR_BYTES = 256L << 20;

    private static final long STEP_BYTES = 64L << 20;

    private final WarmStore store;
    private final Resource resource;
    private final long floorBytes;

    /// The store as a source, with the floor by default.
    ///
    /// @throws IllegalArgumentException if the store is off
    public DiskTier(WarmStore store) {
        this(store, DEFAULT_FLOOR_BYTES);
    }

    /// @param store stays the caller's to close
    /// @param floorBytes how much the disk should keep free; at least 0
    /// @throws IllegalArgumentException if the store is off, or `floorBytes` is negative
    public DiskTier(WarmStore store, long floorBytes) {
        this.store = Objects.requireNonNull(store, "store");
        Path root = store.config().root();
        if (root == null) {
            throw new IllegalArgumentException("a store without a root is no source");
        }
        if (floorBytes < 0) {
            throw new IllegalArgumentException("floorBytes must be at least 0: " + floorBytes);
        }
        this.resource = Resource.disk(root);
        this.floorBytes = floorBytes;
    }

    /// How much the disk should keep free, in bytes.
    public long floorBytes() {
        return floorBytes;
    }

    /// `disk:` and the root.
    @Override
    public String name() {
        return resource.name();
    }

    @Override
    public Resource resource() {
        return resource;
    }

    /// All bytes under the root. What cannot be deleted, the store's own files, counts as pinned.
    @Override
    public Usage usage() {
        if (!writable()) {
            return Usage.of(0, store.config().budgetBytes());
        }
        StoreStats stats = store.stats();
        long used = stats.usedBytes();
        long stuck = Math.min(used, stats.temporaryBytes() + stats.otherBytes());
        return new Usage(used, capacity(used), stuck, used - stuck);
    }

    private long capacity(long usedBytes) {
        long spare = store.usableBytes() - floorBytes;
        return Math.clamp(usedBytes + spare, 1, store.budgetBytes());
    }

    /// Deletes what is worth least. What it says is freed is gone from the disk.
    @Override
    public ReclaimResult reclaim(ReclaimRequest request) {
        if (!writable()) {
            return ReclaimResult.refused("the store is not open for writing");
        }
        long freed = 0;
        while (freed < request.bytes() && !request.expired()) {
            long more = store.reclaim(Math.min(STEP_BYTES, request.bytes() - freed));
            if (more <= 0) {
                break;
            }
            freed += more;
        }
        return ReclaimResult.freed(
                request.bytes(),
                freed,
                request.expired() ? "out of time" : "nothing is left that may go");
    }

    @Override
    public boolean closed() {
        return store.closed();
    }

    private boolean writable() {
        return !store.closed() && store.opened() && store.access() == StoreAccess.OWNER;
    }
}
