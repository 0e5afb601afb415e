package dev.isobar.embedding;

import dev.isobar.memory.MemoryBlock;
import java.lang.foreign.MemorySegment;

/// A vector in the pool: where its bytes are, and how they are written. What an eviction priority
/// gets to see of it.
///
/// *Immutable.* The numbers are read under a lease only, inside this package.
public final class CachedVector {

    private final MemoryBlock block;
    private final MemorySegment bytes;
    private final int dimensions;
    private final VectorEncoding encoding;
    private final long storedNanos;

    CachedVector(
            MemoryBlock block,
            MemorySegment bytes,
            int dimensions,
            VectorEncoding encoding,
            long storedNanos) {
        this.block = block;
        this.bytes = bytes;
        this.dimensions = dimensions;
        this.encoding = encoding;
        this.storedNanos = storedNanos;
    }

    /// How many numbers it has.
    public int dimensions() {
        return dimensions;
    }

    /// How they are written.
    public VectorEncoding encoding() {
        return encoding;
    }

    /// What it takes of the host's memory, in bytes.
    public long occupiedBytes() {
        return block.occupiedBytes();
    }

    MemoryBlock block() {
        return block;
    }

    /// When it was stored, by the pool's clock.
    long storedNanos() {
        return storedNanos;
    }

    /// The numbers as they lie in memory.
    ///
    /// @param into exactly as long as they are
    void copyTo(MemorySegment into) {
        MemorySegment.copy(bytes, 0, into, 0, into.byteSize());
    }

    /// The numbers, in a new array.
    float[] copy() {
        return encoding.decode(bytes, dimensions);
    }
}
