package dev.isobar.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// Hints where to look first for a free page: a few small stacks, and each thread uses the one that
/// its number falls on. Virtual threads too; there is nothing per thread.
///
/// A hint is the handle that the page's next holder will have. It decides nothing: it is true if the
/// page's word agrees. So the stacks need no atomic operation, and threads that share one may lose a
/// hint, or read the same one twice, and no harm is done. [ChunkMarks] knows of every free page, also
/// of those without a hint.
///
/// *Safe for several threads.*
final class SlabStripes {

    /// Hints in a stack at most.
    static final int HINTS = 128;

    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);
    // Two cache lines, because processors fetch them in pairs, between what two threads write.
    private static final int PADDING = 16;
    private static final int COUNT = PADDING;
    private static final int CHUNK = PADDING + 1;
    private static final int FIRST = PADDING + 2;
    private static final int LENGTH = FIRST + HINTS + PADDING;
    private static final int MAX_STRIPES = 256;

    private final long[][] stripes;
    private final int mask;

    /// @param wanted how many; rounded up to a power of two
    SlabStripes(int wanted) {
        int count = Integer.highestOneBit(Math.clamp(wanted, 1, MAX_STRIPES) * 2 - 1);
        stripes = new long[count][LENGTH];
        mask = count - 1;
    }

    /// Enough that threads rarely meet: four for each processor.
    static SlabStripes forThisMachine() {
        return new SlabStripes(4 * Runtime.getRuntime().availableProcessors());
    }

    /// The stripe of the calling thread.
    long[] own() {
        return stripes[(int) Thread.currentThread().threadId() & mask];
    }

    static int count(long[] stripe) {
        return (int) (long) SLOT.getOpaque(stripe, COUNT);
    }

    static void count(long[] stripe, int count) {
        SLOT.setOpaque(stripe, COUNT, (long) count);
    }

    static long hint(long[] stripe, int slot) {
        return (long) SLOT.getOpaque(stripe, FIRST + slot);
    }

    static void push(long[] stripe, long hint) {
        int count = count(stripe);
        if (count < HINTS) {
            SLOT.setOpaque(stripe, FIRST + count, hint);
            count(stripe, count + 1);
        }
    }

    /// Says that this stripe takes its fresh pages from that chunk, so that others look elsewhere
    /// first and the processors do not fight for the words of one chunk.
    static void settle(long[] stripe, int chunk) {
        SLOT.setOpaque(stripe, CHUNK, chunk + 1L);
    }

    /// Whether another stripe has settled in the chunk.
    @SuppressWarnings("ReferenceEquality") // which stripe it is, not what it holds
    boolean foreign(long[] stripe, int chunk) {
        for (long[] each : stripes) {
            if (each != stripe && (long) SLOT.getOpaque(each, CHUNK) == chunk + 1L) {
                return true;
            }
        }
        return false;
    }
}
