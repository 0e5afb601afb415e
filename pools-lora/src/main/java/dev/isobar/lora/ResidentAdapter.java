package dev.isobar.lora;

import dev.isobar.lora.format.AdapterDescription;
import dev.isobar.lora.format.TensorInfo;
import dev.isobar.memory.PageSlab;
import java.lang.foreign.MemorySegment;

/// An adapter's weights in the pages of one tier: the bytes of its file's tensors, in the file's order,
/// page after page. Valid while a lease on it is open.
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
        KEPT
    }

    final KnownAdapter known;
    final long[] pages;
    final PageSlab slab;
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
            PageSlab slab,
            long[] pages,
            int slot,
            Origin origin,
            long broughtBytes,
            long loadNanos,
            ReloadCost cost) {
        this.known = known;
        this.slab = slab;
        this.pages = pages;
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

    /// How much memory it takes, in bytes: its own size in whole pages.
    public long bytes() {
        return pages.length * slab.pageBytes();
    }

    /// How many pages it has.
    public int pageCount() {
        return pages.length;
    }

    /// The slab its pages are in; with [#page(int)], what a kernel wants.
    public PageSlab slab() {
        return slab;
    }

    /// The handle of one of its pages.
    ///
    /// @throws IndexOutOfBoundsException if it has fewer
    public long page(int index) {
        return pages[index];
    }

    /// Copies a tensor's bytes out, from whatever space they are in.
    ///
    /// @param tensor one of [#description()]
    /// @param target as long as the tensor
    /// @throws IllegalArgumentException if the sizes differ, or the tensor lies elsewhere
    /// @throws dev.isobar.memory.StalePageException if no lease is open any more
    public void copyOut(TensorInfo tensor, MemorySegment target) {
        long begin = known.description.position(tensor);
        if (target.byteSize() != tensor.bytes()) {
            throw new IllegalArgumentException(
                    "adapter %s: tensor %s has %d bytes, the target %d"
                            .formatted(name(), tensor.name(), tensor.bytes(), target.byteSize()));
        }
        long pageBytes = slab.pageBytes();
        for (long done = 0; done < tensor.bytes(); ) {
            long page = pages[(int) ((begin + done) / pageBytes)];
            long inPage = (begin + done) % pageBytes;
            long step = Math.min(pageBytes - inPage, tensor.bytes() - done);
            slab.space()
                    .copyOut(
                            slab.block(page),
                            slab.offset(page) + inPage,
                            target.asSlice(done, step));
            done += step;
        }
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
