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
    private static final int MOVES = PADDING + 1;
    private static final int NUMBER = PADDING + 2;
    private static final int FIRST = PADDING + 3;
    private static final int LENGTH = FIRST + HINTS + PADDING;
    private static final int MAX_STRIPES = 256;
    private static final int NUMBER_BITS = 9;
    private static final int HOMES = 2;

    private final long[][] stripes;
    private final int mask;

    /// Who settled last in each chunk: the stripe's number, and above it how often it had moved by
    /// then; 0 for nobody.
    private final long[] settlers;

    /// @param wanted how many; rounded up to a power of two
    /// @param pages how many the slab may have
    SlabStripes(int wanted, int pages) {
        int count = Integer.highestOneBit(Math.clamp(wanted, 1, MAX_STRIPES) * 2 - 1);
        stripes = new long[count][LENGTH];
        for (int stripe = 0; stripe < count; stripe++) {
            stripes[stripe][NUMBER] = stripe + 1L;
        }
        mask = count - 1;
        settlers = new long[ChunkMarks.chunks(pages)];
    }

    /// Enough that threads rarely meet: four for each processor.
    static int forThisMachine() {
        return 4 * Runtime.getRuntime().availableProcessors();
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

    /// Makes the chunk a home of this stripe: it takes pages there, and others look elsewhere first,
    /// so that the processors do not fight for the words of one chunk. A stripe is at home where it
    /// settled last and the time before, because its hints are to about two chunks.
    ///
    /// @return false if another stripe is at home there
    boolean settle(long[] stripe, int chunk) {
        long own = stripe[NUMBER];
        long settler = (long) SLOT.getVolatile(settlers, chunk);
        if (atHome(settler)) {
            return number(settler) == own;
        }
        long moves = moves(stripe) + 1;
        if (!SLOT.compareAndSet(settlers, chunk, settler, moves << NUMBER_BITS | own)) {
            return false;
        }
        SLOT.setVolatile(stripe, MOVES, moves);
        return true;
    }

    /// Whether who settled there has not settled elsewhere too often since.
    private boolean atHome(long settler) {
        return settler != 0
                && moves(stripes[number(settler) - 1]) - (settler >>> NUMBER_BITS) < HOMES;
    }

    private static int number(long settler) {
        return (int) settler & ((1 << NUMBER_BITS) - 1);
    }

    private static long moves(long[] stripe) {
        return (long) SLOT.getVolatile(stripe, MOVES);
    }
}
