package dev.isobar.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// Where free pages may be: one bit for each chunk of [#CHUNK_PAGES] pages of a [PageSlab].
///
/// A bit that is clear means: no page of the chunk is free. Who finds a chunk full clears its bit and
/// looks again; who frees a page looks at the bit and sets it. Both write before they read, so at
/// least one of them sees the other, and no free page stays behind a clear bit. Most releases find
/// the bit set and write nothing.
///
/// [#changes()] counts how often a bit was set: somebody who found every bit clear, and no change
/// since before he looked, may say that there was nothing.
///
/// *Safe for several threads.*
final class ChunkMarks {

    static final int CHUNK_BITS = 6;
    static final int CHUNK_PAGES = 1 << CHUNK_BITS;

    private static final VarHandle MARK = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle CHANGES;

    static {
        try {
            CHANGES = MethodHandles.lookup().findVarHandle(ChunkMarks.class, "changes", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long[] marks;

    @SuppressWarnings("unused") // by CHANGES
    private volatile long changes;

    ChunkMarks(int pages) {
        marks = new long[(chunks(pages) - 1) / Long.SIZE + 1];
    }

    static int chunks(int pages) {
        return chunkOf(pages - 1) + 1;
    }

    static int chunkOf(int page) {
        return page >>> CHUNK_BITS;
    }

    /// Makes sure the chunk of a page that became free is marked.
    void mark(int page) {
        int chunk = chunkOf(page);
        long bit = 1L << chunk;
        if (((long) MARK.getVolatile(marks, chunk >>> 6) & bit) == 0) {
            set(chunk, bit);
        }
    }

    private void set(int chunk, long bit) {
        MARK.getAndBitwiseOr(marks, chunk >>> 6, bit);
        CHANGES.getAndAdd(this, 1L);
    }

    void clear(int chunk) {
        MARK.getAndBitwiseAnd(marks, chunk >>> 6, ~(1L << chunk));
    }

    /// The first marked chunk from `chunk` on; negative if there is none.
    int next(int chunk) {
        int index = chunk >>> 6;
        if (index >= marks.length) {
            return -1;
        }
        long bits = (long) MARK.getVolatile(marks, index) & (-1L << chunk);
        while (bits == 0) {
            if (++index == marks.length) {
                return -1;
            }
            bits = (long) MARK.getVolatile(marks, index);
        }
        return (index << 6) + Long.numberOfTrailingZeros(bits);
    }

    long changes() {
        return changes;
    }
}
