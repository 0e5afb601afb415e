package dev.isobar.embedding;

import dev.isobar.broker.ReclaimRequest;
import dev.isobar.broker.ResourceRefusal;
import dev.isobar.broker.ResourceRefusedException;
import dev.isobar.memory.OutOfSpaceException;
import dev.isobar.pool.PagedResourcePool;
import dev.isobar.pool.PoolClosedException;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Writes vectors into the memory of a pool, and takes them out of it again. Where the memory is too
/// scattered for a vector, others are evicted; after the end, the last vector to go closes the memory.
///
/// *Safe for several threads.*
final class VectorWriter implements VectorCodec.Memory, AutoCloseable {

    private final VectorMemory memory;
    private final Supplier<PagedResourcePool<?, ?>> pool;
    private volatile boolean closed;

    /// @param pool asked when something is written, not before
    VectorWriter(VectorMemory memory, Supplier<PagedResourcePool<?, ?>> pool) {
        this.memory = memory;
        this.pool = pool;
    }

    /// Writes a vector; null if there is no room, even if others are evicted.
    ///
    /// @throws PoolClosedException if the memory is closed
    @Nullable CachedVector tryWrite(float[] vector) {
        return tryWrite(memory.occupiedBytes(vector), () -> memory.write(vector));
    }

    /// Writes what came from the disk.
    ///
    /// @throws ResourceRefusedException if there is no room, even if others are evicted
    @Override
    public CachedVector write(
            VectorEncoding encoding, int dimensions, MemorySegment numbers, long storedNanos) {
        long occupiedBytes = memory.occupiedBytes(encoding, dimensions);
        CachedVector written =
                tryWrite(
                        occupiedBytes,
                        () -> memory.write(encoding, dimensions, numbers, storedNanos));
        if (written == null) {
            throw new ResourceRefusedException(noRoom(occupiedBytes));
        }
        return written;
    }

    void free(CachedVector vector) {
        memory.free(vector);
        if (closed) {
            closeIfUnused();
        }
    }

    /// That there is no room for so many bytes.
    ResourceRefusal noRoom(long occupiedBytes) {
        PagedResourcePool<?, ?> full = pool.get();
        long availableBytes = Math.max(0, full.limitBytes() - full.usedBytes());
        return new ResourceRefusal.TierExhausted(full.name(), occupiedBytes, availableBytes, 0, "");
    }

    /// From now on the last vector to go closes the memory. To be called before vectors go.
    void closing() {
        closed = true;
    }

    /// Closes the memory, unless there are vectors that are being read.
    @Override
    public void close() {
        closing();
        closeIfUnused();
    }

    private void closeIfUnused() {
        if (memory.usedBytes() == 0) {
            memory.close();
        }
    }

    private @Nullable CachedVector tryWrite(long occupiedBytes, Supplier<CachedVector> write) {
        if (occupiedBytes > pool.get().limitBytes()) {
            return null;
        }
        CachedVector written = attempt(write);
        if (written == null) {
            // Free slots of other sizes only. Each attempt evicts a little, so groups drain in
            // time.
            long bytes = Math.max(occupiedBytes, memory.groupBytes());
            pool.get().reclaim(ReclaimRequest.of(bytes));
            written = attempt(write);
        }
        return written;
    }

    /// Null if there is no room.
    private @Nullable CachedVector attempt(Supplier<CachedVector> write) {
        try {
            return write.get();
        } catch (OutOfSpaceException _) {
            return null;
        } catch (IllegalStateException _) {
            throw new PoolClosedException(pool.get().name());
        }
    }
}
