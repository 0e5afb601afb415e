package dev.isobar.memory.load;

import dev.isobar.memory.load.Chunk.Piece;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// In which order, and in which portions, the items of a batch are read: sorted by file and offset,
/// neighbours put together into runs, runs cut into chunks at multiples of the chunk size's alignment.
///
/// A chunk never spans more than `chunkBytes` of the file, counted from its aligned beginning, so that
/// a staging buffer of that size takes all of it.
///
/// *Immutable.*
///
/// @param chunks what to read, in the order of the files
/// @param runs how many stretches they come from
/// @param bytes the bytes of all items
record ChunkPlan(List<Chunk> chunks, int runs, long bytes) {

    /// Neighbours no further apart than this are read in one go, gap and all: the padding between two
    /// tensors costs less than another read.
    static final long MAX_GAP_BYTES = 4096;

    /// @param indexes which items to read
    static ChunkPlan of(
            List<LoadItem> items, List<Integer> indexes, long chunkBytes, long alignment) {
        return new Builder(chunkBytes, alignment).build(items, indexes);
    }

    private static final class Builder {

        private final long chunkBytes;
        private final long alignment;
        private final List<Chunk> chunks = new ArrayList<>();
        private List<Piece> pieces = new ArrayList<>();
        private long window;
        private int runs;

        Builder(long chunkBytes, long alignment) {
            this.chunkBytes = chunkBytes;
            this.alignment = alignment;
        }

        ChunkPlan build(List<LoadItem> items, List<Integer> indexes) {
            List<Integer> order = new ArrayList<>(indexes);
            order.sort(
                    Comparator.comparingLong((Integer i) -> items.get(i).extent().source().id)
                            .thenComparingLong(i -> items.get(i).extent().offset())
                            .thenComparingLong(i -> items.get(i).extent().bytes()));
            long bytes = 0;
            for (int index : order) {
                LoadItem item = items.get(index);
                if (!continues(item)) {
                    flush();
                    runs++;
                }
                add(index, item);
                bytes += item.extent().bytes();
            }
            flush();
            return new ChunkPlan(List.copyOf(chunks), runs, bytes);
        }

        /// Whether an item follows what was added last, in the same file and without overlap.
        private boolean continues(LoadItem item) {
            if (pieces.isEmpty()) {
                return false;
            }
            Piece last = pieces.getLast();
            long gap = item.extent().offset() - last.fileEnd();
            return last.item().extent().source() == item.extent().source()
                    && gap >= 0
                    && gap <= MAX_GAP_BYTES;
        }

        private void add(int index, LoadItem item) {
            long at = item.extent().offset();
            long end = item.extent().end();
            while (at < end) {
                if (!pieces.isEmpty() && at >= window + chunkBytes) {
                    flush();
                }
                if (pieces.isEmpty()) {
                    window = at & -alignment;
                }
                long bytes = Math.min(end, window + chunkBytes) - at;
                pieces.add(new Piece(index, item, at, bytes));
                at += bytes;
            }
        }

        private void flush() {
            if (!pieces.isEmpty()) {
                FileSource source = pieces.getFirst().item().extent().source();
                chunks.add(new Chunk(source, window, List.copyOf(pieces)));
                pieces = new ArrayList<>();
            }
        }
    }
}
