package dev.isobar.memory;

import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;

/// A place where bytes live: host memory, a mapped file, the memory of a device. It hands out
/// [blocks][MemoryBlock] and knows to the byte what it has handed out.
///
/// *Safe for several threads*, with one duty of the caller: nobody copies to or from a block while
/// somebody else frees it. A pool's leases see to that. A caller that breaks the rule may read or
/// overwrite another block's bytes, but never memory outside the space.
///
/// An operation that fails changes nothing.
///
/// The bytes of a new block are those that were there before: zeroes or somebody's old bytes.
public interface MemorySpace extends AutoCloseable {

    /// The alignment of [#allocate(long)], in bytes.
    long DEFAULT_ALIGNMENT = 16;

    /// What people and messages call this space; not blank.
    String name();

    /// What the bytes are made of.
    SpaceKind kind();

    /// The bytes this space may take from the system; at least 1.
    long capacityBytes();

    /// The bytes that live blocks occupy: exactly the sum of their [MemoryBlock#occupiedBytes()].
    /// A snapshot, read without a lock. After [#close()] it is 0.
    long usedBytes();

    /// The bytes that the system or the device itself says are free, for everybody; empty where it
    /// does not say. A snapshot, by a question to the system: some ten microseconds.
    OptionalLong systemFreeBytes();

    /// Hands out `bytes` bytes, aligned to [#DEFAULT_ALIGNMENT].
    ///
    /// @see #allocate(long, long)
    default MemoryBlock allocate(long bytes) {
        return allocate(bytes, DEFAULT_ALIGNMENT);
    }

    /// Hands out a block that nobody else has. Usually a few hundred nanoseconds; now and then the
    /// space has to take a larger piece from the system first.
    ///
    /// @param bytes the size wanted; at least 1
    /// @param alignment the block's address is a multiple of it; a power of two
    /// @throws OutOfSpaceException if there is no room
    /// @throws MemorySpaceException if the system or the device fails otherwise
    /// @throws IllegalArgumentException if an argument is out of range
    /// @throws IllegalStateException if the space is closed
    MemoryBlock allocate(long bytes, long alignment);

    /// Takes a block back. Its bytes may be handed out again at once.
    ///
    /// If the system or the device fails it, the block stays live and counted, and this can be called
    /// again.
    ///
    /// @throws MemorySpaceException if the system or the device fails
    /// @throws IllegalArgumentException if the block is another space's
    /// @throws IllegalStateException if the block is free already, or the space is closed
    void free(MemoryBlock block);

    /// Copies all of `source` into a block.
    ///
    /// All copies, of all kinds, throw a [MemorySpaceException] if the system or the device fails
    /// them; some of the bytes may have been copied.
    ///
    /// @param source what to copy, any segment on or off the heap; may be empty
    /// @param toOffset where in the block to begin, in bytes
    /// @throws IndexOutOfBoundsException if the bytes do not fit there
    /// @throws IllegalArgumentException if the block is another space's
    /// @throws IllegalStateException if the block is free, or the space is closed
    void copyIn(MemorySegment source, MemoryBlock to, long toOffset);

    /// Copies bytes of a block into all of `target`.
    ///
    /// @param fromOffset where in the block to begin, in bytes
    /// @param target where to copy to, any writable segment on or off the heap; its size says how
    ///     many bytes
    /// @throws IndexOutOfBoundsException if the block has fewer bytes there
    /// @throws IllegalArgumentException if the block is another space's
    /// @throws IllegalStateException if the block is free, or the space is closed
    void copyOut(MemoryBlock from, long fromOffset, MemorySegment target);

    /// Copies bytes from a block of any space into a block of this one. The two may be the same
    /// block, and may overlap.
    ///
    /// @param bytes how many; at least 0
    /// @throws IndexOutOfBoundsException if one of the blocks has fewer bytes there
    /// @throws IllegalArgumentException if `to` is another space's block
    /// @throws IllegalStateException if a block is free, or a space is closed
    void copyAcross(MemoryBlock from, long fromOffset, MemoryBlock to, long toOffset, long bytes);

    /// Begins what [#copyIn(MemorySegment, MemoryBlock, long)] does, and need not wait for its end.
    /// What is wrong with the arguments is thrown here, what goes wrong later by the answer.
    PendingCopy copyInAsync(MemorySegment source, MemoryBlock to, long toOffset);

    /// Begins what [#copyOut(MemoryBlock, long, MemorySegment)] does, and need not wait for its end.
    /// What is wrong with the arguments is thrown here, what goes wrong later by the answer.
    PendingCopy copyOutAsync(MemoryBlock from, long fromOffset, MemorySegment target);

    /// Begins what [#copyAcross(MemoryBlock, long, MemoryBlock, long, long)] does, and need not wait
    /// for its end. What is wrong with the arguments is thrown here, what goes wrong later by the
    /// answer.
    PendingCopy copyAcrossAsync(
            MemoryBlock from, long fromOffset, MemoryBlock to, long toOffset, long bytes);

    /// The block's bytes in place, for reading and writing; no copy. The view must not be used once
    /// the block is freed.
    ///
    /// @throws UnsupportedOperationException if the bytes are not in host memory
    /// @throws IllegalArgumentException if the block is another space's
    /// @throws IllegalStateException if the block is free, or the space is closed
    MemorySegment view(MemoryBlock block);

    /// What was still handed out when the space was closed; nothing while it is open.
    SpaceLeak leak();

    /// Gives all memory back to the system, also that of blocks which were never freed: [#leak()]
    /// says how many those were. Every later use of a block fails. Closing twice does nothing.
    @Override
    void close();
}
