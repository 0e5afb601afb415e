package dev.isobar.memory;

/// Bytes of a [MemorySpace], handed out to one holder until they are freed.
///
/// *Safe for several threads.* Two blocks are equal only if they are the same: a block that is
/// freed never becomes another one, even where its bytes do.
public interface MemoryBlock {

    /// The space whose bytes these are.
    MemorySpace space();

    /// The size that was asked for, in bytes; at least 1. Copies stay inside it.
    long bytes();

    /// What the block takes up in its space, in bytes: [#bytes()] rounded up. This is what the
    /// space counts as used, and what a pool should charge.
    long occupiedBytes();

    /// Whether the block was given back, or its space closed.
    boolean freed();
}
