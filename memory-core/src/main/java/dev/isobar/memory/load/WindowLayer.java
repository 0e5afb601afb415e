package dev.isobar.memory.load;

import dev.isobar.memory.MemoryBlock;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One layer of a model in a [StreamingWindow]. [StreamingWindow#acquire(int)] answers with it, pinned;
/// each acquire is ended by one [#close()]. It is the same object each time, so that nothing is
/// allocated.
///
/// *Safe for several threads.*
public final class WindowLayer implements AutoCloseable {

    enum State {
        VACANT,
        QUEUED,
        LOADING,
        RESIDENT,
        FAILED
    }

    final int number;
    final List<Extent> extents;
    final long slotBytes;

    private final StreamingWindow window;
    private final long[] offsets;

    // Guarded by the window.
    State state = State.VACANT;
    int pins;
    @Nullable MemoryBlock slot;
    @Nullable Throwable failure;

    WindowLayer(
            StreamingWindow window,
            int number,
            List<Extent> extents,
            long[] offsets,
            long slotBytes) {
        this.window = window;
        this.number = number;
        this.extents = extents;
        this.offsets = offsets;
        this.slotBytes = slotBytes;
    }

    /// Gives its slot up.
    MemoryBlock vacate() {
        MemoryBlock given = Objects.requireNonNull(slot);
        slot = null;
        state = State.VACANT;
        return given;
    }

    /// Which layer.
    public int number() {
        return number;
    }

    /// How many tensors it has.
    public int tensors() {
        return extents.size();
    }

    /// Where a tensor begins in [#block()], in bytes; a multiple of 64.
    public long offset(int tensor) {
        return offsets[tensor];
    }

    /// How long a tensor is, in bytes.
    public long bytes(int tensor) {
        return extents.get(tensor).bytes();
    }

    /// Whether its bytes are there. Never waits.
    public boolean ready() {
        return window.ready(this);
    }

    /// Waits until its bytes are there.
    ///
    /// @return this
    /// @throws WindowException `LOAD_FAILED`: it is to be closed, and can be acquired again
    /// @throws InterruptedException if the wait was interrupted
    public WindowLayer await() throws InterruptedException {
        window.await(this);
        return this;
    }

    /// The block that its tensors are in. Good until this is closed.
    ///
    /// @throws IllegalStateException if they are not there (yet)
    public MemoryBlock block() {
        return window.block(this);
    }

    /// Ends one acquire.
    ///
    /// @throws IllegalStateException if there is none
    @Override
    public void close() {
        window.release(this);
    }
}
