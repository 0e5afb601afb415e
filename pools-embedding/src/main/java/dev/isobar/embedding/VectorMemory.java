package dev.isobar.embedding;

import dev.isobar.memory.HostSpace;
import dev.isobar.memory.HostSpaceConfig;
import dev.isobar.memory.MemoryBlock;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// The memory of an [EmbeddingPool]: writes vectors into blocks, and counts their bytes by encoding.
///
/// The space may take a quarter more from the system than the pool may hold: room for the free slots
/// in groups that are partly used.
///
/// *Safe for several threads.*
final class VectorMemory implements AutoCloseable {

    private static final long ALIGNMENT = 16;
    private static final long SMALLEST_GROUP_BYTES = 1 << 18;
    private static final long LARGEST_GROUP_BYTES = 1 << 20;
    private static final long GROUPS_AT_LEAST = 64;
    private static final long SPARE_GROUPS = 8;

    private final HostSpace space;
    private final VectorEncoding encoding;
    private final LongSupplier nanoClock;
    private final long groupBytes;
    private final ConcurrentHashMap<VectorEncoding, Long> bytesByEncoding =
            new ConcurrentHashMap<>();
    private volatile long likelyBytes;

    VectorMemory(String name, long limitBytes, VectorEncoding encoding, LongSupplier nanoClock) {
        this.encoding = encoding;
        this.nanoClock = nanoClock;
        this.groupBytes =
                Math.clamp(
                        Long.highestOneBit(limitBytes / GROUPS_AT_LEAST),
                        SMALLEST_GROUP_BYTES,
                        LARGEST_GROUP_BYTES);
        this.space =
                new HostSpace(new HostSpaceConfig(name, capacityBytes(limitBytes), groupBytes));
        this.likelyBytes = occupiedBytes(encoding, 1);
    }

    /// Follows a change of the pool's limit.
    void limitBytes(long limitBytes) {
        space.capacityBytes(capacityBytes(limitBytes));
    }

    /// What a vector will probably occupy: of unknown dimensions, as much as the last one; before the
    /// first, next to nothing, so that a small pool does not refuse it. Publishing it corrects that.
    long estimateBytes(int dimensions) {
        return dimensions == 0 ? likelyBytes : occupiedBytes(encoding, dimensions);
    }

    /// What this vector will occupy.
    long occupiedBytes(float[] vector) {
        return occupiedBytes(encodingFor(vector), vector.length);
    }

    /// Writes a finite vector into a block of its own.
    ///
    /// @throws dev.isobar.memory.OutOfSpaceException if there is no room
    /// @throws IllegalStateException if the memory is closed
    CachedVector write(float[] vector) {
        VectorEncoding used = encodingFor(vector);
        MemoryBlock block = space.allocate(used.bytes(vector.length), ALIGNMENT);
        MemorySegment bytes = space.view(block);
        used.encode(vector, bytes);
        return written(block, bytes, vector.length, used, nanoClock.getAsLong());
    }

    /// Writes a vector that is encoded already.
    CachedVector write(
            VectorEncoding used, int dimensions, MemorySegment numbers, long storedNanos) {
        MemoryBlock block = space.allocate(numbers.byteSize(), ALIGNMENT);
        MemorySegment bytes = space.view(block);
        MemorySegment.copy(numbers, 0, bytes, 0, numbers.byteSize());
        return written(block, bytes, dimensions, used, storedNanos);
    }

    private CachedVector written(
            MemoryBlock block,
            MemorySegment bytes,
            int dimensions,
            VectorEncoding used,
            long storedNanos) {
        bytesByEncoding.merge(used, block.occupiedBytes(), Long::sum);
        likelyBytes = block.occupiedBytes();
        return new CachedVector(block, bytes, dimensions, used, storedNanos);
    }

    void free(CachedVector vector) {
        space.free(vector.block());
        bytesByEncoding.merge(vector.encoding(), -vector.occupiedBytes(), Long::sum);
    }

    Map<VectorEncoding, Long> bytesByEncoding() {
        Map<VectorEncoding, Long> bytes = new EnumMap<>(VectorEncoding.class);
        for (VectorEncoding each : VectorEncoding.values()) {
            bytes.put(each, bytesByEncoding.getOrDefault(each, 0L));
        }
        return bytes;
    }

    long usedBytes() {
        return space.usedBytes();
    }

    long committedBytes() {
        return space.committedBytes();
    }

    /// What has to be free at once, so that a group may become wholly free.
    long groupBytes() {
        return groupBytes;
    }

    void trim() {
        space.trim();
    }

    HostSpace space() {
        return space;
    }

    @Override
    public void close() {
        space.close();
    }

    private VectorEncoding encodingFor(float[] vector) {
        return encoding.holds(vector) ? encoding : VectorEncoding.FLOAT32;
    }

    /// What a vector of that many dimensions occupies.
    long occupiedBytes(VectorEncoding used, int dimensions) {
        return space.occupiedBytesOf(Math.max(1, used.bytes(dimensions)), ALIGNMENT);
    }

    private long capacityBytes(long limitBytes) {
        long wanted = limitBytes + limitBytes / 4 + SPARE_GROUPS * groupBytes;
        return Math.min(wanted, HostSpaceConfig.MAX_CAPACITY_BYTES);
    }
}
