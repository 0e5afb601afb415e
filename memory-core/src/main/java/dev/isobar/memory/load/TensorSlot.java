package dev.isobar.memory.load;

import dev.isobar.memory.MemoryBlock;
import org.jspecify.annotations.Nullable;

/// One tensor of a [Residency].
///
/// *Guarded by caller:* by the table.
final class TensorSlot {

    final int id;
    final TensorRecord tensor;

    ResidencyState state = ResidencyState.UNBOUND;
    long version;
    int pins;
    @Nullable MemoryBlock block;
    @Nullable MappingLease mapping;
    @Nullable LoadException failure;

    private ResidencyState beforeLoading = ResidencyState.UNBOUND;

    TensorSlot(int id, TensorRecord tensor) {
        this.id = id;
        this.tensor = tensor;
    }

    /// Goes over to another state, if that is a legal step.
    void become(ResidencyState next) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException("tensor " + id + ": from " + state + " to " + next);
        }
        if (next == ResidencyState.LOADING) {
            beforeLoading = state;
        }
        if (next.readable()) {
            failure = null;
        }
        state = next;
        version++;
    }

    /// Goes back to where it was before it was to be loaded.
    void giveUpLoading() {
        become(beforeLoading);
    }

    long occupiedBytes() {
        return block == null ? 0 : block.occupiedBytes();
    }

    TensorStatus status() {
        return new TensorStatus(id, tensor, state, version, occupiedBytes(), pins, failure);
    }
}
