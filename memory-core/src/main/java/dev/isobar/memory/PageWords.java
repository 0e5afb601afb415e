package dev.isobar.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// Who has which page: one word for each page that a [PageSlab] may have, and nothing else decides.
///
/// A word is the page's generation and its state. A page goes from hand to hand only by a
/// compare-and-set of its word, so two threads cannot both get it, and a handle whose generation is
/// not in the word cannot do anything. The generation goes up when the page is released, and lives
/// on while the page has no memory, so handles from before a shrink stay refused.
///
/// A *handle* is `generation << indexBits | index`, never 0 and never negative. After
/// 2^(63 - indexBits) holders of one page (eight thousand billion, for a million pages) generations
/// begin again at 1.
///
/// *Safe for several threads.*
final class PageWords {

    /// Nobody has the page; somebody had it before.
    static final int FREE = 0;

    /// Somebody holds the page.
    static final int USED = 1;

    /// There is no memory for the page.
    static final int ABSENT = 2;

    /// The page is being scrubbed: not free yet, and its handle works no more.
    static final int BUSY = 3;

    /// Nobody had the page since its memory was taken.
    static final int FRESH = 4;

    /// A magazine holds the page, and only its thread may write the word. One bit more than USED.
    static final int OWNED = 5;

    private static final int OWNED_BIT = OWNED - USED;
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int STATE_BITS = 3;
    private static final long STATE_MASK = (1L << STATE_BITS) - 1;

    // Two cache lines, because processors fetch them in pairs: threads that take their pages from
    // different chunks write no line in common. With neighbouring chunks two threads took 1.8 times
    // as long for a page as one.
    private static final int PADDING = 16;

    private final int pages;
    private final long[] words;
    private final int indexBits;
    private final long indexMask;
    private final long generationMask;

    /// All pages absent, in generation 1.
    PageWords(int pages) {
        this.pages = pages;
        words = new long[slot(pages - 1) + 1 + PADDING];
        indexBits = Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(pages - 1));
        indexMask = (1L << indexBits) - 1;
        // One bit less than there is room for: the sign. And the state must fit beside it.
        generationMask = (1L << Math.min(63 - indexBits, 63 - STATE_BITS)) - 1;
        for (int page = 0; page < pages; page++) {
            words[slot(page)] = word(1, ABSENT);
        }
        VarHandle.releaseFence();
    }

    /// Where the page's word is: each chunk's words with unused ones before and behind.
    private static int slot(int page) {
        return page + ((page >>> ChunkMarks.CHUNK_BITS) + 1) * PADDING;
    }

    int pages() {
        return pages;
    }

    int index(long handle) {
        return (int) (handle & indexMask);
    }

    long generation(long handle) {
        return handle >>> indexBits;
    }

    long read(int page) {
        return (long) WORD.getVolatile(words, slot(page));
    }

    static int state(long word) {
        return (int) (word & STATE_MASK);
    }

    static long generationOf(long word) {
        return word >>> STATE_BITS;
    }

    /// The state, for a message.
    static String describe(long word) {
        return switch (state(word)) {
            case USED -> "in use";
            case ABSENT -> "without memory";
            case BUSY -> "being scrubbed";
            case OWNED -> "a magazine's";
            default -> "free";
        };
    }

    long handle(int page, long word) {
        return (generationOf(word) << indexBits) | page;
    }

    /// Whether the handle may be one of this slab's at all.
    boolean plausible(long handle) {
        return handle > 0 && (handle & indexMask) < pages;
    }

    /// Whether the handle's page is still its holder's.
    boolean holds(long handle) {
        return plausible(handle)
                && (read(index(handle)) & ~OWNED_BIT) == word(generation(handle), USED);
    }

    /// Takes the page for the holder of that handle, if it is free in that generation.
    boolean take(long handle) {
        return swap(handle, FREE, USED);
    }

    /// Takes a page that is free or fresh, as `word` says.
    boolean take(int page, long word) {
        return WORD.compareAndSet(words, slot(page), word, (word & ~STATE_MASK) | USED);
    }

    /// Ends the handle: the page is free in the next generation.
    ///
    /// @return whether the handle was the holder's
    boolean release(long handle) {
        long next = word(nextGeneration(handle), FREE);
        return WORD.compareAndSet(words, slot(index(handle)), word(generation(handle), USED), next);
    }

    /// Makes a page that the caller just took its magazine's.
    void own(long handle) {
        WORD.setRelease(words, slot(index(handle)), word(generation(handle), OWNED));
    }

    /// Whether the page is the calling magazine's, and the handle its present one.
    boolean owns(long handle) {
        return plausible(handle)
                && (long) WORD.getOpaque(words, slot(index(handle)))
                        == word(generation(handle), OWNED);
    }

    /// Makes a page of a magazine an ordinary one in somebody's hands.
    void disown(long handle) {
        WORD.setRelease(words, slot(index(handle)), word(generation(handle), USED));
    }

    /// Makes a page that a magazine kept free, in the generation it has: nobody had that handle.
    void free(long handle) {
        WORD.setVolatile(words, slot(index(handle)), word(generation(handle), FREE));
    }

    /// Sets the page apart for scrubbing; false if the handle is not the holder's.
    boolean beginScrub(long handle) {
        return swap(handle, USED, BUSY);
    }

    /// The scrub failed: the page is its holder's again.
    void abortScrub(long handle) {
        WORD.setRelease(words, slot(index(handle)), word(generation(handle), USED));
    }

    /// The page is scrubbed, and free in the next generation. Volatile: what the releaser reads
    /// next must not be older.
    void endScrub(long handle) {
        WORD.setVolatile(words, slot(index(handle)), word(nextGeneration(handle), FREE));
    }

    /// The handle that the next holder of the page will have.
    long next(long handle) {
        return (nextGeneration(handle) << indexBits) | index(handle);
    }

    /// Makes a page whose memory is there fresh.
    void open(int page) {
        WORD.setVolatile(words, slot(page), (words[slot(page)] & ~STATE_MASK) | FRESH);
    }

    /// Takes a free page's memory away; false if the word has changed.
    boolean withdraw(int page, long word) {
        return WORD.compareAndSet(words, slot(page), word, (word & ~STATE_MASK) | ABSENT);
    }

    /// Undoes [#withdraw(int, long)].
    void restore(int page, long word) {
        WORD.setVolatile(words, slot(page), word);
    }

    static boolean available(long word) {
        int state = state(word);
        return state == FREE || state == FRESH;
    }

    private boolean swap(long handle, int from, int to) {
        long bare = word(generation(handle), 0);
        return WORD.compareAndSet(words, slot(index(handle)), bare | from, bare | to);
    }

    private long nextGeneration(long handle) {
        return Math.max(1, (generation(handle) + 1) & generationMask);
    }

    private static long word(long generation, int state) {
        return (generation << STATE_BITS) | state;
    }
}
