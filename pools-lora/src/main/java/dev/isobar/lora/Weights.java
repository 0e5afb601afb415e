package dev.isobar.lora;

import dev.isobar.memory.PageSlab;
import dev.isobar.memory.load.MappingLease;
import java.lang.foreign.MemorySegment;

/// Where an adapter's bytes are.
///
/// *Safe for several threads.*
sealed interface Weights {

    /// Copies bytes out, into all of `target`.
    ///
    /// @param from where to begin, counted in loaded bytes
    void read(long from, MemorySegment target);

    /// In pages of a slab, one after the other.
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Paged(PageSlab slab, long[] pages) implements Weights {
        @Override
        public void read(long from, MemorySegment target) {
            long pageBytes = slab.pageBytes();
            for (long done = 0; done < target.byteSize(); ) {
                long page = pages[(int) ((from + done) / pageBytes)];
                long inPage = (from + done) % pageBytes;
                long step = Math.min(pageBytes - inPage, target.byteSize() - done);
                slab.space()
                        .copyOut(
                                slab.block(page),
                                slab.offset(page) + inPage,
                                target.asSlice(done, step));
                done += step;
            }
        }
    }

    /// In the adapter's file, which is mapped.
    ///
    /// @param lease from the first byte that belongs to the adapter to its last
    /// @param adapter whose
    record Mapped(MappingLease lease, KnownAdapter adapter) implements Weights {
        @Override
        public void read(long from, MemorySegment target) {
            lease.read(inLease(from, target.byteSize()), target);
        }

        MemorySegment view(long from, long bytes) {
            return lease.view().asSlice(inLease(from, bytes), bytes);
        }

        /// A tensor lies in one range.
        private long inLease(long from, long bytes) {
            return adapter.description.ranges().stream()
                            .filter(range -> from >= range.position())
                            .filter(range -> from + bytes <= range.position() + range.bytes())
                            .mapToLong(range -> range.offset() + from - range.position())
                            .findFirst()
                            .orElseThrow(IndexOutOfBoundsException::new)
                    - lease.offset();
        }
    }
}
