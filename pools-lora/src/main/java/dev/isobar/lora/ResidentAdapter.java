package dev.isobar.lora;

import dev.isobar.lora.format.AdapterDescription;
import dev.isobar.lora.format.TensorInfo;
import dev.isobar.memory.PageSlab;
import java.lang.foreign.MemorySegment;

/// An adapter's weights in one tier: the bytes of its file's tensors, in the file's order, in pages or,
/// where the host maps files, in the mapped file. Valid while a lease on it is open.
///
/// *Safe for several threads.* Weights do not change.
public final class ResidentAdapter {

    /// Where weights were before they came here.
    public enum Origin {
        /// They are loaded from the adapter's file.
        FILE,
        /// They are copied from the host's pages.
        HOST,
        /// They left the device, and the host had room.
        DEMOTION,
        /// They were evicted, and nobody had needed their pages since.
        KEPT,
        /// They are where they were: in the adapter's file, which is mapped.
        MAPPED
    }

    final KnownAdapter known;
    final Weights weights;
    private final long bytes;
    private final int slot;
    private final Origin origin;
    private final long broughtBytes;
    private final long loadNanos;
    private final ReloadCost cost;

    /// Whether the bytes may go on to the next tier when they leave this one.
    volatile boolean demotable;

    /// Whether nothing of it shall stay when it leaves.
    volatile boolean dropped;

    ResidentAdapter(
            KnownAdapter known,
            Weights weights,
            long bytes,
            int slot,
            Origin origin,
            long broughtBytes,
            long loadNanos,
            ReloadCost cost) {
        this.known = known;
        this.weights = weights;
        this.bytes = bytes;
        this.slot = slot;
        this.origin = origin;
        this.broughtBytes = Math.max(0, broughtBytes);
        this.loadNanos = loadNanos;
        this.cost = cost;
    }

    /// The name under which it was registered.
    public String name() {
        return known.name;
    }

    /// What it is.
    public AdapterDescription description() {
        return known.description;
    }

    /// Which of the tier's slots it has: the lowest that was free when it came in, counted from 0.
    public int slot() {
        return slot;
    }

    /// Where its bytes came from; if some were still in place, where the others did.
    public Origin origin() {
        return origin;
    }

    /// How many bytes had to be brought: all, less those that were still in place since the last time.
    public long broughtBytes() {
        return broughtBytes;
    }

    /// How long that took, in nanoseconds.
    public long loadNanos() {
        return loadNanos;
    }

    /// How much memory it is charged with, in bytes: its own size in whole pages, also where it is mapped.
    public long bytes() {
        return bytes;
    }

    /// Whether it is read where its file is mapped, and has no pages.
    public boolean mapped() {
        return weights instanceof Weights.Mapped;
    }

    /// How many pages it has; 0 if it is mapped.
    public int pageCount() {
        return weights instanceof Weights.Paged paged ? paged.pages().length : 0;
    }

    /// The slab its pages are in; with [#page(int)], what a kernel wants.
    ///
    /// @throws IllegalStateException if it is mapped
    public PageSlab slab() {
        return paged().slab();
    }

    /// The handle of one of its pages.
    ///
    /// @throws IllegalStateException if it is mapped
    /// @throws IndexOutOfBoundsException if it has fewer
    public long page(int index) {
        return paged().pages()[index];
    }

    /// A tensor's bytes in the mapped file, read-only. Not for native code: if somebody cuts the file
    /// short, touching what is gone throws `InternalError` in Java, and ends the process elsewhere.
    ///
    /// @param tensor one that is loaded
    /// @throws IllegalArgumentException if the tensor lies elsewhere
    /// @throws IllegalStateException if it is not mapped, or no lease is open any more
    public MemorySegment view(TensorInfo tensor) {
        if (!(weights instanceof Weights.Mapped mapped)) {
            throw new IllegalStateException("adapter " + name() + " is in pages, and not mapped");
        }
        return mapped.view(known.description.position(tensor), tensor.bytes());
    }

    /// Copies a tensor's bytes out, from wherever they are.
    ///
    /// @param tensor one that is loaded
    /// @param target as long as the tensor
    /// @throws IllegalArgumentException if the sizes differ, or the tensor lies elsewhere
    /// @throws dev.isobar.memory.StalePageException if no lease is open any more
    /// @throws dev.isobar.memory.load.LoadException if it is mapped, and the file was cut short
    /// @throws IllegalStateException if it is mapped, and no lease is open any more
    public void copyOut(TensorInfo tensor, MemorySegment target) {
        long position = known.description.position(tensor);
        if (target.byteSize() != tensor.bytes()) {
            throw new IllegalArgumentException(
                    "adapter %s: tensor %s has %d bytes, the target %d"
                            .formatted(name(), tensor.name(), tensor.bytes(), target.byteSize()));
        }
        weights.read(position, target);
    }

    Weights.Paged paged() {
        if (weights instanceof Weights.Paged paged) {
            return paged;
        }
        throw new IllegalStateException("adapter " + name() + " is mapped, and has no pages");
    }

    double nanosPerByte() {
        return cost.nanosPerByte();
    }

    double priority() {
        return known.priority;
    }

    boolean critical() {
        return known.priority > LoraPriority.CRITICAL;
    }
}
