package dev.isobar.memory.load;

import dev.isobar.memory.MemoryBlock;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The right to use the bytes of a tensor: until it is closed they stay where they are.
///
/// *Safe for several threads.*
public final class TensorPin implements AutoCloseable {

    private final ResidencyTable table;
    private final int tensor;
    private final @Nullable MemoryBlock block;
    private final @Nullable MappingLease mapping;
    private final AtomicBoolean closed = new AtomicBoolean();

    TensorPin(
            ResidencyTable table,
            int tensor,
            @Nullable MemoryBlock block,
            @Nullable MappingLease mapping) {
        this.table = table;
        this.tensor = tensor;
        this.block = block;
        this.mapping = mapping;
    }

    /// Which tensor.
    public int tensor() {
        return tensor;
    }

    /// The block with its bytes.
    ///
    /// @throws IllegalStateException if it is mapped, or the pin was closed
    public MemoryBlock block() {
        requireOpen();
        if (block == null) {
            throw new IllegalStateException("tensor " + tensor + " is mapped: it has no block");
        }
        return block;
    }

    /// The mapping with its bytes.
    ///
    /// @throws IllegalStateException if it is in a block, or the pin was closed
    public MappingLease mapping() {
        requireOpen();
        if (mapping == null) {
            throw new IllegalStateException("tensor " + tensor + " is in a block: not mapped");
        }
        return mapping;
    }

    /// Whether the bytes are in a mapping, not in a block.
    public boolean mapped() {
        return mapping != null;
    }

    /// Gives the right up. Closing twice does nothing.
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            table.unpin(tensor);
        }
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new IllegalStateException("the pin of tensor " + tensor + " was closed");
        }
    }
}
